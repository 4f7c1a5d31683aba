package direct

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// Writer writes one field of a query, with all that lies below. It is not for several goroutines.
//
// What is written is whole at any time: whoever finds that an object cannot be there, since what it must have is null, takes back what it wrote of it and says
// so, and the next place above that can be null is null.
type Writer struct {
	operation *graphql.OperationContext
	base      context.Context // of what it writes a part of
	steps     []step          // that lead from there to what is being written
	bytes     []byte
}

// step is a field or an item of a list.
type step struct {
	field *Field // nil: an item
	index int
	ctx   context.Context // made when somebody wants it, as most do not
}

// writers keeps the memory of writers that are done.
var writers = sync.Pool{New: func() any { return &Writer{bytes: make([]byte, 0, 512)} }}

// maxKept is the length of an answer whose memory is not kept for others.
const maxKept = 1 << 20

func newWriter(ctx context.Context, operation *graphql.OperationContext) *Writer {
	w := writers.Get().(*Writer)
	w.operation, w.base = operation, ctx
	return w
}

// free gives the writer back. It holds on to nothing of the operation.
func (w *Writer) free() {
	clear(w.steps[:cap(w.steps)])
	if cap(w.bytes) > maxKept {
		w.bytes = nil
	}
	*w = Writer{steps: w.steps[:0], bytes: w.bytes[:0]}
	writers.Put(w)
}

// Context gives the context of the place that is being written, as gqlgen makes it for resolvers: they find the field there, and errors their path.
func (w *Writer) Context() context.Context { return w.context(len(w.steps)) }

// Around is the context of the object in which a field is being written.
func (w *Writer) Around() context.Context { return w.context(len(w.steps) - 1) }

func (w *Writer) context(depth int) context.Context {
	ctx := w.base
	for i := range w.steps[:depth] {
		s := &w.steps[i]
		if s.ctx == nil {
			s.ctx = s.context(ctx) //nolint:fatcontext // one for each step from the root of the answer
		}
		ctx = s.ctx
	}
	return ctx
}

func (s *step) context(parent context.Context) context.Context {
	if s.field == nil {
		index := s.index
		return graphql.WithFieldContext(parent, &graphql.FieldContext{Index: &index})
	}
	f := s.field
	return graphql.WithFieldContext(parent, &graphql.FieldContext{
		Object: f.of.Name, Field: f.CollectedField, Args: f.Args, IsMethod: f.is.IsMethod || f.is.IsResolver, IsResolver: f.is.IsResolver,
	})
}

// Mark is where something begins.
type Mark struct{ depth, key, value int }

// Enter begins a field. Leave must be deferred.
func (w *Writer) Enter(f *Field) Mark {
	m := Mark{depth: len(w.steps), key: len(w.bytes)}
	w.steps = append(w.steps, step{field: f})
	w.separate()
	w.bytes = append(append(append(w.bytes, '"'), f.Alias...), '"', ':')
	m.value = len(w.bytes)
	return m
}

// Leave ends a field. A panic makes it null.
func (w *Writer) Leave(m Mark, f *Field, is *bool) {
	if panicked := recover(); panicked != nil {
		*is = w.panicked(m, panicked, f.isRequired())
	}
	w.steps = w.steps[:m.depth]
	if f.isAgain {
		w.bytes = w.bytes[:m.key]
	}
}

func (w *Writer) enterItem(index int) Mark {
	m := Mark{depth: len(w.steps), key: len(w.bytes)}
	w.steps = append(w.steps, step{index: index})
	if index > 0 {
		w.bytes = append(w.bytes, ',')
	}
	m.value = len(w.bytes)
	return m
}

func (w *Writer) leaveItem(m Mark, isRequired bool, is *bool) {
	if panicked := recover(); panicked != nil {
		*is = w.panicked(m, panicked, isRequired)
	}
	w.steps = w.steps[:m.depth]
}

// panicked reports a panic, and says whether the null that is left may be there.
func (w *Writer) panicked(m Mark, panicked any, isRequired bool) bool {
	ctx := w.Context()
	w.operation.Error(ctx, w.operation.Recover(ctx, panicked))
	w.bytes = w.bytes[:m.value]
	return !isRequired && w.Null()
}

// separate writes the comma between two fields of an object.
func (w *Writer) separate() {
	if len(w.bytes) > 0 && w.bytes[len(w.bytes)-1] != '{' {
		w.bytes = append(w.bytes, ',')
	}
}

// Open begins an object.
func (w *Writer) Open() (start int) {
	w.bytes = append(w.bytes, '{')
	return len(w.bytes) - 1
}

// Close ends an object. Where it is not whole it is taken back.
func (w *Writer) Close(start int, isWhole bool) bool { return w.close(start, isWhole, '}') }

func (w *Writer) close(start int, isWhole bool, end byte) bool {
	if !isWhole {
		w.bytes = w.bytes[:start]
		return false
	}
	w.bytes = append(w.bytes, end)
	return true
}

// Fail reports why a field has no value.
func (w *Writer) Fail(f *Field, err error) bool {
	ctx := w.Context()
	w.operation.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
	return w.Nothing(f)
}

// Nothing leaves a field null, for a reason that is reported.
func (w *Writer) Nothing(f *Field) bool { return !f.isRequired() && w.Null() }

// Missing is for a value that is nil. The type is the one that the schema declares for the place where it may not be; "" where it may.
func (w *Writer) Missing(declared string) bool {
	if declared == "" {
		return w.Null()
	}
	graphql.AddInvalidNullError(w.Context(), declared)
	return false
}

// Plain writes what gqlgen's own code made.
func (w *Writer) Plain(f *Field, made graphql.Marshaler) bool {
	if made == graphql.Null {
		return w.Nothing(f)
	}
	made.MarshalGQL(w)
	return true
}
