// Package markup turns the Markdown of a text into HTML that is safe to show and into plain text, and puts the attributes of
// a product in the places that a text leaves for them.
//
// Markdown is CommonMark with tables, struck-out text and bare addresses as links. Tags of HTML are no part of it: they are
// dropped and the text between them stays, since a catalogue's texts often come from an editor that wrote HTML. What is left out
// altogether: scripts and styles that stand as blocks of their own, comments, and links and pictures whose address has a scheme
// that content.CheckURL refuses; their text stays. No element has an id, a style or a handler.
//
// A text says {{attribute "pressure"}} for an attribute of the product that it stands on; see [Expand]. \{{ stands for two
// braces, in code too.
//
// Everything here is pure and safe for concurrent use. Whatever the text, the time it takes grows at worst in proportion to its
// size: where Markdown would be slow, in a paragraph with thousands of brackets or in quotations thirty deep, marks
// beyond a limit are taken as text.
package markup

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	hypertext "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// MaxBytes is the size of the longest text that is read as Markdown: twice that of a text as it is kept, since Expand makes it
// longer. Of a longer one only the paragraphs are told apart.
const MaxBytes = 2 << 20

// HTML gives the text as HTML that is safe to place in a page: all of it passes one policy, which knows only the elements that
// Markdown writes. Headings have the level that the text gives them. Links to other hosts have rel="nofollow noopener"; which
// host is the page's own is not known here, so that is every link with the scheme http or https. A line break from a tag, as in
// "one<br>two", stays one. Placeholders must have been expanded: one that is still there is shown as it is written.
func HTML(markdown string) string {
	source := normal(markdown)
	if len(source) > MaxBytes {
		return literal(source)
	}
	content := []byte(source)
	document := syntax.Parse(text.NewReader(content))
	tidy(document, content)
	var out bytes.Buffer
	out.Grow(len(content) + len(content)/4)
	if err := writer.Render(&out, content, document); err != nil {
		return literal(source) // a buffer refuses nothing
	}
	return policy.SanitizeReader(&out).String()
}

// normal is a text in UTF-8 with lines that end in a line feed.
func normal(markdown string) string {
	if strings.Contains(markdown, "\r") {
		markdown = strings.ReplaceAll(strings.ReplaceAll(markdown, "\r\n", "\n"), "\r", "\n")
	}
	return strings.ToValidUTF8(markdown, "\uFFFD")
}

// literal is a text that is too long to be read: its paragraphs, with every mark as it is written.
func literal(source string) string {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(source, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			out.WriteString("<p>")
			out.WriteString(html.EscapeString(paragraph))
			out.WriteString("</p>\n")
		}
	}
	return policy.Sanitize(out.String())
}

// writer writes a tree that has been tidied.
var writer = renderer.NewRenderer(renderer.WithNodeRenderers(
	util.Prioritized(hypertext.NewRenderer(), 1000),
	util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
	util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
))

// otherHost is what a link to another host has as its rel.
const otherHost = "nofollow noopener"

// policy is what HTML may hold. The tree holds nothing else when it is written; this is the second lock on the same door.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "del",
		"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[\pL\pN_+#.-]{1,40}$`)).OnElements("code")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + otherHost + `$`)).OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("title").OnElements("a", "img")
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}()
