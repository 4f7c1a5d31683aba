package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"unisono/fault"
)

// documentExtension refuses documents that are small to send and take long to check, before whatever would take long sees them.
type documentExtension struct{ limits Limits }

// ExtensionName names the extension to gqlgen.
func (documentExtension) ExtensionName() string { return "Document" }

// Validate has nothing to refuse.
func (documentExtension) Validate(graphql.ExecutableSchema) error { return nil }

// maxName is how many bytes a name may have. A name that is not known is compared with every one that is, letter by letter, for a hint what
// was meant, which takes seconds for a name of 2 MB.
const maxName = 255

// MutateOperationParameters refuses names that are too long.
func (e documentExtension) MutateOperationParameters(_ context.Context, params *graphql.RawParams) *gqlerror.Error {
	if len(params.Query) <= maxName {
		return nil
	}
	tokens := lexer.New(&ast.Source{Input: params.Query})
	for range e.limits.Tokens {
		token, err := tokens.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return nil //nolint:nilerr // the parser meets the same, and says it
		}
		if token.Kind == lexer.Name && len(token.Value) > maxName {
			return limitExceeded("the document has a name of %d bytes, %.20s…: at most %d are taken", len(token.Value), token.Value, maxName)
		}
	}
	return nil
}

// MutateOperationContext refuses operations that fragments blow up: where each of forty spreads the next one twice, whoever follows them all,
// as the reckoning of the cost does, is never done.
func (e documentExtension) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	limit := e.limits.Cost
	fields := &sizer{limit: limit, weigh: func(*ast.Field) int { return 1 }, fragments: map[string]int{}}
	if fields.size(operation.Operation.SelectionSet) > limit {
		return limitExceeded("the operation has more than the %d fields that are taken, those of a fragment counted wherever it is spread", limit)
	}
	if missing := conditionMissing(operation.Operation, operation.Variables); missing != nil {
		return missing
	}
	if operation.Operation.Operation == ast.Query { // mutations bound what they take themselves
		items := &sizer{limit: maxItems, weigh: func(f *ast.Field) int { return itemsOf(f, operation.Variables) }, fragments: map[string]int{}}
		if items.size(operation.Operation.SelectionSet) > maxItems {
			return limitExceeded("the arguments of the operation have lists of more than the %d items that are taken, those of a variable counted wherever it is given", maxItems)
		}
	}
	counts := &sizer{limit: maxCounts, weigh: func(f *ast.Field) int { return countsOf(f, operation.Variables) }, fragments: map[string]int{}}
	if counts.size(operation.Operation.SelectionSet) > maxCounts {
		return limitExceeded("the operation has more than the %d facets and filters by attributes that are taken, those of a fragment counted wherever it is spread", maxCounts)
	}
	return nil
}

// maxItems bounds the items of lists in the arguments of a query. They are read anew, and kept, in each place where a variable is given, and each object there looks at all of them.
const maxItems = 25_000

// itemsOf counts the items of lists in the arguments of a field, and no more of them than one beyond the limit.
func itemsOf(field *ast.Field, variables map[string]any) int {
	count := 0
	for _, argument := range field.Arguments {
		if value, err := argument.Value.Value(variables); err == nil { // else it is refused when the field is asked for
			count = addItems(count, value)
		}
	}
	return count
}

func addItems(count int, of any) int {
	switch of := of.(type) {
	case []any:
		count += len(of)
		for i := 0; i < len(of) && count <= maxItems; i++ {
			count = addItems(count, of[i])
		}
	case map[string]any:
		for _, member := range of {
			count = addItems(count, member)
		}
	}
	return min(count, maxItems+1)
}

// maxCounts bounds the facets and the filters by attributes of one operation: each looks at all products, and what a list costs otherwise does not tell of it.
const maxCounts = 200

// countsOf says how many facets or filters by attributes a field asks for.
func countsOf(field *ast.Field, variables map[string]any) int {
	value := func(name string) any {
		argument := field.Arguments.ForName(name)
		if argument == nil {
			return nil
		}
		value, err := argument.Value.Value(variables)
		if err != nil {
			return nil // it is refused when the field is asked for
		}
		return value
	}
	switch field.Name {
	case "facets":
		return length(value("keys"))
	case "products":
		filter, _ := value("filter").(map[string]any)
		return length(filter["attributes"])
	default:
		return 0
	}
}

// length is that of a list, of which a single item stands for one.
func length(of any) int {
	switch of := of.(type) {
	case nil:
		return 0
	case []any:
		return len(of)
	default:
		return 1
	}
}

// sizer adds up the weights of fields with fragments in the place of their spreads. It follows each fragment once, and counts no further than its limit and one.
type sizer struct {
	limit     int
	weigh     func(*ast.Field) int
	fragments map[string]int // what is known of them
}

func (s *sizer) size(selections ast.SelectionSet) int {
	total := 0
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			total += s.weigh(selection) + s.size(selection.SelectionSet)
		case *ast.InlineFragment:
			total += s.size(selection.SelectionSet)
		case *ast.FragmentSpread:
			total += s.fragment(selection.Definition)
		}
		if total > s.limit {
			return s.limit + 1
		}
	}
	return total
}

func (s *sizer) fragment(fragment *ast.FragmentDefinition) int {
	size, known := s.fragments[fragment.Name]
	if !known {
		s.fragments[fragment.Name] = 0 // validation lets no cycle pass; should it, this ends it
		size = s.size(fragment.SelectionSet)
		s.fragments[fragment.Name] = size
	}
	return size
}

func limitExceeded(format string, values ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, values...)
	err.Extensions = map[string]any{"code": fault.LimitExceeded}
	return err
}

// maxMistakes is how many mistakes of a document are told: a document can have one for every token.
const maxMistakes = 100

func told(mistakes gqlerror.List) gqlerror.List {
	if len(mistakes) <= maxMistakes {
		return mistakes
	}
	more := gqlerror.Errorf("there are %d more mistakes", len(mistakes)-maxMistakes)
	errcode.Set(more, errcode.ValidationFailed)
	return append(mistakes[:maxMistakes:maxMistakes], more)
}
