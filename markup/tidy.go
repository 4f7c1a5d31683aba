package markup

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"unisono/content"
)

const (
	maxAddressBytes = 4096    // of a link's or picture's address; a longer one is none
	minDefined      = 100_000 // what addresses and titles by definition may add to a text that is shorter than that
)

// tidy leaves in a document only what may be shown: tags are gone, links and pictures with an address that is refused have become
// their text, and a picture's label is one text. HTML and Plain are written from the same tidied tree.
func tidy(document ast.Node, source []byte) {
	var nodes []ast.Node // children before parents: a label is tidy before it becomes text
	_ = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			switch node.Kind() {
			case ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock,
				ast.KindCodeSpan, ast.KindCodeBlock, ast.KindFencedCodeBlock:
				nodes = append(nodes, node)
			}
		}
		return ast.WalkContinue, nil
	})
	t := tidier{source, max(len(source), minDefined)}
	for _, node := range nodes {
		t.node(node)
	}
}

type tidier struct {
	source  []byte
	defined int // bytes that addresses and titles by definition may still add: one definition serves any number of links
}

func (t *tidier) node(node ast.Node) {
	switch node := node.(type) {
	case *ast.Link:
		to, is := t.target(node.Destination, node.Title, node.Reference)
		if !is {
			unwrap(node)
		} else if elsewhere(to) {
			node.SetAttributeString("rel", []byte(otherHost))
		}
	case *ast.Image:
		label := ast.NewString([]byte(inline(node, t.source)))
		label.SetRaw(true)
		to, is := t.target(node.Destination, node.Title, node.Reference)
		if !is || to.Scheme != "" && !elsewhere(to) { // nothing to see at a mail address
			replace(node, label)
			return
		}
		node.RemoveChildren(node)
		node.AppendChild(node, label)
	case *ast.AutoLink:
		to, is := check(autoAddress(node, t.source))
		if !is {
			label := ast.NewString(node.Label(t.source))
			label.SetRaw(true)
			replace(node, label)
		} else if elsewhere(to) {
			node.SetAttributeString("rel", []byte(otherHost))
		}
	case *ast.RawHTML:
		t.tag(node)
	case *ast.HTMLBlock:
		t.block(node)
	case *ast.CodeSpan:
		t.codeSpan(node)
	default: // a block of code
		t.codeBlock(node.Lines())
	}
}

// target is where a link or a picture leads, if that is allowed and, where a definition says it, not too much to write again.
func (t *tidier) target(destination, title []byte, by *ast.ReferenceLink) (*url.URL, bool) {
	if by != nil {
		if t.defined -= len(destination) + len(title); t.defined < 0 {
			return nil, false
		}
	}
	return address(destination)
}

// address is where a destination leads, if that is allowed.
func address(destination []byte) (*url.URL, bool) {
	if len(destination) > maxAddressBytes {
		return nil, false
	}
	return check(string(util.URLEscape(destination, true)))
}

func check(address string) (*url.URL, bool) {
	if len(address) > 3*maxAddressBytes || content.CheckURL(address) != nil {
		return nil, false
	}
	parsed, err := url.Parse(address)
	return parsed, err == nil
}

// autoAddress is the address of a link that is its own text, as it will be written.
func autoAddress(node *ast.AutoLink, source []byte) string {
	address := util.URLEscape(node.URL(source), false)
	if node.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(address), []byte("mailto:")) {
		return "mailto:" + string(address)
	}
	return string(address)
}

// elsewhere says that an address names a host.
func elsewhere(to *url.URL) bool { return to.Scheme == "https" || to.Scheme == "http" }

func replace(node, by ast.Node) { node.Parent().ReplaceChild(node.Parent(), node, by) }

// unwrap puts a node's children in its place.
func unwrap(node ast.Node) {
	parent := node.Parent()
	for child := node.FirstChild(); child != nil; child = node.FirstChild() {
		node.RemoveChild(node, child)
		parent.InsertBefore(parent, node, child)
	}
	parent.RemoveChild(parent, node)
}

// The tags that begin or end a line, those that leave a space, and those whose content is no text.
var (
	lineTags = strings.Fields(`address article aside blockquote br center dd details dialog dir div dl dt fieldset figcaption figure
		footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol optgroup option p pre section summary table tbody tfoot thead
		tr ul`)
	cellTags  = []string{"td", "th", "caption", "img"}
	mutedTags = []string{"script", "style", "iframe", "noembed", "noframes", "noscript", "template"}
)

