package markup

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Limits on what is taken as a mark. Markdown's reader goes over a paragraph again for every bracket, and over a line again for
// every quotation that it stands in; these keep that in proportion. No text that a person wrote comes near them.
const (
	maxNesting     = 32      // quotations and lists inside one another
	maxMarks       = 1000    // of marks that are tried in one paragraph, heading or cell
	maxDefinitions = 500     // lines of a paragraph of link definitions
	maxCells       = 100_000 // cells of all tables of a text, with those that short rows lack
	maxPipes       = 500     // rows of tables that hold escaped pipes
)

// syntax reads Markdown: CommonMark with tables, struck-out text and bare addresses, within the limits.
var syntax = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(nested{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(nested{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(marked{parser.NewCodeSpanParser()}, 100),
		util.Prioritized(brackets{marked{parser.NewLinkParser()}}, 200),
		util.Prioritized(marked{parser.NewAutoLinkParser()}, 300),
		util.Prioritized(marked{parser.NewRawHTMLParser()}, 400),
		util.Prioritized(marked{parser.NewEmphasisParser()}, 500),
		util.Prioritized(marked{extension.NewStrikethroughParser()}, 500),
		util.Prioritized(marked{extension.NewLinkifyParser()}, 999),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(definitions{}, 100),
		util.Prioritized(tables{}, 200),
	),
	parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
)

// nested opens a block that holds others unless it would stand too deep; the line is then text.
type nested struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (n nested) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for above := parent; above != nil; above = above.Parent() {
		if above.Kind() != ast.KindList { // its items count
			depth++
		}
	}
	if depth > maxNesting {
		return nil, parser.NoChildren
	}
	return n.BlockParser.Open(parent, reader, pc)
}

var marksKey, cellsKey = parser.NewContextKey(), parser.NewContextKey()

// marks counts the marks of a block.
type marks struct {
	block ast.Node
	tried int
}

// marked tries a mark unless many have been tried in its block; it is then text.
type marked struct{ parser.InlineParser }

// Parse implements parser.InlineParser.
func (m marked) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	// A space or the beginning of a line is where a bare address may begin, which is read once.
	if util.IsPunct(block.Peek()) && !admit(parent, pc) {
		return nil
	}
	return m.InlineParser.Parse(parent, block, pc)
}

func admit(block ast.Node, pc parser.Context) bool {
	of, _ := pc.Get(marksKey).(*marks)
	if of == nil {
		of = &marks{}
		pc.Set(marksKey, of)
	}
	if of.block != block {
		*of = marks{block: block}
	}
	of.tried++
	return of.tried <= maxMarks
}

// brackets are the marks of links, which have to be told when a block ends.
type brackets struct{ marked }

// CloseBlock implements parser.CloseBlocker.
func (b brackets) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if links, is := b.InlineParser.(parser.CloseBlocker); is {
		links.CloseBlock(parent, block, pc)
	}
}

// definitions finds the definitions of links at the beginning of a paragraph that is not too long.
type definitions struct{}

// Transform implements parser.ParagraphTransformer.
func (definitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if node.Lines().Len() <= maxDefinitions {
		parser.LinkReferenceParagraphTransformer.Transform(node, reader, pc)
	}
}

// tables finds the tables of a text, as long as there are not too many cells.
type tables struct{}

// Transform implements parser.ParagraphTransformer.
func (tables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, source := node.Lines(), reader.Source()
	if lines.Len() < 2 {
		return
	}
	columns, escaped := 0, 0
	for i := range lines.Len() {
		segment := lines.At(i)
		line := source[segment.Start:segment.Stop]
		columns = max(columns, bytes.Count(line, []byte("|"))+1)
		if bytes.Contains(line, []byte(`\|`)) {
			escaped++
		}
	}
	used, _ := pc.Get(cellsKey).([2]int)
	used[0] += columns * lines.Len()
	used[1] += escaped
	if columns == 1 && !bytes.Contains(source[lines.At(0).Start:lines.At(lines.Len()-1).Stop], []byte(":")) {
		return // a table of one column needs a pipe or a colon
	}
	if used[0] > maxCells || used[1] > maxPipes {
		return
	}
	before := node.Parent().ChildCount()
	extension.NewTableParagraphTransformer().Transform(node, reader, pc)
	if node.Parent() == nil || node.Parent().ChildCount() != before {
		pc.Set(cellsKey, used)
	}
}
