// Package ndjson reads and writes content as lines of JSON: each line is one object whose "kind" says what it is and whose other
// members are the document's fields, as docs/documents.md describes them. It is the gateway's own format: what an export writes, an
// import reads back unchanged.
//
// It refuses to look into a document: what its fields may hold, content says. A line that cannot be read is reported, and the next one is
// read.
package ndjson

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"unisono/content"
	"unisono/fault"
	"unisono/ingest"
)

// maxLine is the longest line that is read, in bytes: as much as a document of MongoDB can hold.
const maxLine = 16 << 20

// Open gives the content of a file. It is opened when reading begins, and one that is not there ends the reading with an error.
func Open(path string) ingest.Source {
	return &source{name: path, open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// From gives what can be read from r, once. The name stands in reports where a file's path would.
func From(name string, r io.Reader) ingest.Source {
	return &source{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}
}

type source struct {
	name string
	open func() (io.ReadCloser, error)
}

// Items gives one item a line, in the order of the lines.
func (s *source) Items(ctx context.Context, report func(ingest.Problem)) iter.Seq2[ingest.Item, error] {
	return func(yield func(ingest.Item, error) bool) {
		file, err := s.open()
		if err != nil {
			yield(ingest.Item{}, fmt.Errorf("opening the file to import: %w", err))
			return
		}
		defer func() { _ = file.Close() }()
		lines := &lines{r: ingest.Text(file)}
		for {
			line, err := lines.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(ingest.Item{}, fmt.Errorf("reading %s, line %d: %w", s.name, lines.number, err))
				return
			}
			item, problems := s.item(line, lines.number)
			for _, problem := range problems {
				report(ingest.Problem{
					File: s.name, Line: lines.number, Column: strings.Join(problem.Path, "."),
					Code: string(problem.Code), Message: problem.Message,
				})
			}
			if item != nil && !yield(*item, nil) {
				return
			}
		}
	}
}

// item reads a line. A blank one gives neither an item nor a problem.
func (s *source) item(line line, number int) (*ingest.Item, fault.Problems) {
	problems := fault.Problems{}
	text := bytes.TrimSpace(line.text)
	if line.tooLong {
		problems.Add(nil, fault.TooMany, fmt.Sprintf("the line is longer than %d MiB, which is the most that a document can have", maxLine>>20))
		return nil, problems
	}
	if len(text) == 0 {
		return nil, nil
	}
	if place, wrong := ingest.NotUTF8(string(line.text)); place > 0 {
		problems.Add(nil, fault.Invalid, fmt.Sprintf("byte %d of the line (hexadecimal %02X) is not UTF-8; "+
			"the file must be UTF-8, with or without a byte-order mark, or UTF-16", place, wrong))
		return nil, problems
	}
	kind, err := content.KindOf(text)
	if err != nil {
		if !errors.As(err, &problems) {
			problems.Add(nil, fault.Invalid, err.Error())
		}
		return nil, problems
	}
	return &ingest.Item{Kind: kind, Patch: text, File: s.name, Line: number}, nil
}

// line is one line without its end. One that is too long has no text.
type line struct {
	text    []byte
	tooLong bool
}

// lines reads lines of bounded length.
type lines struct {
	r      *bufio.Reader
	number int // of the last line, from 1
}

// next gives the next line in memory of its own; after the last one io.EOF.
func (l *lines) next() (line, error) {
	next := line{}
	for {
		part, err := l.r.ReadSlice('\n')
		switch {
		case next.tooLong, len(next.text)+len(part) > maxLine+1: // one more for the line's end
			next = line{tooLong: true}
		default:
			next.text = append(next.text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(next.text) > 0 || next.tooLong):
			err = nil
		}
		if !errors.Is(err, io.EOF) {
			l.number++
		}
		return next, err
	}
}