// tag drops a tag inside a paragraph. One that begins or ends a line leaves a line break between what stands around it.
func (t *tidier) tag(node *ast.RawHTML) {
	parent, before, after := node.Parent(), node.PreviousSibling(), node.NextSibling()
	written := string(node.Segments.Value(t.source))
	name := strings.TrimPrefix(strings.TrimPrefix(written, "<"), "/")
	if end := strings.IndexAny(name, "/> \t\n"); end >= 0 {
		name = name[:end]
	}
	if !slices.Contains(lineTags, strings.ToLower(name)) || before == nil || after == nil || breaks(before) {
		parent.RemoveChild(parent, node)
		return
	}
	replace(node, lineBreak())
}

func lineBreak() ast.Node {
	br := ast.NewTextSegment(text.NewSegment(0, 0))
	br.SetHardLineBreak(true)
	return br
}

func breaks(node ast.Node) bool {
	text, is := node.(*ast.Text)
	return is && (text.HardLineBreak() || text.SoftLineBreak())
}

// block makes a paragraph of the text of a block of HTML, a line for each of its elements that has one.
func (t *tidier) block(node *ast.HTMLBlock) {
	var raw bytes.Buffer
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		raw.Write(line.Value(t.source))
	}
	if node.HasClosure() {
		raw.Write(node.ClosureLine.Value(t.source))
	}
	paragraph := ast.NewParagraph()
	for _, line := range blockLines(&raw) {
		if paragraph.HasChildren() {
			paragraph.AppendChild(paragraph, lineBreak())
		}
		written := ast.NewString([]byte(line))
		written.SetRaw(true)
		paragraph.AppendChild(paragraph, written)
	}
	if !paragraph.HasChildren() {
		node.Parent().RemoveChild(node.Parent(), node)
		return
	}
	replace(node, paragraph)
}

// blockLines gives the lines of text in HTML: without tags, with entities resolved, white space as a browser would show it.
func blockLines(raw *bytes.Buffer) []string {
	var lines []string
	var line strings.Builder
	end := func() {
		if words := spaced(line.String()); words != "" {
			lines = append(lines, words)
		}
		line.Reset()
	}
	muted := ""
	for tokens := html.NewTokenizer(raw); ; {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			end()
			return lines
		case html.TextToken:
			if muted == "" {
				line.WriteString(html.UnescapeString(bare(string(tokens.Raw()))))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			tag := string(name)
			switch {
			case muted != "":
				if kind == html.EndTagToken && tag == muted {
					muted = ""
				}
			case kind == html.StartTagToken && slices.Contains(mutedTags, tag):
				muted = tag
			case slices.Contains(lineTags, tag):
				end()
			case slices.Contains(cellTags, tag):
				line.WriteByte(' ')
			}
		default: // a comment or a document type
		}
	}
}

// spaced is a text with one space where there is white space; a space that does not break stays.
func spaced(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\r\f", r) }), " ")
}

// codeSpan takes the backslashes from escaped braces; in other text Markdown does so itself.
func (t *tidier) codeSpan(node *ast.CodeSpan) {
	for child := node.FirstChild(); child != nil; {
		next := child.NextSibling()
		if of, is := child.(*ast.Text); is {
			for _, part := range without(of.Segment, t.source) {
				node.InsertBefore(node, child, ast.NewRawTextSegment(part))
			}
			node.RemoveChild(node, child)
		}
		child = next
	}
}

func (t *tidier) codeBlock(lines *text.Segments) {
	bared := text.NewSegments()
	for i := range lines.Len() {
		bared.AppendAll(without(lines.At(i), t.source))
	}
	lines.Clear()
	lines.AppendAll(bared.Sliced(0, bared.Len()))
}

// without gives the parts of a segment that remain when the backslashes that escape braces are taken out.
func without(segment text.Segment, source []byte) []text.Segment {
	cuts := escapes(string(source[segment.Start:segment.Stop]))
	if len(cuts) == 0 {
		return []text.Segment{segment}
	}
	var parts []text.Segment
	rest := segment
	for _, cut := range cuts {
		part := rest.WithStop(segment.Start + cut[0])
		part.ForceNewline = false
		if !part.IsEmpty() {
			parts = append(parts, part)
		}
		rest = text.NewSegment(segment.Start+cut[1], segment.Stop)
		rest.ForceNewline = segment.ForceNewline
	}
	return append(parts, rest)
}
