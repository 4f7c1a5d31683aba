package markup_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"unisono/markup"
)

// pieces are what Markdown, HTML and placeholders are made of, and what has made trouble elsewhere.
var pieces = []string{
	"a", "b", "é", "1", "12", "\u00a0", "\u200b", " ", "  ", "    ", "\n", "\n\n", "\t", "\r\n", "*", "**", "_", "~", "~~", "~~~", "`", "``", "```", "[", "]", "](", "(", ")",
	"![", "[a]", "[a]: ", "<", ">", "</", "/>", "<b>", "</b>", "<br>", "<div>", "</div>", "<script>", "</script>", "<!--", "-->", "<svg ", "onload=x", "style=", "&", ";", "&amp;", "&lt;", "&#", "&#123;", "#", "# ", "## ", "1.", "1. ", "1)", "- ", "-", "---", "+", "+ ", "=", "===",
	":", "://", ":-:", "http", "https://e.example", "http:", "www.", "www.e.example", "a@e.example", "mailto:", "javascript:", "data:", "/", "//", "!", "|", "|a|\n|-|\n|", "\\", "{{", "}}", "{", "}", `{{attribute "k"}}`, `{{attribute "none"}}`, `"`, "'", "> ", "'t'", ".", "@", "\x00", "\xff",
}

func drawn(name string, most int) func(*rapid.T) string {
	return func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, most).Draw(t, name), "")
	}
}

func TestHTMLHoldsOnlyWhatIsAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { allowed(t, markup.HTML(drawn("markdown", 40)(t))) })
}

func TestPlainHasNoWhiteSpaceAtEnds(t *testing.T) {
	ends := regexp.MustCompile(`[ \t]\n|^\n|\n$|[ \t]$`)
	rapid.Check(t, func(t *rapid.T) {
		if got := markup.Plain(drawn("markdown", 40)(t)); ends.MatchString(got) {
			t.Errorf("%q", got)
		}
	})
}

// Tags that are in the source as tags are not in the plain text. Text may look like one, if it was escaped or is code.
func TestPlainHasNoTags(t *testing.T) {
	words := []string{"a ", "b\n", "\n\n", "- c ", "*d* ", "<b>", "</b> ", "<br/>", "<p class='x'>", "<div>\n", "</div>\n\n", "<img src=x onerror=y> ", "<!-- e -->", "<svg onload=x> ", "# f ", "> g "}
	rapid.Check(t, func(t *rapid.T) {
		source := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 30).Draw(t, "words"), "")
		if got := markup.Plain(source); strings.Contains(got, "<") {
			t.Errorf("%q of %q", got, source)
		}
	})
}

