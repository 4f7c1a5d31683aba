package markup_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"unisono/markup"
)

const otherHost = ` rel="nofollow noopener"`

// What each construct becomes, side by side. The HTML is without the line feed at its end.
var constructs = map[string]struct{ markdown, html, plain string }{
	"nothing":                    {"", "", ""},
	"white space":                {" \n\t\n", "", ""},
	"paragraphs":                 {"a\n\n\n\nb", "<p>a</p>\n<p>b</p>", "a\n\nb"},
	"a line the source broke":    {"a\nb", "<p>a\nb</p>", "a b"},
	"a line break by spaces":     {"a  \nb", "<p>a<br>\nb</p>", "a\nb"},
	"a line break by backslash":  {"a\\\nb", "<p>a<br>\nb</p>", "a\nb"},
	"line ends of other systems": {"a\r\n\r\nb\rc", "<p>a</p>\n<p>b\nc</p>", "a\n\nb c"},
	"emphasis":                   {"*a* _b_ **c** __d__ ***e***", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> <em><strong>e</strong></em></p>", "a b c d e"},
	"inside a word":              {"a_b_c 2*3*4", "<p>a_b_c 2<em>3</em>4</p>", "a_b_c 234"},
	"struck out":                 {"~~a~~ b", "<p><del>a</del> b</p>", "a b"},
	"escapes":                    {`\*a\* \<b\> \\`, "<p>*a* &lt;b&gt; \\</p>", `*a* <b> \`},
	"entities":                   {"&copy; &amp; &#228; &#x41; &unknown;", "<p>© &amp; ä A &amp;unknown;</p>", "© & ä A &unknown;"},
	"signs of HTML":              {`a < b > c & "d"`, "<p>a &lt; b &gt; c &amp; &#34;d&#34;</p>", `a < b > c & "d"`},
	"headings":                   {"# a\n## b *c* ##\n###### d\n####### e", "<h1>a</h1>\n<h2>b <em>c</em></h2>\n<h6>d</h6>\n<p>####### e</p>", "a\n\nb c\n\nd\n\n####### e"},
	"underlined headings":        {"a\n=\n\nb\n-", "<h1>a</h1>\n<h2>b</h2>", "a\n\nb"},
	"no identifiers":             {"# a {#id .class onclick=x}", "<h1>a {#id .class onclick=x}</h1>", "a {#id .class onclick=x}"},
	"a rule":                     {"a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>", "a\n\nb"},
	"a quotation":                {"> a\nb\n>\n> c\n\nd", "<blockquote>\n<p>a\nb</p>\n<p>c</p>\n</blockquote>\n<p>d</p>", "a b\n\nc\n\nd"},
	"a list":                     {"* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "- a\n- b"},
	"a list set apart":           {"- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>", "- a\n\n- b"},
	"a list in a list":           {"- a\n  1. b\n  2. c\n- d", "<ul>\n<li>a\n<ol>\n<li>b</li>\n<li>c</li>\n</ol>\n</li>\n<li>d</li>\n</ul>", "- a\n  1. b\n  2. c\n- d"},
	"a numbered list":            {"9) a\n1) b", "<ol start=\"9\">\n<li>a</li>\n<li>b</li>\n</ol>", "9. a\n10. b"},
	"paragraphs in a list":       {"- a\n\n  b\n- c", "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n<li>\n<p>c</p>\n</li>\n</ul>", "- a\n\n  b\n\n- c"},
	"an empty item":              {"- \n- b", "<ul>\n<li></li>\n<li>b</li>\n</ul>", "-\n- b"},
	"code":                       {"a `b  *c* <d> &amp;` ``e`f``", "<p>a <code>b  *c* &lt;d&gt; &amp;amp;</code> <code>e`f</code></p>", "a b  *c* <d> &amp; e`f"},
	"code over lines":            {"`a\nb`", "<p><code>a b</code></p>", "a b"},
	"a block of code":            {"a\n\n    b <i>\n\n      c  \n", "<p>a</p>\n<pre><code>b &lt;i&gt;\n\n  c  \n</code></pre>", "a\n\nb <i>\n\n  c"},
	"a fenced block of code":     {"```go\nb\t:= *c\n```", "<pre><code class=\"language-go\">b\t:= *c\n</code></pre>", "b\t:= *c"},
	"a language that is none":    {"```\"><script>\nb\n```", "<pre><code>b\n</code></pre>", "b"},
	"a table":                    {"|a|b|c|d|\n|-|:-|-:|:-:|\n|*1*|`x\\|y`|3|4|\n|5|", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"left\">b</th>\n<th align=\"right\">c</th>\n<th align=\"center\">d</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td><em>1</em></td>\n<td align=\"left\"><code>x|y</code></td>\n<td align=\"right\">3</td>\n<td align=\"center\">4</td>\n</tr>\n<tr>\n<td>5</td>\n<td></td>\n<td></td>\n<td></td>\n</tr>\n</tbody>\n</table>", "a | b | c | d\n1 | x|y | 3 | 4\n5 |  |  |"},
	"a link":                     {`[a *b*](https://e.example/x?y=1&z=2 "t")`, `<p><a href="https://e.example/x?y=1&amp;z=2" title="t"` + otherHost + `>a <em>b</em></a></p>`, "a b (https://e.example/x?y=1&z=2)"},
	"a link by reference":        {"[a] [b][a] [c]\n\n[A]: http://e.example 't'", `<p><a href="http://e.example" title="t"` + otherHost + `>a</a> <a href="http://e.example" title="t"` + otherHost + `>b</a> [c]</p>`, "a (http://e.example) b (http://e.example) [c]"},
	"a link on the own host":     {"[a](/b/c?d#e)", `<p><a href="/b/c?d#e">a</a></p>`, "a"},
	"a mail address":             {"[write](mailto:a@e.example) [a@e.example](mailto:a@e.example)", `<p><a href="mailto:a@e.example">write</a> <a href="mailto:a@e.example">a@e.example</a></p>`, "write (a@e.example) a@e.example"},
	"a telephone number":         {"[call](TEL:+4512)", `<p><a href="tel:+4512">call</a></p>`, "call (+4512)"},
	"an address as its own text": {"[https://e.example/](https://e.example) [e.example](https://e.example/)", `<p><a href="https://e.example"` + otherHost + `>https://e.example/</a> <a href="https://e.example/"` + otherHost + `>e.example</a></p>`, "https://e.example/ e.example"},
	"bare addresses":             {"https://e.example/a, www.e.example a@e.example.", `<p><a href="https://e.example/a"` + otherHost + `>https://e.example/a</a>, <a href="http://www.e.example"` + otherHost + `>www.e.example</a> <a href="mailto:a@e.example">a@e.example</a>.</p>`, "https://e.example/a, www.e.example a@e.example."},
	"addresses in angles":        {"<https://e.example/a?b&c> <a@e.example> <tel:+45>", `<p><a href="https://e.example/a?b&amp;c"` + otherHost + `>https://e.example/a?b&amp;c</a> <a href="mailto:a@e.example">a@e.example</a> <a href="tel:+45">tel:+45</a></p>`, "https://e.example/a?b&c a@e.example tel:+45"},
	"a scheme that is refused":   {"[a *b*](javascript:alert(1)) <javascript:alert(1)> ftp://e.example/x <ftp://e.example>", "<p>a <em>b</em> javascript:alert(1) ftp://e.example/x ftp://e.example</p>", "a b javascript:alert(1) ftp://e.example/x ftp://e.example"},
	"addresses that are refused": {"[a](b/c) [d](#e) [f]() [g](//h) [i](https:///j) [k](https:l)", "<p>a d f g i k</p>", "a d f g i k"},
	"a space in an address":      {"[a](</b c>)", `<p><a href="/b%20c">a</a></p>`, "a"},
	"a picture":                  {`![a *b* "c"](/d.png "t") ![](https://e.example/f.png)`, `<p><img src="/d.png" alt="a b &#34;c&#34;" title="t"> <img src="https://e.example/f.png" alt=""></p>`, `a b "c"`},
	"a picture that is refused":  {"![a *b*](data:image/png;base64,AAAA) ![c](mailto:d@e.example)", "<p>a b c</p>", "a b c"},
	"a picture in a link":        {"[![a](/b.png)](https://e.example)", `<p><a href="https://e.example"` + otherHost + `><img src="/b.png" alt="a"></a></p>`, "a (https://e.example)"},
	"a label over lines":         {"![a  \nb https://e.example/ <i>c</i>](/d.png)", `<p><img src="/d.png" alt="a` + "\n" + `b https://e.example/ c"></p>`, "a\nb https://e.example/ c"},
	"tags in a line":             {`a <b class="x">b</b> <img src=x onerror=y>c<!-- d -->`, "<p>a b c</p>", "a b c"},
	"tags that break a line":     {"a<br>b<BR/>c<p>d</p>", "<p>a<br>\nb<br>\nc<br>\nd</p>", "a\nb\nc\nd"},
	"a block of tags":            {"<div class=x><p>a &amp; <b>b</b>\nc</p>\n<ul><li>d<li>e</ul></div>", "<p>a &amp; b c<br>\nd<br>\ne</p>", "a & b c\nd\ne"},
	"cells in tags":              {"<table><tr><td>a<td>b</table>", "<p>a b</p>", "a b"},
	"Markdown between tags":      {"<div>\n\n*a*\n\n</div>", "<p><em>a</em></p>", "a"},
	"a script and a style":       {"a\n\n<script>\nb\n\nc()\n</script>\n\n<style>d</style>\n\n<div>e<script>f</script>g</div>", "<p>a</p>\n<p>eg</p>", "a\n\neg"},
	"a block of comment":         {"<!-- a\n\nb -->\n\n<!DOCTYPE c>\n\n<?d?>\n\n<![CDATA[e]]>", "", ""},
	"tags written as text":       {"&lt;b&gt; `<i>` \\<u>", "<p>&lt;b&gt; <code>&lt;i&gt;</code> &lt;u&gt;</p>", "<b> <i> <u>"},
	"escaped braces":             {"\\{{a}} `\\{{b}}` \\\\\\{{c}} `\\\\\\{{d}}`\n\n    \\{{e}}\n\n<p>\\{{f}}</p>", "<p>{{a}} <code>{{b}}</code> \\{{c}} <code>\\{{d}}</code></p>\n<pre><code>{{e}}\n</code></pre>\n<p>{{f}}</p>", "{{a}} {{b}} \\{{c}} \\{{d}}\n\n{{e}}\n\n{{f}}"},
	"bytes that are no text":     {"a\xffb\x00c", "<p>a\uFFFDb\uFFFDc</p>", "a\uFFFDb\uFFFDc"},
	"a line feed as an entity":   {"a&#10;&#13;b", "<p>a\n\nb</p>", "a  b"},
}

func TestConstructs(t *testing.T) {
	for name, test := range constructs {
		t.Run(name, func(t *testing.T) {
			got := markup.HTML(test.markdown)
			allowed(t, got)
			if got := strings.TrimSuffix(got, "\n"); got != test.html {
				t.Errorf("HTML\n%s\nwant\n%s", got, test.html)
			}
			if got := markup.Plain(test.markdown); got != test.plain {
				t.Errorf("plain\n%q\nwant\n%q", got, test.plain)
			}
		})
	}
}

// elements are what HTML may hold, with the attributes of each.
var elements = map[string]string{
	"h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "h6": "", "p": "", "br": "", "hr": "", "blockquote": "", "pre": "", "em": "",
	"strong": "", "del": "", "ul": "", "li": "", "table": "", "thead": "", "tbody": "", "tr": "",
	"ol": "start", "code": "class", "th": "align", "td": "align", "a": "href title rel", "img": "src alt title",
}

// allowed fails unless a browser would find in HTML only what the policy allows, with addresses that lead where they may.
func allowed(t interface{ Errorf(string, ...any) }, source string) {
	for node := range parsed(t, source).Descendants() {
		switch node.Type {
		case html.TextNode:
			continue
		case html.ElementNode:
		default:
			t.Errorf("a node of type %d in %q", node.Type, source)
			continue
		}
		attributes, is := elements[node.Data]
		if !is || node.Namespace != "" {
			t.Errorf("element %s %s in %q", node.Namespace, node.Data, source)
		}
		for _, a := range node.Attr {
			if !slices.Contains(strings.Fields(attributes), a.Key) || a.Namespace != "" {
				t.Errorf("attribute %s of %s in %q", a.Key, node.Data, source)
			}
			switch a.Key {
			case "rel":
				if a.Val != "nofollow noopener" {
					t.Errorf("rel %q in %q", a.Val, source)
				}
			case "href", "src":
				to, err := url.Parse(a.Val)
				schemes := []string{"https", "http"}
				if a.Key == "href" {
					schemes = append(schemes, "mailto", "tel")
				}
				onHost := strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") && !strings.HasPrefix(a.Val, `/\`)
				if err != nil || !onHost && !slices.Contains(schemes, to.Scheme) || strings.ContainsAny(a.Val, " \t\r\n\x00") {
					t.Errorf("address %q in %q", a.Val, source)
				}
				marked := slices.ContainsFunc(node.Attr, func(a html.Attribute) bool { return a.Key == "rel" })
				if other := to != nil && (to.Scheme == "https" || to.Scheme == "http"); a.Key == "href" && other != marked {
					t.Errorf("to another host: %v, with rel: %v, in %q", other, marked, source)
				}
			}
		}
	}
}

func parsed(t interface{ Errorf(string, ...any) }, source string) *html.Node {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		t.Errorf("%v in %q", err, source)
	}
	for _, node := range nodes {
		body.AppendChild(node)
	}
	return body
}

// attacks are ways to a script, a request or a form from a text, most of them from lists of what browsers once did.
var attacks = []string{
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](javascript&colon;alert(1))", "[a](&#106;avascript:alert(1))",
	"[a](&#x6A;&#x61;vascript&#58;alert(1))", "[a](java&#10;script:alert(1))", "[a](java&Tab;script:alert(1))", "[a](java&NewLine;script:alert(1))",
	"[a](&#1;javascript:alert(1))", "[a](&#32;javascript:alert(1))", "[a](< javascript:alert(1)>)", "[a](<java\tscript:alert(1)>)",
	"[a](\u00a0javascript:alert(1))", "[a](\u2028javascript:alert(1))", "[a](\u200bjavascript:alert(1))", "[a](javascript\u200b:alert(1))",
	"[a](\uff4aavascript:alert(1))", "[a](java\x00script:alert(1))", "[a](java&#0;script:alert(1))", "[a](javascript\\:alert(1))",
	"[a](java%0ascript:alert(1))", "[a](%6aavascript:alert(1))", "[a](javascript://e.example/%0aalert(1))", "[a](vbscript:msgbox(1))", "[a](VBSCRIPT:x)",
	"[a](data:text/html,<script>alert(1)</script>)", "[a](data:text/html;base64,PHNjcmlwdD4=)", "![a](data:image/svg+xml,<svg onload=alert(1)>)",
	"[a](file:///etc/passwd)", "[a](blob:https://e.example/x)", "[a](view-source:https://e.example)", "[a](intent://x#Intent;end)", "[a](feed:javascript:alert(1))",
	"[a](//evil.example)", "[a](/\\evil.example)", "[a](\\\\evil.example)", "[a](\\/\\/evil.example)", "[a](/&#47;evil.example)", "[a](/&Tab;/evil.example)", "[a](&#47;&#47;evil.example)", "[a](http:evil.example)", "[a](https:/evil.example)", "![a](//evil.example/x.png)",
	"![a](javascript:alert(1))", "![a](mailto:a@e.example)", "[a]\n\n[a]: javascript:alert(1)", "![a]\n\n[a]: data:x 'b'", "<javascript:alert(1)>", "<data:text/html,x>", "<JAVASCRIPT:alert(1)>",
	`[a](/x "\" onclick=alert(1) \"")`, `[a](/x '" onclick=alert(1) b="')`, `![" onerror=alert(1) b="](/x.png)`, `[a](/x"onclick=alert(1))`, `![a](/x.png"onerror="alert(1))`, `[a](</x" onclick="alert(1)>)`, "[a](/x&quot;onclick=&quot;alert(1))",
	"<script>alert(1)</script>", "<ScRiPt src=//evil.example></sCrIpT>", "<script\n>alert(1)", "a <script>alert(1)</script>", "<<script>script>alert(1)<</script>/script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/x>alert(1)</script>",
	"<img src=x onerror=alert(1)>", "<img src=x srcset='javascript:x 1x' sizes=1>", "a <img src='/x' onload=alert(1) style='x'> b", "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "<img/src=`x`onerror=alert(1)>", "<image src=x onerror=alert(1)>", "<picture><source srcset=x onerror=y></picture>",
	"<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>", "<svg><style><img src=x onerror=alert(1)></style></svg>", "<math href=javascript:alert(1)>x</math>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<math><annotation-xml encoding=text/html><script>x</script></annotation-xml></math>",
	"<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>alert(1)</script>'>x</iframe>", "<object data=x></object>", "<embed src=x>", "<applet code=x>", "<base href=//evil.example>", "<link rel=stylesheet href=x>", "<meta http-equiv=refresh content='0;url=javascript:x'>", "<form action=javascript:x><input name=y><button formaction=z>", "<details open ontoggle=alert(1)>x</details>", "<marquee onstart=alert(1)>x", "<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>", "<body onload=alert(1)>", "<html manifest=x>", "<template><script>x</script></template>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>", "<title><a id='</title><img src=x onerror=alert(1)>'>", "<xmp><img src=x onerror=alert(1)></xmp>", "<plaintext><img src=x onerror=alert(1)>", "<frameset onload=alert(1)>", "<isindex type=image src=1 onerror=alert(1)>", "<x onclick=alert(1)>y</x>", "<a href=javascript:alert(1) id=b name=c>x</a>", "<p style='background:url(javascript:x)' class=y>z</p>", "<style>@import 'x';</style>", "<style>*{x:expression(alert(1))}</style>",
	"<!--><script>alert(1)</script>-->", "<!-- --!><img src=x onerror=alert(1)> -->", "<![CDATA[<script>alert(1)</script>]]>", "<?xml version='1.0'?><script>alert(1)</script>", "<!DOCTYPE x [<!ENTITY y 'z'>]>", "<!--[if IE]><script>alert(1)</script><![endif]-->", "<p title='-->'><!-- </p><img src=x onerror=alert(1)> -->",
	"&lt;script&gt;alert(1)&lt;/script&gt;", "\\<script>alert(1)\\</script>", "`<script>alert(1)</script>`", "    <script>alert(1)</script>", "```<script>\n</code></pre><script>alert(1)</script>\n```", "``` x\"onclick=alert(1)\ny\n```", "```javascript:\n```", "# <script>alert(1)</script> {#x onclick=alert(1)}",
	"|<script>|\n|-|\n|<img src=x onerror=alert(1)>|", "|a|\n|:-:\" onclick=alert(1)|\n|b|", "- <script>\n- alert(1)", "> <svg/onload=alert(1)>", "<div>\n[a](javascript:x)\n</div>", "<div>&lt;script&gt;alert(1)&lt;/script&gt;</div>", "<div><<script>script>alert(1)</div>", "\u212aavascript:alert(1)", "<\u017fcript>alert(1)</\u017fcript>", "\uff1cscript\uff1ealert(1)", "\ufeff<script>alert(1)</script>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "<a\x0bhref=javascript:x>y</a>", "<a\x00href=javascript:x>y</a>", "[a](https://e.example\\@evil.example)", "[\u202ea](https://e.example)", "http://e.example/<script>", "www.e.example/\"onclick=alert(1)", "a@e.example\"onclick=x", "[a](tel:javascript:alert(1))", "[a](mailto:a@e.example?subject=<script>)", "[a][javascript:alert(1)]", "![a](/x.png){onerror=alert(1)}", "[a](/x){onclick=alert(1)}",
}

func TestAttacks(t *testing.T) {
	for _, attack := range attacks {
		for _, around := range []string{"%", "a % b", "> %", "- %", "# %", "**%**", "<div>%</div>", "|a|\n|-|\n|%|", "%\n\n%"} {
			source := strings.ReplaceAll(around, "%", attack)
			allowed(t, markup.HTML(source))
			allowed(t, "<p>"+html.EscapeString(markup.Plain(source))+"</p>")
		}
	}
}
