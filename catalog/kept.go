package catalog

import (
	"encoding/binary"

	"unisono/cache"
	"unisono/targeting"
)

// views keeps what was reckoned of lists: pages, totals and facets, by their questions and what was read of readers.
type views = cache.Made[*targeting.Context, *targeting.Record, any]

// reckoning is a question about a list, for one reader. What is asked of the list is found among what is kept, or reckoned and kept.
type reckoning struct {
	kept     *views             // nil: nothing is kept
	asker    *targeting.Context // whose record is told of all that was read
	reader   *targeting.Context // reads into the list's own record
	record   *targeting.Record
	question []byte // what makes the list, but for its reader
	now      cache.Moment
	note     func(what questionKind, part Part, facet string, most int, said string) // nil: nobody wants to know what was asked
}

// told notes what the list said.
func (r *reckoning) told(what questionKind, part Part, facet string, most int, said func() string) {
	if r.note != nil {
		r.note(what, part, facet, most, said())
	}
}

// reckon begins a question. Nothing is kept of previews, nor of lists of products that are named: those are found as quickly.
func (s *Snapshot) reckon(reader *targeting.Context, question []byte, changed uint64) reckoning {
	at, preview := reader.Instant()
	if s.kept == nil || question == nil || preview {
		return reckoning{asker: reader, reader: reader}
	}
	record := &targeting.Record{}
	return reckoning{
		kept: s.kept, asker: reader, reader: reader.Recorded(record), record: record, question: question,
		now: cache.Moment{At: at, Number: s.number, Changed: changed},
	}
}

// keep gives what a part of the question is answered with.
func keep[V any](r *reckoning, part []byte, reckon func() (V, error)) (V, error) {
	if r.kept == nil {
		return reckon()
	}
	question := string(append(r.question[:len(r.question):len(r.question)], part...))
	if found, read, is := r.kept.Find(question, r.asker, r.now, nil); is {
		r.asker.Consult(read)
		return found.(V), nil
	}
	made, err := reckon()
	read := r.record.Copy()
	r.asker.Consult(read)
	if err == nil {
		r.kept.Keep(question, r.asker, r.now, made, read)
	}
	return made, err
}

// What a part of a question is about.
const (
	askedTotal = iota
	askedPage
	askedFacet
)

func (p *Part) appendTo(to []byte) []byte {
	to = binary.AppendVarint(append(to, askedPage), int64(p.First))
	to = appendString(appendString(to, p.After), p.Before)
	return append(to, byte(one(p.Backward)))
}

func facetPart(key string, most int) []byte {
	return binary.AppendVarint(appendString([]byte{askedFacet}, key), int64(most))
}

// question writes all that makes a list of products, but for its reader and its part; nil where it cannot be written, or nothing is kept.
func (q *ProductQuery) question() []byte {
	if q.SKUs != nil {
		return nil
	}
	to := appendString([]byte("products"), string(q.Order))
	to = appendStrings(appendStrings(appendString(to, q.Text), q.Categories), q.Families)
	to = appendStrings(to, q.Levels)
	to = binary.AppendUvarint(to, uint64(len(q.Attributes)))
	for i := range q.Attributes {
		filter := &q.Attributes[i]
		written, err := filter.written()
		if err != nil {
			return nil
		}
		to = append(appendString(to, written), byte(one(filter.In == nil))) // which JSON does not tell from an empty list
	}
	return to
}

func (q *FragmentQuery) question() []byte {
	if q.Keys != nil {
		return nil
	}
	return appendStrings(appendStrings([]byte("fragments"), q.Kinds), q.Labels)
}

func appendString(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// appendStrings tells no list from an empty one.
func appendStrings[T ~string](to []byte, texts []T) []byte {
	if texts == nil {
		return append(to, 0)
	}
	to = binary.AppendUvarint(to, uint64(len(texts))+1)
	for _, text := range texts {
		to = appendString(to, string(text))
	}
	return to
}
