package markup

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	tableast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// code gives what is to be replaced where attributes stand in code, and the places that are not in code. In code nothing can be
// escaped, so a text with backticks needs more of them around it.
func (f *frame) code() (edits []edit, rest []place) {
	if !mayHaveCode(f.text) || len(f.text) > MaxBytes {
		return nil, f.places
	}
	document := syntax.Parse(text.NewReader(f.text))
	c := &coding{frame: f, inCode: map[int]bool{}}
	_ = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.CodeSpan:
			c.span(node)
		case *ast.CodeBlock:
			c.lines(node.Lines())
		case *ast.FencedCodeBlock:
			c.fenced(node)
		}
		return ast.WalkContinue, nil
	})
	for _, p := range f.places {
		if !c.inCode[p.at] {
			rest = append(rest, p)
		}
	}
	slices.SortStableFunc(c.edits, func(a, b edit) int { return a.start - b.start })
	return c.edits, rest
}

// mayHaveCode is false for most texts, which then need not be read.
func mayHaveCode(text []byte) bool {
	return bytes.IndexByte(text, '`') >= 0 || bytes.IndexByte(text, '\t') >= 0 || bytes.Contains(text, []byte("~~~")) ||
		bytes.Contains(text, []byte("    "))
}

// coding collects the edits of a frame's code.
type coding struct {
	*frame
	edits  []edit
	inCode map[int]bool // the places that are in code
	runs   map[int]bool // the lengths of all runs of backticks in the frame
}

// written is what a part of code becomes with attributes in it.
func (c *coding) written(part text.Segment, in []place) string {
	var meant strings.Builder
	from := part.Start
	for _, p := range in {
		c.inCode[p.at] = true
		meant.WriteString(bare(string(c.text[from:p.at])))
		meant.WriteString(p.value)
		from = p.at + 1
	}
	meant.WriteString(bare(string(c.text[from:part.Stop])))
	return escaped(meant.String())
}

// lines replaces what has attributes in the lines of a block, and gives the values that were inserted.
func (c *coding) lines(lines *text.Segments) (values []string) {
	if lines.Len() == 0 {
		return nil
	}
	_, rest := within(c.places, lines.At(0).Start, lines.At(0).Start)
	for i := 0; i < lines.Len() && len(rest) > 0; i++ {
		line := lines.At(i)
		if rest[0].at >= line.Stop {
			continue
		}
		var in []place
		in, rest = within(rest, line.Start, line.Stop)
		if len(in) > 0 {
			c.edits = append(c.edits, edit{line.Start, line.Stop, c.written(line, in)})
		}
		for _, p := range in {
			values = append(values, p.value)
		}
	}
	return values
}

// fenced is lines for a block between fences, which must be longer than anything like them inside.
func (c *coding) fenced(node *ast.FencedCodeBlock) {
	values := c.lines(node.Lines())
	start := node.Pos()
	if len(values) == 0 || start < 0 || start >= len(c.text) || c.text[start] != '`' && c.text[start] != '~' {
		return
	}
	mark := c.text[start]
	fence := run(c.text, start)
	longest := 0
	for _, value := range values {
		for i := strings.IndexByte(value, mark); i >= 0 && i < len(value); i++ {
			n := run([]byte(value), i)
			if value[i] == mark {
				longest = max(longest, n)
			}
			i += n - 1
		}
	}
	if longest < fence {
		return
	}
	longer := strings.Repeat(string(mark), longest+1-fence)
	c.edits = append(c.edits, edit{start, start, longer})
	last := node.Lines().At(node.Lines().Len() - 1).Stop
	line, _, _ := bytes.Cut(c.text[last:], []byte("\n"))
	if end := bytes.TrimRight(line, " \t"); len(end) > 0 {
		closing := bytes.TrimLeft(end, " \t>")
		if len(closing) >= fence && run(closing, 0) == len(closing) && closing[0] == mark {
			c.edits = append(c.edits, edit{last + len(end), last + len(end), longer})
		}
	}
}

// run is how many bytes like the one at start follow one another there.
func run(text []byte, start int) int {
	end := start
	for end < len(text) && text[end] == text[start] {
		end++
	}
	return end - start
}

// maxTicks is the longest run of backticks that code is put between; where none up to it is free, the backticks of an
// attribute's text become apostrophes.
const maxTicks = 64

