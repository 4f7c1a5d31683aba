package server

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"unisono/fault"
)

// conditionMissing gives the fault of an operation with a condition, @skip or @include, whose variable is null: a variable with a default may be given so, and then there is neither true nor false.
func conditionMissing(operation *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	c := &conditions{variables: variables, seen: map[*ast.FragmentDefinition]bool{}}
	c.look(operation.SelectionSet)
	return c.missing
}

// conditions looks for one that is null. It follows each fragment once.
type conditions struct {
	variables map[string]any
	seen      map[*ast.FragmentDefinition]bool
	missing   *gqlerror.Error // the first
}

func (c *conditions) look(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			c.check(selection.Directives)
			c.look(selection.SelectionSet)
		case *ast.InlineFragment:
			c.check(selection.Directives)
			c.look(selection.SelectionSet)
		case *ast.FragmentSpread:
			c.check(selection.Directives)
			if !c.seen[selection.Definition] {
				c.seen[selection.Definition] = true
				c.look(selection.Definition.SelectionSet)
			}
		}
	}
}

func (c *conditions) check(directives ast.DirectiveList) {
	for _, directive := range directives {
		if directive.Name != "skip" && directive.Name != "include" {
			continue
		}
		condition := directive.Arguments.ForName("if")
		if c.missing != nil || condition == nil { // which validation refuses
			continue
		}
		if value, err := condition.Value.Value(c.variables); err == nil && value == nil {
			c.missing = gqlerror.ErrorPosf(directive.Position, "@%s(if: %s): true or false is expected, and not null", directive.Name, condition.Value)
			c.missing.Extensions = map[string]any{"code": fault.BadUserInput}
		}
	}
}
