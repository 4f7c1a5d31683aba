// Package rule compiles and evaluates targeting rules: boolean expressions in CEL, by which an author says for which readers
// a variant is.
//
// A rule sees context.channel, .audience, .locale, .market, .device, .moment, .medium, .publication, .format (strings, absent where the
// context has no value), context.segments (a list of strings) and traits (what the caller says of the reader). A fact that is absent is unknown:
// a rule that needs it neither matches nor does its negation match. has(traits.x) and traits.?x.orValue(y) ask without needing it.
//
// The package refuses what would make an answer depend on anything but the facts: there is no clock, and nothing goes through the members of a
// map, whose order is not the author's. The cost of a rule is bounded when it is written and when it is evaluated.
package rule

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/parser"

	"unisono/fault"
)

// Bounds of a rule.
const (
	MaxBytes   = 4096   // of its text
	maxNodes   = 1000   // of its expression
	maxNesting = 32     // of its expression
	maxCost    = 20_000 // of one evaluation, in CEL's units: about one a step
)

// dimensions are the parts of the context that a rule can name.
var dimensions = []string{"channel", "audience", "locale", "market", "device", "moment", "medium", "publication", "format", "segments"}

// Rule is a compiled rule. It is safe for concurrent use.
type Rule struct {
	text    string
	program cel.Program
}

// Text is the rule as it was written.
func (r *Rule) Text() string { return r.text }

// Compile reads and checks a rule. The fault is of kind BadUserInput; its message names the place and says what is wrong there.
func Compile(text string) (*Rule, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, fault.New(fault.BadUserInput, "a rule is empty; leave it out where there is none")
	case len(text) > MaxBytes:
		return nil, fault.New(fault.BadUserInput, "a rule has %d bytes; at most %d are expected", len(text), MaxBytes)
	}
	env, err := environment()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "rules cannot be compiled")
	}
	checked, issues := env.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, fault.Wrap(fault.BadUserInput, err, "the rule is not right: %s", mistakes(issues))
	}
	if output := checked.OutputType(); !output.IsExactType(cel.BoolType) && !output.IsExactType(cel.DynType) {
		return nil, fault.New(fault.BadUserInput, "the rule gives a %s; true or false is expected", output)
	}
	if name := unknownDimension(checked); name != "" {
		return nil, fault.New(fault.BadUserInput, "the rule names context.%.40s, which is not there; there are %s", name, strings.Join(dimensions, ", "))
	}
	if err := checkPatterns(checked); err != nil {
		return nil, err
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxCost))
	if err != nil {
		return nil, fault.Wrap(fault.BadUserInput, err, "the rule is not right: %v", err)
	}
	return &Rule{text, program}, nil
}

// mistakes gives what is wrong, each with its line and column, without the drawing that CEL adds.
func mistakes(issues *cel.Issues) string {
	lines := []string{}
	for _, one := range issues.Errors() {
		message := one.Message
		if strings.Contains(message, listOnly) {
			message = "only a list can be gone through, not a map or a single value"
		}
		lines = append(lines, fmt.Sprintf("%s (line %d, column %d)", message, one.Location.Line(), one.Location.Column()+1))
		if len(lines) == 3 {
			break
		}
	}
	return strings.Join(lines, "; ")
}

// unknownDimension gives the name of a part of the context that is not there, or "".
func unknownDimension(checked *cel.Ast) string {
	found := ""
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.SelectKind || found != "" {
			return
		}
		selected := e.AsSelect()
		isContext := selected.Operand().Kind() == ast.IdentKind && selected.Operand().AsIdent() == "context"
		if isContext && !slices.Contains(dimensions, selected.FieldName()) {
			found = selected.FieldName()
		}
	}))
	return found
}

// maxPattern bounds the compiled form of a pattern, in instructions: CEL does not count what matching costs by it.
const maxPattern = 200

// checkPatterns refuses patterns that would take long, and those that are not written in the rule: then the caller could choose them.
func checkPatterns(checked *cel.Ast) error {
	var wrong error
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != "matches" || wrong != nil {
			return
		}
		args := e.AsCall().Args()
		wrong = checkPattern(args[len(args)-1])
	}))
	return wrong
}

func checkPattern(pattern ast.Expr) error {
	if pattern.Kind() != ast.LiteralKind {
		return fault.New(fault.BadUserInput, "the rule matches with a pattern that is not written in it; a text in quotes is expected")
	}
	text, _ := pattern.AsLiteral().Value().(string)
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return fault.Wrap(fault.BadUserInput, err, "the pattern %.60q is not right: %v", text, err)
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxPattern {
		return fault.New(fault.BadUserInput, "the pattern %.60q would take too long to match; a simpler one is expected", text)
	}
	return nil
}

// listOnly is the function through which every macro sends what it goes through: a list passes, a map does not.
const listOnly = "@list"

// environment is what all rules are compiled in.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	item := cel.TypeParamType("A")
	return cel.NewCustomEnv(
		cel.StdLib(),
		cel.OptionalTypes(),
		cel.ClearMacros(),
		cel.Macros(append([]cel.Macro{parser.HasMacro}, overLists()...)...),
		cel.Function(listOnly,
			cel.Overload("list_only", []*cel.Type{cel.ListType(item)}, cel.ListType(item), cel.UnaryBinding(asList)),
		),
		cel.Variable("context", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("traits", cel.MapType(cel.StringType, cel.DynType)),
		cel.ParserExpressionSizeLimit(MaxBytes),
		cel.ParserRecursionLimit(maxNesting),
		cel.ExpressionNodeLimit(maxNodes),
		cel.ExpressionNestingDepthLimit(maxNesting),
	)
})

func asList(value ref.Val) ref.Val {
	if _, is := value.(traits.Lister); is {
		return value
	}
	return types.NewErr("only a list can be gone through, and this is a %s", value.Type().TypeName())
}

// overLists are CEL's macros that go through something, made to go through lists alone.
func overLists() []cel.Macro {
	macros := []cel.Macro{}
	for _, standard := range []cel.Macro{
		parser.AllMacro, parser.ExistsMacro, parser.ExistsOneMacro, parser.ExistsOneMacroNew, parser.MapMacro, parser.MapFilterMacro, parser.FilterMacro,
	} {
		expand := standard.Expander()
		macros = append(macros, parser.NewReceiverMacro(standard.Function(), standard.ArgCount(),
			func(helper parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
				return expand(helper, helper.NewCall(listOnly, target), args)
			}))
	}
	return macros
}

var errNotBoolean = errors.New("it gives neither true nor false")
