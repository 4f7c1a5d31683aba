package markup_test

import (
	"strings"
	"testing"

	"unisono/markup"
)

// described is a text as a product has it.
const described = `## A pump for every day

The *Nordsø 40* moves up to {{attribute "flow"}} at {{attribute "pressure"}}. It is **quiet**, and it needs no oil:

- housing of cast iron, painted twice
- [bearings](https://bearings.example/b40 "Bearings") that last for 20,000 hours
- a plug for every country

| | 40 | 60 |
|---|--:|--:|
| Weight | 12 kg | 14 kg |
| Noise | 48 dB | 51 dB |

> "We forgot that it runs." (a customer)

Questions? Write to [us](mailto:pumps@e.example) or see [the manual](/manuals/40).
`

var attributes = map[string]string{"flow": "40 l/min", "pressure": "5 bar"}

func attribute(key string) (string, bool) { text, ok := attributes[key]; return text, ok }

func benchmark(b *testing.B, source string, do func(string)) {
	b.Helper()
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		do(source)
	}
}

func BenchmarkHTML(b *testing.B) {
	expanded, _ := markup.Expand(described, attribute)
	b.Run("a text", func(b *testing.B) { benchmark(b, expanded, func(s string) { markup.HTML(s) }) })
	b.Run("a sentence", func(b *testing.B) { benchmark(b, "It is **quiet**.", func(s string) { markup.HTML(s) }) })
	b.Run("a hundred texts", func(b *testing.B) { benchmark(b, strings.Repeat(expanded, 100), func(s string) { markup.HTML(s) }) })
}

func BenchmarkPlain(b *testing.B) {
	expanded, _ := markup.Expand(described, attribute)
	b.Run("a text", func(b *testing.B) { benchmark(b, expanded, func(s string) { markup.Plain(s) }) })
	b.Run("a sentence", func(b *testing.B) { benchmark(b, "It is **quiet**.", func(s string) { markup.Plain(s) }) })
}

func BenchmarkExpand(b *testing.B) {
	expand := func(s string) { markup.Expand(s, attribute) }
	b.Run("a text", func(b *testing.B) { benchmark(b, described, expand) })
	b.Run("a text with code", func(b *testing.B) { benchmark(b, described+"`{{attribute \"flow\"}}`", expand) })
	b.Run("no placeholder", func(b *testing.B) { benchmark(b, strings.ReplaceAll(described, "{{", "{"), expand) })
}

func BenchmarkCheck(b *testing.B) { benchmark(b, described, func(s string) { markup.Check(s) }) }
