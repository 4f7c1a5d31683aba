package markup_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"unisono/markup"
)

func seed(f *testing.F, more ...string) {
	for _, test := range constructs {
		f.Add(test.markdown)
	}
	for _, attack := range attacks[:40] {
		f.Add(attack)
	}
	for _, text := range more {
		f.Add(text)
	}
}

func FuzzHTML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, markdown string) {
		got := markup.HTML(markdown)
		allowed(t, got)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no text", got)
		}
	})
}

func FuzzPlain(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, markdown string) {
		got := markup.Plain(markdown)
		if !utf8.ValidString(got) {
			t.Errorf("%q is no text", got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if strings.TrimRight(line, " \t\u00a0") != line {
				t.Errorf("%q ends in white space", line)
			}
		}
	})
}

func FuzzExpand(f *testing.F) {
	for _, place := range places {
		f.Add(strings.ReplaceAll(place, "%", `{{attribute "k"}}`), "a`*[<b>](c){{")
	}
	f.Add(`\{{{{attribute "none"}} {{ {{x}}`, `\{{attribute "k"}}`)
	f.Fuzz(func(t *testing.T, markdown, value string) { leavesNothing(t, markdown, value) })
}
