package markup_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unisono/markup"
)

// hard are texts that a reader of Markdown without limits takes minutes for, or more memory than there is, at a size of n bytes.
func hard(n int) map[string]string {
	rep := func(unit string) string { return strings.Repeat(unit, n/len(unit)) }
	lines := func(line string) string { return rep(line + "\n") }
	cells := func(row string, columns int) string {
		head := strings.Repeat("a|", columns) + "\n" + strings.Repeat("-|", columns) + "\n"
		return head + strings.Repeat(row+"\n", max(0, n-len(head))/(len(row)+1))
	}
	var ticks, deep strings.Builder
	for i := 1; ticks.Len() < n; i++ {
		ticks.WriteString("e" + strings.Repeat("`", i))
	}
	for i := 0; deep.Len() < n; i++ {
		deep.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return map[string]string{
		"quotations":               rep("> ") + "a",
		"quotations without space": rep(">") + "a",
		"quotations on all lines":  rep(strings.Repeat(">", 300) + "\n"),
		"lists in a line":          rep("- ") + "a",
		"numbered lists in a line": rep("1. ") + "a",
		"quoted lists in a line":   rep("> - ") + "a",
		"lists by indentation":     deep.String(),
		"flat list":                lines("- a"),
		"loose list":               lines("- a\n"),
		"list of quotations":       lines("- > a"),
		"one star after another":   rep("*"),
		"stars":                    rep("a*"),
		"stars and words":          rep("a**b*c "),
		"star, underscore":         rep("*a_"),
		"openers":                  rep("*a **a "),
		"openers by paragraph":     rep(strings.Repeat("*a **a ", 200) + "\n\n"),
		"mixed by paragraph":       rep(strings.Repeat("*a_", 400) + "\n\n"),
		"mixed closers":            rep(strings.Repeat("a* _b ", 300) + "\n\n"),
		"stars by paragraph":       rep(strings.Repeat("a**b*c ", 300) + "\n\n"),
		"underscores":              rep("a_"),
		"tildes":                   rep("a~~~"),
		"brackets":                 rep("["),
		"bracket pairs":            rep("[]"),
		"nested brackets":          rep("[")[:n/2] + strings.Repeat("]", n/2),
		"brackets by paragraph":    rep(strings.Repeat("[", 250) + strings.Repeat("]", 250) + "\n\n"),
		"brackets after lines":     lines("a")[:n/2] + strings.Repeat("[a]", n/6),
		"pictures in pictures":     strings.Repeat("![", n/6) + "x" + strings.Repeat("](a)", n/6),
		"pictures by paragraph":    rep(strings.Repeat("![", 200) + "x" + strings.Repeat("](a)", 200) + "\n\n"),
		"open links":               rep("[a]("),
		"open links, angle":        rep("[a](<b"),
		"open links, title":        rep(`[a](b "`),
		"links":                    rep("[x](/x) "),
		"open references":          rep("[a]["),
		"definitions":              lines("[a]: b"),
		"definitions by paragraph": rep(strings.Repeat("[a]: b\n", 400) + "\n"),
		"open definitions":         lines("[a"),
		"definitions, title":       lines("[x]: x 'a"),
		"one long definition":      "[a]: /" + strings.Repeat("x", n/2) + "\n\n" + strings.Repeat("[a] ", n/8),
		"one definition":           "[a]: /" + strings.Repeat("x", 4000) + "\n\n" + strings.Repeat("[a]\n\n", n/5),
		"one title":                "[a]: /x '" + strings.Repeat("x", n/2) + "'\n\n" + strings.Repeat("[a]\n\n", n/10),
		"backticks":                ticks.String(),
		"open code":                rep("`a`` "),
		"code":                     rep("`a` "),
		"escaped braces in code":   "`" + rep(`\{{`) + "`",
		"angles":                   rep("<"),
		"open tags":                rep("<a b='"),
		"open comments":            rep("<!--a "),
		"open instructions":        rep("<?"),
		"open data":                rep("<![CDATA["),
		"open declarations":        rep("<!A "),
		"tags":                     rep("<b>a"),
		"tags that break a line":   rep("a<br>"),
		"blocks of tags":           lines("<div>"),
		"paragraphs of tags":       lines("<div>\n"),
		"scripts":                  lines("<script>"),
		"open script":              "<div>\n" + rep("<script "),
		"ampersands":               rep("&"),
		"entities":                 rep("&#123;"),
		"open entities":            rep("&aaaaa"),
		"backslashes":              rep(`\`),
		"addresses":                rep("http://a "),
		"addresses in a word":      rep("http://a"),
		"hosts":                    rep("www.a.b "),
		"mail":                     rep("a.b@c.d "),
		"mail in a word":           rep("a@b."),
		"hosts in parentheses":     rep("(www.a"),
		"parentheses":              rep("("),
		"wide table":               cells("a", n/8),
		"tall table":               cells("a", 50),
		"tables":                   rep(cells("a", 50)[:1000] + "\n\n"),
		"escaped pipes":            cells("`\\|`|", 1),
		"escaped pipes in a cell":  "|a|\n|-|\n|`" + rep(`\|`) + "`|\n",
		"pipes":                    rep("`\\|`|"),
		"tables of escaped pipes":  rep("|a|\n|-|\n|`\\|`|\n\n"),
		"indented code":            lines("    a"),
		"fences":                   lines("```"),
		"rules":                    lines("---"),
		"underlined":               lines("a\n-"),
		"headings":                 lines("# a"),
		"heading":                  "# " + rep("[*a_`"),
		"lines":                    lines("a"),
		"lines that break":         lines("a  "),
		"blank lines":              lines(" "),
		"spaces":                   rep(" "),
		"tabs":                     rep("\t"),
		"line feeds":               rep("\n"),
		"carriage returns":         rep("\r"),
		"open placeholders":        rep("{{"),
		"escaped placeholders":     rep(`\{{`),
		"bad placeholders":         rep("{{a}}"),
		"half placeholders":        rep(`{{attribute "`),
		"quoted half placeholders": rep(`{{attribute "\"`),
		"placeholders":             rep(`{{attribute "a"}} `),
		"placeholders in code":     rep("`{{attribute \"a\"}}` "),
		"placeholders in a block":  "```\n" + lines(`{{attribute "a"}}`),
		"placeholders in links":    rep(`[a](/{{attribute "a"}}) `),
		"missing placeholders":     rep(`{{attribute "b"}} `),
		"missing, spaces":          rep(`{{attribute "b"}}` + strings.Repeat(" ", 200)),
		"markup after placeholder": rep("> - *[`<!--|") + `{{attribute "a"}}`,
	}
}

// Every text is done in a second or two on a machine that does something else besides; without limits some of these take minutes
// or exhaust the stack.
func TestSlow(t *testing.T) {
	const size, most = 1 << 16, 10 * time.Second
	attribute := func(key string) (string, bool) { return "`a*b`", key == "a" }
	for name, source := range hard(size) {
		t.Run(name, func(t *testing.T) {
			for what, do := range map[string]func() string{
				"HTML":   func() string { return markup.HTML(source) },
				"Plain":  func() string { return markup.Plain(source) },
				"Check":  func() string { return fmt.Sprint(markup.Check(source)) },
				"Keys":   func() string { return strings.Join(markup.Keys(source), "") },
				"Expand": func() string { text, _ := markup.Expand(source, attribute); return text },
			} {
				began := time.Now()
				got := do()
				if took := time.Since(began); took > most || len(got) > 64*size {
					t.Errorf("%s of %d bytes took %v and gave %d bytes", what, len(source), took, len(got))
				}
			}
		})
	}
}

// The worst of them, as long as a text may be.
func TestSlowest(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds, and a minute with the race detector")
	}
	texts := hard(1 << 20)
	for _, name := range []string{
		"quotations without space", "brackets by paragraph", "mixed by paragraph", "one definition", "wide table",
	} {
		began := time.Now()
		got := markup.HTML(texts[name])
		if took := time.Since(began); took > 60*time.Second {
			t.Errorf("%s: %v", name, took)
		} else if testing.Verbose() {
			t.Logf("%-25s %8v, %d bytes out", name, took.Round(time.Millisecond), len(got))
		}
	}
}

// A text that is longer than any that is kept is shown, not read.
func TestTooLong(t *testing.T) {
	source := strings.Repeat("**a** <b>\n\n", markup.MaxBytes/10)
	if got := markup.HTML(source); !strings.HasPrefix(got, "<p>**a** &lt;b&gt;</p>\n<p>") {
		t.Errorf("%.100s", got)
	}
	if got := markup.Plain(source); !strings.HasPrefix(got, "**a** <b>\n\n") {
		t.Errorf("%.100s", got)
	}
}
