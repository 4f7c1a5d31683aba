package markup_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"unisono/markup"
)

func TestPlaceholders(t *testing.T) {
	tests := map[string]struct {
		markdown string
		keys     []string
		problems []markup.Problem // of the message its first words
	}{
		"none":                       {"a { b } {c} }} `{`", nil, nil},
		"one":                        {`a {{attribute "pressure"}} b`, []string{"pressure"}, nil},
		"white space":                {"{{attribute\"a\"}}{{ \t attribute\n \"b\" \n}}", []string{"a", "b"}, nil},
		"each once, in order":        {`{{attribute "b"}}{{attribute "a"}}{{attribute "b"}}`, []string{"b", "a"}, nil},
		"quoted as in Go":            {`{{attribute "a\"b\\c\x41\u00e4}}"}}`, []string{`a"b\cAä}}`}, nil},
		"quoted as in JSON":          {`{{attribute "a\/b\ud83d\ude00"}}`, []string{"a/b😀"}, nil},
		"in code":                    {"`{{attribute \"a\"}}`", []string{"a"}, nil},
		"escaped":                    {`\{{attribute "a"}} \{{ \\\{{x}}`, nil, nil},
		"an escaped backslash":       {`\\{{attribute "a"}}`, []string{"a"}, nil},
		"after an escaped one":       {`\{{{{attribute "a"}}`, []string{"a"}, nil},
		"something else":             {"a {{ user.name }} b", nil, []markup.Problem{{2, "{{ user.name }}", "only {{attribute"}}},
		"nothing":                    {"{{}}", nil, []markup.Problem{{0, "{{}}", "only {{attribute"}}},
		"no quotation marks":         {"{{attribute pressure}}", nil, []markup.Problem{{0, "{{attribute pressure}}", "the key must stand in double"}}},
		"other quotation marks":      {"{{attribute “a”}}{{attribute 'a'}}", nil, []markup.Problem{{0, "{{attribute “a”}}", "the key must stand in double"}, {21, "{{attribute 'a'}}", "the key must stand in double"}}},
		"an open quotation":          {`{{attribute "a}}`, nil, []markup.Problem{{0, `{{attribute "a}}`, "the key must stand in double"}}},
		"a quotation over lines":     {"{{attribute \"a\nb\"}}", nil, []markup.Problem{{0, "{{attribute \"a\nb\"}}", "the key must stand in double"}}},
		"an empty key":               {`{{attribute " "}}`, nil, []markup.Problem{{0, `{{attribute " "}}`, "the key is empty"}}},
		"an escape that is none":     {`{{attribute "\y"}}`, nil, []markup.Problem{{0, `{{attribute "\y"}}`, "the key is empty or is not"}}},
		"a key that is too long":     {`{{attribute "` + strings.Repeat("a", 201) + `"}}`, nil, []markup.Problem{{0, `{{attribute "` + strings.Repeat("a", 87) + "…", "the key is longer"}}},
		"more than a key":            {`{{attribute "a" "b"}}`, nil, []markup.Problem{{0, `{{attribute "a" "b"}}`, "after the key nothing"}}},
		"not closed":                 {"{{attribute \"a\" b\n\nc}}", nil, []markup.Problem{{0, `{{attribute "a"`, "it is not closed"}}},
		"half closed":                {`{{attribute "a"} b`, nil, []markup.Problem{{0, `{{attribute "a"}`, "it is not closed"}}},
		"closed by the next":         {`{{attribute "a" {{attribute "b"}}`, []string{"b"}, []markup.Problem{{0, `{{attribute "a"`, "it is not closed"}}},
		"three braces":               {`{{{attribute "a"}}}`, nil, []markup.Problem{{0, `{{{attribute "a"}}`, "only {{attribute"}}},
		"at the end":                 {"a {{", nil, []markup.Problem{{2, "{{", "it is not closed"}}},
		"a long one is cut at runes": {"{{" + strings.Repeat("ä", 100) + "}}", nil, []markup.Problem{{0, "{{" + strings.Repeat("ä", 49) + "…", "only"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := markup.Keys(test.markdown); !slices.Equal(got, test.keys) {
				t.Errorf("keys %q, want %q", got, test.keys)
			}
			got := markup.Check(test.markdown)
			for i := range got {
				if i < len(test.problems) && strings.HasPrefix(got[i].Message, test.problems[i].Message) {
					got[i].Message = test.problems[i].Message
				}
			}
			if diff := cmp.Diff(test.problems, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := len(markup.Check(strings.Repeat("{{", 1000))); got != 100 {
		t.Errorf("%d problems of a thousand, want a hundred", got)
	}
}

func TestExpand(t *testing.T) {
	values := map[string]string{
		"p": "5 bar", "n": "3", "dot": ". b", "bold": "**x**", "link": "[a](javascript:alert(1))", "tag": "<script>", "tick": "a`b", "ticks": "```",
		"lines": " a\n\n- b\tc ", "again": `{{attribute "p"}}`, "braces": `\{{`, "empty": "", "blank": " \n", "url": "https://e.example/a_b c?d=(e)", "evil": "javascript:alert(1)",
		"pipe": "a|b", "name": "a_b -1 C# (d) \"e\" 10:30", "nbsp": "5\u00a0bar", "mail": "a@e.example", "ref": "lt;", "parenthesis": "(/b)", "bar": "---", "bad": "a\xff\x00",
	}
	a := func(key string) string { return `{{attribute "` + key + `"}}` }
	tests := map[string]struct {
		markdown, expanded, plain string
		missing                   []string
	}{
		"a value":                     {"Up to " + a("p") + ".", "Up to 5 bar.", "Up to 5 bar.", nil},
		"two":                         {a("p") + a("n"), "5 bar3", "5 bar3", nil},
		"what is readable stays":      {"x " + a("name"), `x a_b -1 C# (d) "e" 10:30`, `x a_b -1 C# (d) "e" 10:30`, nil},
		"a space that does not break": {a("nbsp"), "5\u00a0bar", "5\u00a0bar", nil},
		"marks":                       {a("bold") + " " + a("tick"), "&#42;&#42;x&#42;&#42; a&#96;b", "**x** a`b", nil},
		"a link":                      {a("link"), "&#91;a&#93;(javascript:alert(1))", "[a](javascript:alert(1))", nil},
		"a bare address":              {a("mail") + " " + a("url"), "a&#64;e.example https&#58;//e.example/a_b c?d=(e)", "a@e.example https://e.example/a_b c?d=(e)", nil},
		"a tag":                       {a("tag"), "&lt;script&gt;", "<script>", nil},
		"lines":                       {"# " + a("lines"), "# a  - b c", "a  - b c", nil},
		"a placeholder":               {a("again"), `&#123;&#123;attribute "p"}}`, `{{attribute "p"}}`, nil},
		"no text":                     {a("bad"), "a\uFFFD\uFFFD", "a\uFFFD\uFFFD", nil},
		"a number that starts a line": {"> " + a("n") + ". a", "> &#51;. a", "3. a", nil},
		"a number elsewhere":          {"a " + a("n") + ". b", "a 3. b", "a 3. b", nil},
		"a point after a number":      {"1" + a("dot"), "1&#46; b", "1. b", nil},
		"half a link":                 {"[a]" + a("parenthesis"), "[a]&#40;/b)", "[a](/b)", nil},
		"half a tag":                  {"<" + a("p") + ">", "<&#53; bar>", "<5 bar>", nil},
		"half an entity":              {"&" + a("ref"), "&&#108;t;", "&lt;", nil},
		"half a heading":              {"a\n" + a("bar"), "a\n&#45;--", "a ---", nil},
		"half a table":                {"|a|\n|" + a("bar") + "|", "|a|\n|&#45;--|", "|a| |---|", nil},
		"a cell":                      {"|a|\n|-|\n|" + a("pipe") + "|", "|a|\n|-|\n|a&#124;b|", "a\na|b", nil},
		"an address":                  {"[m](" + a("url") + ")", "[m](https&#58;//e.example/a_b&#32;c?d=&#40;e&#41;)", "m (https://e.example/a_b%20c?d=(e))", nil},
		"an address that is refused":  {"[m](" + a("evil") + ")", "[m](javascript:alert&#40;1&#41;)", "m", nil},
		"a title":                     {`[m](/a "` + a("name") + `")`, `[m](/a "a_b -1 C# &#40;d&#41; &quot;e&quot; 10:30")`, "m", nil},
		"code":                        {"`" + a("bold") + a("tag") + "`", "`**x**<script>`", "**x**<script>", nil},
		"code with a backtick":        {"`" + a("tick") + "` ``c", "```a`b``` ``c", "a`b ``c", nil},
		"code that is backticks":      {"`" + a("ticks") + " `", "`` ```  ``", "```", nil},
		"code in a cell":              {"|a|\n|-|\n|`" + a("pipe") + "`|", "|a|\n|-|\n|`a\\|b`|", "a\na|b", nil},
		"a placeholder in code":       {"`" + a("again") + " " + a("braces") + `\{{` + "`", "`" + `\{{attribute "p"}} \\\{{\{{` + "`", `{{attribute "p"}} \{{{{`, nil},
		"a block of code":             {"    " + a("bold") + "\n    " + a("tick"), "    **x**\n    a`b", "**x**\na`b", nil},
		"a fence":                     {"> ```x\n> a\n> " + a("ticks") + "\n> ```\n\n" + a("bold"), "> ````x\n> a\n> ```\n> ````\n\n&#42;&#42;x&#42;&#42;", "a\n```\n\n**x**", nil},
		"a block of tags":             {"<p>" + a("bold") + a("tag") + "</p>", "<p>&#42;&#42;x&#42;&#42;&lt;script&gt;</p>", "**x**<script>", nil},
		"escaped":                     {`\{{attribute "p"}} ` + a("p"), `\{{attribute "p"}} 5 bar`, `{{attribute "p"}} 5 bar`, nil},
		"missing":                     {"up to " + a("x") + " bar, " + a("x") + "!", "up to bar, !", "up to bar, !", []string{"x"}},
		"missing at the ends":         {a("x") + " a " + a("x") + "\nb", "a\nb", "a b", []string{"x"}},
		"a line that is missing":      {"a\n  " + a("x") + " " + a("x") + "\nb", "a\nb", "a b", []string{"x"}},
		"all is missing":              {a("x"), "", "", []string{"x"}},
		"a break after it stays":      {"a " + a("x") + "  \nb", "a  \nb", "a\nb", []string{"x"}},
		"no break before it comes":    {"a  " + a("x") + "\nb", "a\nb", "a b", []string{"x"}},
		"empty is not missing":        {"a " + a("empty") + " " + a("blank") + " b", "a b", "a b", nil},
		"malformed":                   {"a {{b}} {{ c {{}} d", "a c d", "a c d", []string{"{{b}}", "{{", "{{}}"}},
		"line ends":                   {"a\r\n" + a("p") + "\rb", "a\n5 bar\nb", "a 5 bar b", nil},
	}
	attribute := func(key string) (string, bool) { text, ok := values[key]; return text, ok }
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, missing := markup.Expand(test.markdown, attribute)
			if got != test.expanded || !slices.Equal(missing, test.missing) {
				t.Errorf("%q, missing %q\nwant %q, missing %q", got, missing, test.expanded, test.missing)
			}
			if got := markup.Plain(got); got != test.plain {
				t.Errorf("plain %q, want %q", got, test.plain)
			}
			allowed(t, markup.HTML(got))
		})
	}
}

func TestExpandAsksOnce(t *testing.T) {
	asked := 0
	markup.Expand(strings.Repeat(`{{attribute "a"}}`, 10), func(string) (string, bool) { asked++; return "b", true })
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestExpandIsBounded(t *testing.T) {
	long := strings.Repeat("*", 100_000)
	source := strings.Repeat(`{{attribute "a"}} {{attribute "b"}}`+"\n", 1000)
	got, missing := markup.Expand(source, func(key string) (string, bool) { return map[string]string{"a": long, "b": "c"}[key], true })
	if len(got) > len(source)+1<<20 || !slices.Equal(missing, []string{"a"}) || strings.Count(got, "c") != 1000 {
		t.Errorf("%d bytes, missing %q", len(got), missing)
	}
}

func TestExpandCostsNothing(t *testing.T) {
	source := strings.Repeat("a {b} `c` ", 1000)
	if n := testing.AllocsPerRun(10, func() { markup.Expand(source, nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestConcurrent(t *testing.T) {
	expanded, _ := markup.Expand(described, attribute)
	html, plain := markup.HTML(expanded), markup.Plain(expanded)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				got, _ := markup.Expand(described, attribute)
				if got != expanded || markup.HTML(got) != html || markup.Plain(got) != plain {
					t.Error("another result at the same time as others")
				}
			}
		})
	}
	group.Wait()
}
