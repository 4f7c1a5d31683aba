package server

import (
	"maps"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"unisono/graph"
)

// offered is the schema as it is asked and shown. The library adds @defer to every schema and would then leave out what is deferred, for nobody
// sends it later: an answer comes in one piece.
func offered() *ast.Schema {
	schema := *graph.NewExecutableSchema(graph.Config{}).Schema()
	schema.Directives = maps.Clone(schema.Directives)
	delete(schema.Directives, "defer")
	return &schema
}

// inPieces says, in the place of what validation says of directives that it does not know, what clients have to do that ask for an answer in pieces.
var inPieces = map[string]string{
	`Unknown directive "@defer".`:  "@defer is not supported: an answer comes in one piece. Leave it out, or ask for what may come later in a request of its own",
	`Unknown directive "@stream".`: "@stream is not supported: a list comes in one piece. Leave it out, and ask for a long list in pages",
}

// validation gives the rules by which documents are checked, anew for each, as they come with the library.
func validation() *rules.Rules {
	all := rules.NewDefaultRules()
	all.ReplaceRule(rules.KnownDirectivesRule.Name, func(observers *core.Events, addError core.AddErrFunc) {
		rules.KnownDirectivesRule.RuleFunc(observers, func(options ...core.ErrorOption) { addError(append(options, sayInPieces)...) })
	})
	return all
}

func sayInPieces(err *gqlerror.Error) {
	if message, is := inPieces[err.Message]; is {
		err.Message = message
	}
}