// span replaces what has attributes in a span of code, and lengthens the backticks around it where they need to be.
func (c *coding) span(node *ast.CodeSpan) {
	var parts []edit
	var inside []place
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		if of, is := child.(*ast.Text); is {
			in, _ := within(c.places, of.Segment.Start, of.Segment.Stop)
			inside = append(inside, in...)
			parts = append(parts, edit{of.Segment.Start, of.Segment.Stop, ""})
		}
	}
	start := node.Pos()
	if len(inside) == 0 || start < 0 || start >= len(c.text) || c.text[start] != '`' {
		return
	}
	around := run(c.text, start)
	open := start + around
	end := c.closing(open, around)
	if end < 0 {
		return
	}
	c.guard(node, inside)
	fence := c.fence(inside, around)
	for i, part := range parts {
		in, _ := within(inside, part.start, part.end)
		parts[i].text = c.written(text.NewSegment(part.start, part.end), in)
	}
	if bytes.IndexByte(c.text[open:end], '\n') >= 0 {
		parts = []edit{{open, end, c.joined(open, end, parts)}}
	}
	pad := ""
	if first, last := parts[0], parts[len(parts)-1]; len(fence) != around &&
		(strings.HasPrefix(first.text, "`") && first.start == open || strings.HasSuffix(last.text, "`") && last.end == end) {
		pad = " "
	}
	c.edits = append(c.edits, edit{start, open, fence + pad})
	c.edits = append(c.edits, parts...)
	c.edits = append(c.edits, edit{end, end + around, pad + fence})
}

// joined is code that goes over lines as one line, which shows the same: an attribute at the beginning of a line might begin
// a block there.
func (c *coding) joined(open, end int, parts []edit) string {
	var line strings.Builder
	if parts[0].start > open {
		line.WriteByte(' ')
	}
	for _, part := range parts {
		line.WriteString(strings.ReplaceAll(part.text, "\n", " "))
	}
	if parts[len(parts)-1].end < end {
		line.WriteByte(' ')
	}
	return line.String()
}

// fence is what a span of code has around it that is now between so many backticks: none of what is inside may end it. Where no run
// of backticks is free, those inside become apostrophes.
func (c *coding) fence(inside []place, around int) string {
	taken := map[int]bool{}
	for _, p := range inside {
		maps.Copy(taken, tickRuns([]byte(p.value)))
	}
	if len(taken) == 0 {
		return strings.Repeat("`", around)
	}
	if c.runs == nil {
		c.runs = tickRuns(c.text)
	}
	for n := 1; n <= maxTicks; n++ {
		if !taken[n] && !c.runs[n] {
			return strings.Repeat("`", n)
		}
	}
	for i := range inside {
		inside[i].value = strings.ReplaceAll(inside[i].value, "`", "'")
	}
	return strings.Repeat("`", around)
}

// guard changes what would be a mark even in code, since tables and the definitions of links are found before code is. A pipe has a
// backslash, which a table takes from it, and which is seen where the paragraph is no table but would be one with another column.
// In a paragraph that might define a link, a bracket is followed by a space of no width.
func (c *coding) guard(node ast.Node, inside []place) {
	block := node.Parent()
	for block.Type() == ast.TypeInline {
		block = block.Parent()
	}
	table := block.Kind() == tableast.KindTableCell
	for i := 0; i < block.Lines().Len() && !table; i++ {
		line := block.Lines().At(i)
		table = i > 0 && len(bytes.Trim(c.text[line.Start:line.Stop], "-:| \t\n")) == 0
	}
	defines := false
	if block.Lines().Len() > 0 {
		first := block.Lines().At(0)
		defines = bytes.HasPrefix(bytes.TrimLeft(c.text[first.Start:first.Stop], " "), []byte("["))
	}
	for i, p := range inside {
		if table {
			p.value = strings.ReplaceAll(p.value, "|", `\|`)
		}
		if defines {
			p.value = strings.ReplaceAll(p.value, "]", "]\u200b")
		}
		inside[i] = p
	}
}

// tickRuns gives the lengths of the runs of backticks in a text.
func tickRuns(text []byte) map[int]bool {
	runs := map[int]bool{}
	for i := 0; i < len(text); i++ {
		next := bytes.IndexByte(text[i:], '`')
		if next < 0 {
			break
		}
		i += next
		n := run(text, i)
		runs[n] = true
		i += n - 1
	}
	return runs
}

// closing finds the run of exactly n backticks that ends a span of code.
func (c *coding) closing(from, n int) int {
	for i := from; i < len(c.text); i++ {
		if c.text[i] == '`' {
			length := run(c.text, i)
			if length == n {
				return i
			}
			i += length - 1
		}
	}
	return -1
}
