package direct

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Type is what generated code says of an object type.
type Type struct {
	Name      string
	Satisfies []string // its own name, and those of the interfaces and unions that it is one of
	Fields    map[string]Definition
}

// Definition is what generated code says of a field of a type.
type Definition struct {
	Number     int // by which generated code knows it; 0 is __typename
	IsMethod   bool
	IsResolver bool
}

// Selection is what an operation asks of objects of one type in one place.
type Selection struct{ Fields []Field }

// Field is one field that an operation asks for in one place, of objects of one type.
type Field struct {
	graphql.CollectedField
	Number int
	Args   map[string]any // what the operation gives, once Arguments has read it; nobody may change what is in it, for all objects share it

	of      *Type
	is      Definition
	isAgain bool // another field of this name is written already
	isRead  bool // Args is there
	below   []below
}

// below is what is asked of the objects of a type that a field leads to.
type below struct {
	of        *Type
	selection *Selection
}

// Below gives what is asked of the objects of a type that the field leads to. Each object asks, though one would be enough: where a condition in it is null it panics, and what is
// lost by that is the object.
func (f *Field) Below(w *Writer, of *Type) *Selection {
	for i := range f.below {
		if f.below[i].of == of {
			return f.below[i].selection
		}
	}
	s := selected(w.operation, f.Selections, of)
	f.below = append(f.below, below{of, s})
	return s
}

// isRequired says that the field is never null, but where something is wrong.
func (f *Field) isRequired() bool { return f.Definition.Type.NonNull }

// selected gathers what is asked of objects of a type. It is for one writer: what fields hold is made without locks.
func selected(operation *graphql.OperationContext, set ast.SelectionSet, of *Type) *Selection {
	collected := graphql.CollectFields(operation, set, of.Satisfies)
	s := &Selection{make([]Field, len(collected))}
	for i, field := range collected {
		is, known := of.Fields[field.Name]
		if !known {
			is.Number = -1 // the one who writes it will say so
		}
		s.Fields[i] = Field{CollectedField: field, Number: is.Number, of: of, is: is}
		for _, before := range collected[:i] {
			s.Fields[i].isAgain = s.Fields[i].isAgain || before.Alias == field.Alias
		}
	}
	return s
}

// Arguments reads what the operation gives as the field's arguments, once for all objects. It is false where that is not right, which is reported.
func (w *Writer) Arguments(f *Field, read func(ctx context.Context, raw map[string]any) (map[string]any, error)) bool {
	if f.isRead {
		return true
	}
	ctx := w.Context()
	args, err := read(ctx, f.ArgumentMap(w.operation.Variables))
	if err != nil {
		w.operation.Error(ctx, err)
		return false
	}
	f.Args, f.isRead = args, true
	graphql.GetFieldContext(ctx).Args = args
	return true
}
