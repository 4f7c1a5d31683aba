package server

import (
	"context"
	"regexp"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"unisono/access"
)

// mayIntrospect says whether the one who asks may see the schema.
func (s *Server) mayIntrospect(ctx context.Context) bool {
	return !s.config.Limits.NoIntrospection || access.FromContext(ctx).May(access.Admin)
}

// introspectionExtension says who may ask for the schema, and for how much of it: gqlgen exempts the schema from what an operation may cost.
// It costs one for every field of every type, field, argument and value that the answer would have, and for
// every fragment on the way, which is counted on the schema itself.
type introspectionExtension struct {
	server *Server
	schema *ast.Schema
}

// ExtensionName names the extension to gqlgen.
func (*introspectionExtension) ExtensionName() string { return "Introspection" }

// Validate keeps the schema.
func (e *introspectionExtension) Validate(schema graphql.ExecutableSchema) error {
	e.schema = schema.Schema()
	return nil
}

// MutateOperationContext refuses operations that ask for the schema, or for too much of it, before anything is executed.
func (e *introspectionExtension) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	limit := e.server.config.Limits.Cost
	s := &survey{schema: e.schema, variables: operation.Variables, left: limit}
	s.count(operation.Operation.SelectionSet, nil)
	may := e.server.mayIntrospect(ctx)
	switch {
	case s.met && !may:
		err := gqlerror.Errorf("the schema cannot be asked for here: __schema and __type need the permission %q", access.Admin)
		errcode.Set(err, errcode.ValidationFailed)
		return err
	case s.left < 0:
		return limitExceeded("the operation asks for more of the schema than the %d values that are taken; ask for fewer types, or for less of each", limit)
	}
	operation.DisableIntrospection = !may
	return nil
}

// survey counts what an operation asks of the schema by going through the schema as the answer does, so that neither nesting nor aliases nor
// fragments make it take more than the limit.
type survey struct {
	schema    *ast.Schema
	variables map[string]any
	left      int  // how much of the limit; less than 0: more is asked for
	met       bool // whether anything of the schema is asked for
}

// count counts what is asked of a part of the schema; nil is the operation itself.
func (s *survey) count(selections ast.SelectionSet, part any) {
	for _, selection := range selections {
		if s.left--; s.left < 0 {
			return
		}
		switch selection := selection.(type) {
		case *ast.Field:
			for _, below := range s.below(part, selection) {
				s.count(selection.SelectionSet, below)
			}
		case *ast.InlineFragment:
			s.count(selection.SelectionSet, part)
		case *ast.FragmentSpread:
			s.count(selection.Definition.SelectionSet, part)
		}
	}
}

// below gives the parts of the schema that a field of a part holds. Deprecated ones are among them, whether they are asked for or not.
func (s *survey) below(part any, field *ast.Field) []any {
	switch part := part.(type) {
	case nil:
		return s.entry(field)
	case *introspection.Schema:
		return ofSchema(part, field.Name)
	case *introspection.Type:
		return ofType(part, field.Name)
	case *introspection.Field:
		if field.Name == "type" {
			return some(part.Type)
		}
		return each(part.Args, field.Name == "args")
	case *introspection.InputValue:
		if field.Name == "type" {
			return some(part.Type)
		}
	case *introspection.Directive:
		return each(part.Args, field.Name == "args")
	}
	return nil
}

// entry gives where an operation enters the schema.
func (s *survey) entry(field *ast.Field) []any {
	switch field.Name {
	case "__schema":
		s.met = true
		return []any{introspection.WrapSchema(s.schema)}
	case "__type":
		s.met = true
		name, _ := field.ArgumentMap(s.variables)["name"].(string)
		return some(introspection.WrapTypeFromDef(s.schema, s.schema.Types[name]))
	default:
		return nil
	}
}

func ofSchema(schema *introspection.Schema, field string) []any {
	switch field {
	case "types":
		return each(schema.Types(), true)
	case "queryType":
		return some(schema.QueryType())
	case "mutationType":
		return some(schema.MutationType())
	case "subscriptionType":
		return some(schema.SubscriptionType())
	case "directives":
		return each(schema.Directives(), true)
	default:
		return nil
	}
}

func ofType(of *introspection.Type, field string) []any {
	switch field {
	case "fields":
		return each(of.Fields(true), true)
	case "inputFields":
		return each(of.InputFields(), true)
	case "enumValues":
		return each(of.EnumValues(true), true)
	case "interfaces":
		return each(of.Interfaces(), true)
	case "possibleTypes":
		return each(of.PossibleTypes(), true)
	case "ofType":
		return some(of.OfType())
	default:
		return nil
	}
}

func some(of *introspection.Type) []any {
	if of == nil {
		return nil
	}
	return []any{of}
}

func each[T any](list []T, asked bool) []any {
	if !asked {
		return nil
	}
	parts := make([]any, len(list))
	for i := range list {
		parts[i] = &list[i]
	}
	return parts
}

// hints are what the rules of validation add to a message: names that the one who asks may have meant.
var hints = regexp.MustCompile(`( Did you mean [^?]*\?)+$`)

// maxDepthRule is the name of gqlparser's rule for lists of the schema within such lists.
const maxDepthRule = "MaxIntrospectionDepth"

// presentInvalid words what is wrong with a document: without names of the schema for those who may not see it.
func (s *Server) presentInvalid(ctx context.Context, err *gqlerror.Error) *gqlerror.Error {
	if !s.mayIntrospect(ctx) {
		err.Message = hints.ReplaceAllString(err.Message, "")
		return err
	}
	if err.Rule != maxDepthRule {
		return err
	}
	deep := limitExceeded("the schema is asked for too deeply: of fields, inputFields, interfaces and possibleTypes no more than two may stand in each other; ask for __type(name:) of what is further in")
	deep.Locations = err.Locations
	return deep
}