// The letters that HTML shows are those of the plain text.
func TestHTMLAndPlainSayTheSame(t *testing.T) {
	marks := []string{"a", "b ", "C\n", "\n\n", "*", "**", "_", "~~", "`", "- ", "> ", "# ", "<b>", "</b>", "<br>", "<div>", "&auml;", `\`, "|", "|a|\n|-|\n|", "    ", "```\n", "!", "\\{{"}
	rapid.Check(t, func(t *rapid.T) {
		source := strings.Join(rapid.SliceOfN(rapid.SampledFrom(marks), 0, 40).Draw(t, "marks"), "")
		_, text := seen(t, markup.HTML(source))
		if html, plain := letters(text), letters(markup.Plain(source)); html != plain {
			t.Errorf("%q is %q in HTML and %q in plain text", source, html, plain)
		}
	})
}

// likened is a text without what is not seen, and without backslashes: a pipe in code may keep one.
func likened(text string) string {
	return oneSpace.ReplaceAllString(strings.NewReplacer("\u200b", "", `\`, "").Replace(text), " ")
}

var oneSpace = regexp.MustCompile(` +`)

var noLetter = regexp.MustCompile(`[^\pL{]+`)

func letters(text string) string { return noLetter.ReplaceAllString(text, "") }

// seen is what HTML consists of: its elements with their attributes, and its text with that of attributes.
func seen(t interface{ Errorf(string, ...any) }, source string) (shape, text string) {
	var elements, words strings.Builder
	for node := range parsed(t, source).Descendants() {
		if node.Type == html.TextNode {
			words.WriteString(node.Data)
			continue
		}
		elements.WriteString("<" + node.Data)
		for _, a := range node.Attr {
			elements.WriteString(" " + a.Key)
			if a.Key == "title" || a.Key == "alt" {
				words.WriteString("\n" + a.Val + "\n")
			}
		}
		elements.WriteString(">")
	}
	return elements.String(), words.String()
}

// places are where an attribute may stand; % is the attribute.
var places = []string{
	"%", "a % b", "% b", "a %", "%%", "% %", "a\n%", "a\n%\nb", "# %", "# a % #", "- %", "- a\n  %", "1. %", "> %", "> - %\n", "*%*", "**a % b**", "~~%~~", "a *b* %",
	"[%](/p)", "[a %](https://e.example)", `[a](/p "%")`, "[a](/p '%')", "[a](/p (%))", "![%](/p.png)", "![a](/p.png \"%\")", "[a]\n\n[a]: /b '%'",
	"|a|b|\n|-|-|\n|%|c|", "| % |\n|---|\n| % |", "a|%\n-|-\n%|c", "`%`", "`` % ``", "a `%` b `c`", "`a % b`", "`%%`", "` % `", "`a\n%`", "`\n%\n`", "> `a\n> % b\n> ` c", "- `` %\n  ` %``\n- b", "- `%`", "**`%`**", "[`%`](/p)", "[a `]%:` b](/p)", "[`%: b`](/p)", "`%`\n-|-", "a `b%`\n:-|-|", "|a|\n|-|\n|`%`|", "|a|\n|-|\n|`b \\| %`|%|",
	"    %", "a\n\n    b\n    % c\n\nd", "\t%", "- a\n\n      %", "```\n%\n```", "~~~ x\n%\n~~~", "> ```\n> %\n> ```\n\na", "- ~~~\n  %\n  ~~~\n- b", "```\na\n%\n", "    \\{{ %",
	"<p>%</p>", "<p title=\"%\">a %</p>", "<div>\n\n%\n\n</div>", "a <b>%</b> <i title='%'>c</i>", "a\n%\n===", "a\n%\n---",
	"%\n===", "%\n---", "% | a\n--|--", "a | b\n%|--\n", "%. a", "%) a", "1%a", "- 1% a", "&%;", "&#%;", "<%>", "</%>", "<!%>", "!%", "%[a](/b)", "[a]%", "[a]%b", "%: b", "\\\\%", "\\{{%", "www%", "http:%", "a%b", "_%_ a", "*%* %",
}

// However an attribute is written, what it stands in has the shape that a plain word would give it, and shows it letter by letter.
func TestAttributesAreText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := "v" + drawn("value", 8)(t) + "w"
		if rapid.Bool().Draw(t, "bare") {
			value = strings.TrimSuffix(strings.TrimPrefix(value, "v"), "w")
		}
		place := rapid.SampledFrom(places).Draw(t, "place")
		source := strings.ReplaceAll(place, "%", `{{attribute "k"}}`)
		expand := func(text string) string {
			got, _ := markup.Expand(source, func(string) (string, bool) { return text, true })
			return got
		}
		value = strings.Trim(regexp.MustCompile(`[\n\r\t]`).ReplaceAllString(strings.ToValidUTF8(value, "\uFFFD"), " "), " ")
		value = strings.ReplaceAll(value, "\x00", "\uFFFD")
		if value == "" {
			return
		}
		word, got := expand("word"), expand(value)
		wantShape, _ := seen(t, markup.HTML(word))
		gotShape, text := seen(t, markup.HTML(got))
		if gotShape != wantShape || !strings.Contains(likened(text), likened(value)) {
			t.Errorf("%q in %q is %q\nshape %s\nwant  %s\ntext %q", value, place, got, gotShape, wantShape, text)
		}
		if again, _ := markup.Expand(got, func(string) (string, bool) { return "again", true }); again != got {
			t.Errorf("%q expands again to %q", got, again)
		}
	})
}

// Whatever the text and the attributes, nothing is left to expand or to complain of.
func TestNothingIsLeftToExpand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { leavesNothing(t, drawn("markdown", 30)(t), drawn("value", 6)(t)) })
}

func leavesNothing(t interface{ Errorf(string, ...any) }, markdown, value string) {
	attribute := func(key string) (string, bool) { return value, key != "none" }
	got, missing := markup.Expand(markdown, attribute)
	if left := fmt.Sprint(markup.Check(got), markup.Keys(got)); left != "[] []" {
		t.Errorf("%s are left in %q of %q with %q", left, got, markdown, value)
	}
	if again, more := markup.Expand(got, attribute); again != got || more != nil {
		t.Errorf("%q expands to %q and again to %q, missing %q", markdown, got, again, more)
	}
	if problems := markup.Check(markdown); len(problems) > 0 && len(missing) == 0 {
		t.Errorf("%v are not missing in %q", problems, markdown)
	}
	allowed(t, markup.HTML(got))
}
