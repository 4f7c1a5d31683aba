package akeneo

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"unisono/fault"
	"unisono/ingest"
)

// maxRow bounds a row in bytes. Only a quote that is never closed makes one longer, and that would read the rest of the file into memory.
const maxRow = 16 << 20

// table is one CSV file that is being read.
type table struct {
	file    string // as reports name it
	header  []string
	columns map[string]int // the first column with a name
	report  func(ingest.Problem)

	closer io.Closer
	guard  *guard
	reader *csv.Reader
	last   int // the last line of the last row
}

// row is one record of a table. Its cells are good until the next row is read; the texts in them stay.
type row struct {
	*table
	line  int // the first line of the record, from 1
	cells []string
}

// openTable opens a file and reads its header. A file without one is a table without columns and rows.
func openTable(path string, report func(ingest.Problem)) (*table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening a file of the export: %w", err)
	}
	t := &table{file: path, columns: map[string]int{}, report: report, closer: file}
	text := ingest.Text(file)
	t.guard = &guard{r: text, left: maxRow}
	t.reader = csv.NewReader(t.guard)
	t.reader.Comma = delimiter(text)
	t.reader.ReuseRecord = true
	header, err := t.reader.Read()
	switch {
	case errors.Is(err, io.EOF):
		return t, nil
	case err != nil:
		t.malformed(err)
		return t, nil
	}
	t.readHeader(header)
	return t, nil
}

func (t *table) close() { _ = t.closer.Close() }

func (t *table) readHeader(header []string) {
	for i, name := range header {
		if place, wrong := ingest.NotUTF8(name); place > 0 {
			t.problem(1, fmt.Sprintf("column %d", i+1), fault.Invalid, notUTF8(place, wrong))
			name = ""
		}
		name = strings.TrimSpace(strings.Clone(name))
		t.header = append(t.header, name)
		if first, twice := t.columns[name]; twice && name != "" {
			t.problem(1, name, fault.Invalid, fmt.Sprintf("this column stands twice; only the first, number %d, is read", first+1))
			continue
		}
		t.columns[name] = i
	}
}

// has says that the table has a column.
func (t *table) has(column string) bool {
	_, is := t.columns[column]
	return is
}

// rows gives the rows that can be read and reports the others. Rows in which every cell is empty, which spreadsheets leave behind, are
// passed over. The only errors are those of ctx and of reading the file.
func (t *table) rows(ctx context.Context) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for len(t.header) > 0 {
			t.guard.left = maxRow
			cells, err := t.reader.Read()
			if ctxErr := ctx.Err(); ctxErr != nil {
				err = ctxErr
			}
			var parse *csv.ParseError
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.Is(err, errRowTooLong), errors.As(err, &parse):
				t.malformed(err)
				if errors.Is(err, errRowTooLong) {
					return
				}
				continue
			case err != nil:
				yield(row{}, fmt.Errorf("reading %s: %w", t.file, err))
				return
			}
			line, _ := t.reader.FieldPos(0)
			t.last, _ = t.reader.FieldPos(len(cells) - 1)
			t.last += strings.Count(cells[len(cells)-1], "\n")
			row := row{table: t, line: line, cells: cells}
			if row.blank() || !row.isUTF8() {
				continue
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// malformed reports a row that is not CSV.
func (t *table) malformed(err error) {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, errRowTooLong):
		t.problem(t.last+1, "", fault.TooMany, fmt.Sprintf("the row is longer than %d MiB, most likely because a quote is never closed; "+
			"the rest of the file was not read", maxRow>>20))
	case !errors.As(err, &parse):
		t.problem(1, "", fault.Invalid, err.Error())
	case errors.Is(parse.Err, csv.ErrFieldCount):
		t.problem(parse.StartLine, "", fault.Invalid, fmt.Sprintf("the row has another number of cells than the header, which has %d", len(t.header)))
	case errors.Is(parse.Err, csv.ErrQuote):
		t.problem(parse.StartLine, "", fault.Invalid, fmt.Sprintf("at line %d, byte %d: a cell in quotes must end with a quote before the "+
			"next delimiter, and a quote inside it be doubled; lines %d to %d were passed over",
			parse.Line, parse.Column, parse.StartLine, parse.Line))
	case errors.Is(parse.Err, csv.ErrBareQuote):
		t.problem(parse.StartLine, "", fault.Invalid, fmt.Sprintf("at line %d, byte %d: a quote stands in a cell without quotes around it",
			parse.Line, parse.Column))
	default:
		t.problem(parse.StartLine, "", fault.Invalid, parse.Err.Error())
	}
	if parse != nil {
		t.last = parse.Line
	}
}

func (t *table) problem(line int, column string, code fault.Code, message string) {
	t.report(ingest.Problem{File: t.file, Line: line, Column: column, Code: string(code), Message: message})
}

// cell gives the cell of a column without the white space around it; "" where there is no such column.
func (r *row) cell(column string) string {
	place, is := r.columns[column]
	if !is {
		return ""
	}
	return strings.TrimSpace(r.cells[place])
}

// code is cell for texts that are kept when the row is gone.
func (r *row) code(column string) string { return strings.Clone(r.cell(column)) }

// list gives the cell of a column that holds words separated by commas. A word that stands there twice is given once.
func (r *row) list(column string) []string { return splitList(r.cell(column)) }

func splitList(cell string) []string {
	words := []string{}
	seen := map[string]bool{}
	for word := range strings.SplitSeq(cell, ",") {
		if word = strings.TrimSpace(word); word != "" && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}

func (r *row) problem(column string, code fault.Code, format string, args ...any) {
	r.table.problem(r.line, column, code, fmt.Sprintf(format, args...))
}

func (r *row) blank() bool {
	for _, cell := range r.cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// isUTF8 reports a row that holds anything else.
func (r *row) isUTF8() bool {
	for i, cell := range r.cells {
		if place, wrong := ingest.NotUTF8(cell); place > 0 {
			r.problem(r.header[i], fault.Invalid, "%s", notUTF8(place, wrong))
			return false
		}
	}
	return true
}

func notUTF8(place int, wrong byte) string {
	return fmt.Sprintf("byte %d of the cell (hexadecimal %02X) is not UTF-8; the file must be UTF-8, with or without a byte-order mark, or UTF-16",
		place, wrong)
}

// delimiter tells by the header what separates cells: the one of ; , and TAB that stands there most often, outside of quotes.
func delimiter(text *bufio.Reader) rune {
	start, _ := text.Peek(text.Size())
	counts := map[byte]int{}
	quoted := false
	for _, letter := range start {
		switch {
		case letter == '"':
			quoted = !quoted
		case !quoted:
			counts[letter]++
		}
		if !quoted && (letter == '\n' || letter == '\r') {
			break
		}
	}
	best := byte(';')
	for _, candidate := range []byte{',', '\t'} {
		if counts[candidate] > counts[best] {
			best = candidate
		}
	}
	return rune(best)
}

var errRowTooLong = errors.New("the row is too long")

// guard refuses to read on inside a row that has become too long.
type guard struct {
	r    io.Reader
	left int // how much more of this row may be read; some of the next row is read with it
}

func (g *guard) Read(into []byte) (int, error) {
	if g.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := g.r.Read(into)
	g.left -= n
	return n, err
}
