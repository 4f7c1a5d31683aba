// Package direct is what the generated code of graph/direct.go is written against: an answer goes straight into bytes while it is resolved, one field after
// the other, where gqlgen makes a context, closures, a goroutine and a value to be written later of each field.
//
// What is answered is the same, with the same errors at the same paths, and a panic takes its own field with it and nothing else. It knows no type of the
// schema. Nothing goes around fields: gqlgen's interceptors of fields and of root fields are not called, and what is to be deferred comes at once.
package direct

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// Answer writes the answer to a query, whose fields write resolves: side by side, for each may have to load something.
func Answer(ctx context.Context, operation *graphql.OperationContext, query *Type, write func(w *Writer, f *Field) bool) []byte {
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: query.Name})
	w := newWriter(ctx, operation)
	defer w.free()
	if s := selected(operation, operation.Operation.SelectionSet, query); !w.Apart(s, write) { //nolint:contextcheck // the writer has it
		w.Null()
	}
	return append(make([]byte, 0, len(w.bytes)), w.bytes...)
}

// Apart writes an object whose fields are resolved side by side, each by a writer of its own, since each may have to load something that nobody has read ahead. It is false where
// a field is null that must not be; then nothing is written.
func (w *Writer) Apart(s *Selection, write func(w *Writer, f *Field) bool) bool {
	if len(s.Fields) < 2 {
		start, isWhole := w.Open(), true
		for i := range s.Fields {
			isWhole = write(w, &s.Fields[i])
		}
		return w.Close(start, isWhole)
	}
	ctx := w.Context()
	parts, are := make([]*Writer, len(s.Fields)), make([]bool, len(s.Fields))
	working := sync.WaitGroup{}
	for i := range s.Fields {
		parts[i] = newWriter(ctx, w.operation)
		defer parts[i].free()
		if i > 0 {
			working.Go(func() { are[i] = write(parts[i], &s.Fields[i]) })
		}
	}
	are[0] = write(parts[0], &s.Fields[0])
	working.Wait()
	start, whole := w.Open(), true
	for i, part := range parts {
		if len(part.bytes) > 0 { // else it is one more of the same name
			w.separate()
			w.bytes = append(w.bytes, part.bytes...)
		}
		whole = whole && are[i]
	}
	return w.Close(start, whole)
}
