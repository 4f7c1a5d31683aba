package markup

import (
	"bufio"
	"html"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	tableast "github.com/yuin/goldmark/extension/ast"
	hypertext "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// Plain gives the text as a person would write it without markup. It is text, not HTML: whoever puts it into a page must escape it.
//
//   - Blocks are separated by a blank line; a quotation is its paragraphs; a rule is nothing.
//   - A list's items are lines beginning "- " or "1. ", what belongs to them is indented, and items that the text sets apart are.
//   - A table's rows are lines, their cells separated by " | ".
//   - A link to another host is its text and the address in parentheses, or only the text where that is the address; so are
//     mail addresses and telephone numbers. A link on the own host is its text: a path says nothing without the host.
//   - A picture is its alternative text. Code is as it is. Entities are resolved. Of a tag nothing remains.
//   - A line that only the source broke is one line; no line ends in white space.
func Plain(markdown string) string {
	source := normal(markdown)
	if len(source) > MaxBytes {
		return joined(strings.Split(source, "\n"))
	}
	content := []byte(source)
	document := syntax.Parse(text.NewReader(content))
	tidy(document, content)
	return joined(blocks(document, content, true))
}

func joined(lines []string) string {
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// blocks gives the lines of the blocks inside a node, with a blank line between two where they stand apart.
func blocks(parent ast.Node, source []byte, apart bool) []string {
	var lines []string
	for child := parent.FirstChild(); child != nil; child = child.NextSibling() {
		of := block(child, source)
		if len(of) == 0 {
			continue
		}
		if apart && len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, of...)
	}
	return lines
}

func block(node ast.Node, source []byte) []string {
	switch node := node.(type) {
	case *ast.List:
		return list(node, source)
	case *ast.Blockquote:
		return blocks(node, source, true)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		if code := strings.TrimRight(string(node.Lines().Value(source)), "\n"); code != "" {
			return strings.Split(code, "\n")
		}
	case *tableast.Table:
		return table(node, source)
	case *ast.Heading, *ast.Paragraph, *ast.TextBlock:
		if words := strings.TrimFunc(inline(node, source), unicode.IsSpace); words != "" {
			return strings.Split(words, "\n")
		}
	}
	return nil // a rule, the definition of a link
}

func list(node *ast.List, source []byte) []string {
	var lines []string
	number := node.Start
	for item := node.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "- "
		if node.IsOrdered() {
			marker = strconv.Itoa(number) + ". "
			number++
		}
		of := blocks(item, source, !node.IsTight)
		if len(of) == 0 {
			of = []string{""}
		}
		indent := strings.Repeat(" ", len(marker))
		for i, line := range of {
			switch {
			case i == 0:
				of[i] = marker + line
			case line != "":
				of[i] = indent + line
			}
		}
		if !node.IsTight && len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, of...)
	}
	return lines
}

func table(node ast.Node, source []byte) []string {
	var lines []string
	for row := node.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, spaced(inline(cell, source)))
		}
		lines = append(lines, strings.TrimSpace(strings.Join(cells, " | ")))
	}
	return lines
}

// inline gives the text inside a paragraph, a heading, a cell or a label.
func inline(node ast.Node, source []byte) string {
	var out strings.Builder
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		write(&out, child, source)
	}
	return out.String()
}

func write(out *strings.Builder, node ast.Node, source []byte) {
	switch node := node.(type) {
	case *ast.Text:
		value := node.Value(source)
		if node.IsRaw() {
			out.WriteString(strings.ReplaceAll(string(value), "\n", " "))
			return
		}
		out.WriteString(resolved(value))
		switch {
		case node.HardLineBreak():
			out.WriteByte('\n')
		case node.SoftLineBreak():
			out.WriteByte(' ')
		}
	case *ast.String:
		out.Write(node.Value)
	case *ast.AutoLink:
		out.Write(node.Label(source))
	case *ast.Link:
		words := inline(node, source)
		out.WriteString(words)
		if address := shown(words, node); address != "" {
			out.WriteString(" (" + address + ")")
		}
	default:
		for child := node.FirstChild(); child != nil; child = child.NextSibling() {
			write(out, child, source)
		}
	}
}

// shown is the address to write after a link's text; empty where the text says it already.
func shown(words string, link *ast.Link) string {
	to, is := address(link.Destination)
	if !is || to.Scheme == "" {
		return ""
	}
	full := to.String()
	short := strings.TrimPrefix(full, to.Scheme+":")
	short = strings.TrimSuffix(strings.TrimPrefix(short, "//"), "/")
	if words = strings.TrimSuffix(strings.TrimSpace(words), "/"); words == short || words == to.Scheme+":"+short ||
		words == to.Scheme+"://"+short {
		return ""
	}
	if words == "" || elsewhere(to) {
		return full
	}
	return short
}

// resolved is a piece of text without the backslashes that escape and with its entities resolved.
func resolved(piece []byte) string {
	if !strings.ContainsAny(string(piece), "\\&\x00") {
		return string(piece)
	}
	var out strings.Builder
	buffer := bufio.NewWriterSize(&out, 64)
	hypertext.DefaultWriter.Write(buffer, piece)
	_ = buffer.Flush() // a builder refuses nothing
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, html.UnescapeString(out.String()))
}
