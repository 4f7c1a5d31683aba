package small_test

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	diff "github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"pgregory.net/rapid"

	"unisono/internal/directgen/small"
	"unisono/internal/directgen/small/graph"
	"unisono/internal/property"
)

// root resolves what a World decides.
type root struct{ *small.World }

func (r root) Query() graph.QueryResolver { return query(r) }
func (r root) Box() graph.BoxResolver     { return boxes(r) }
func (r root) Side() graph.SideResolver   { return sides(r) }

type query struct{ *small.World }

func (q query) Box(context.Context) (*small.Box, error) {
	return small.Try(q.World, "", "box", q.In("", "box"))
}

func (q query) Maybe(context.Context) (*small.Box, error) {
	return small.Try(q.World, "", "maybe", q.In("", "maybe"))
}

func (q query) Node(_ context.Context, id string) (small.Node, error) {
	return small.Try[small.Node](q.World, id, "node", q.In("", id))
}

func (q query) Nodes(context.Context) ([]small.Node, error) {
	return small.Try(q.World, "", "nodes", q.World.Nodes("", "nodes"))
}

func (q query) Must(context.Context) ([]small.Node, error) {
	return small.Try(q.World, "", "must", q.World.Nodes("", "must"))
}

func (q query) Side(context.Context) (*small.Side, error) {
	return small.Try(q.World, "", "side", &small.Side{World: q.World, ID: "/side"})
}

func (q query) Guarded(context.Context) (*small.Box, error) {
	return small.Try(q.World, "", "guarded", q.In("", "guarded"))
}

type boxes struct{ *small.World }

func (b boxes) Boxes(ctx context.Context, of *small.Box, first *int) ([]*small.Box, error) {
	if first != nil && *first < 0 {
		graphql.AddErrorf(ctx, "first is %d, at %s", *first, graphql.GetFieldContext(ctx).Path())
	}
	return small.Try(b.World, of.ID, "boxes", b.World.Boxes(of.ID, "boxes"))
}

func (b boxes) Perhaps(_ context.Context, of *small.Box) ([]*small.Box, error) {
	return small.Try(b.World, of.ID, "perhaps", b.World.Boxes(of.ID, "perhaps"))
}

func (b boxes) Nodes(_ context.Context, of *small.Box) ([]small.Node, error) {
	return small.Try(b.World, of.ID, "nodes", b.World.Nodes(of.ID, "nodes"))
}

func (b boxes) One(_ context.Context, of *small.Box) (small.Node, error) {
	return small.Try[small.Node](b.World, of.ID, "one", of.Value())
}

type sides struct{ *small.World }

func (s sides) Box(_ context.Context, of *small.Side) (*small.Box, error) {
	return small.Try(s.World, of.ID, "box", s.In(of.ID, "box"))
}

func (s sides) Must(_ context.Context, of *small.Side) (*small.Box, error) {
	return small.Try(s.World, of.ID, "must", s.In(of.ID, "must"))
}

// guard lets nobody see what the world says.
func guard(world *small.World) func(context.Context, any, graphql.Resolver) (any, error) {
	return func(ctx context.Context, _ any, next graphql.Resolver) (any, error) {
		if _, err := small.Try(world, graphql.GetPath(ctx).String(), "guard", true); err != nil {
			return nil, err
		}
		return next(ctx)
	}
}

// answer is what a schema answers: its bytes, and the errors in an order of their own.
func answer(ctx context.Context, schema graphql.ExecutableSchema, question string, variables map[string]any) (string, []string) {
	exec := executor.New(schema)
	exec.SetRecoverFunc(func(_ context.Context, panicked any) error { return fmt.Errorf("panic: %v", panicked) })
	ctx = graphql.StartOperationTrace(ctx)
	operation, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: question, Variables: variables})
	if errs != nil {
		return "", said(errs)
	}
	operation.DisableIntrospection = false
	responses, ctx := exec.DispatchOperation(ctx, operation)
	response := responses(ctx)
	if responses(ctx) != nil {
		return "a second one", nil
	}
	return string(response.Data), said(response.Errors)
}

func said(errs gqlerror.List) []string {
	lines := []string{}
	for _, err := range errs {
		lines = append(lines, fmt.Sprintf("%s at %v: %s", err.Path, err.Locations, err.Message))
	}
	slices.Sort(lines)
	return lines
}

// same asks both schemas, and says where they do not agree.
func same(t rapid.TB, world *small.World, question string, variables map[string]any) (data string, errs []string) {
	config := graph.Config{Resolvers: root{world}, Directives: graph.DirectiveRoot{Guarded: guard(world)}}
	wantData, wantErrs := answer(context.Background(), graph.NewExecutableSchema(config), question, variables)
	data, errs = answer(context.Background(), graph.NewDirectSchema(config), question, variables)
	if data != wantData {
		t.Errorf("%s\nanswers\n%s\nand gqlgen\n%s", question, data, wantData)
	}
	if difference := diff.Diff(wantErrs, errs); difference != "" {
		t.Errorf("%s\nhas other errors (-gqlgen +direct):\n%s", question, difference)
	}
	return data, errs
}

// What is written directly is what gqlgen answers, byte for byte, with the same errors at the same paths, whatever is asked and whichever fields are nil, fail or panic.
func TestItAnswersAsGqlgenDoes(t *testing.T) {
	property.Check(t, 3000, func(t *rapid.T) {
		world := &small.World{Seed: seed, Odds: rapid.SampledFrom([]uint64{0, 3, 10, 40}).Draw(t, "odds")}
		asking := &asker{t: t, schema: graph.NewExecutableSchema(graph.Config{}).Schema(), left: 60}
		question := "query ($yes: Boolean = true, $no: Boolean = false) " + asking.selection("Query", 5)
		same(t, world, question, nil)
	})
}

var seed = maphash.MakeSeed()

// asker makes up a question.
type asker struct {
	t      *rapid.T
	schema *ast.Schema
	left   int // fields
}

func (a *asker) selection(of string, depth int) string {
	text := strings.Builder{}
	text.WriteString("{ __typename")
	definition := a.schema.Types[of]
	for range rapid.IntRange(1, 6).Draw(a.t, "fields") {
		if a.left--; a.left < 0 {
			break
		}
		switch rapid.IntRange(0, 9).Draw(a.t, "kind") {
		case 0:
			other := rapid.SampledFrom(a.others(definition)).Draw(a.t, "type")
			text.WriteString(" ... on " + other + a.condition() + " " + a.selection(other, depth-1))
		default:
			fields := slices.DeleteFunc(slices.Clone(definition.Fields), func(f *ast.FieldDefinition) bool {
				return strings.HasPrefix(f.Name, "__") || depth <= 0 && !a.schema.Types[f.Type.Name()].IsLeafType()
			})
			if len(fields) > 0 {
				text.WriteString(a.field(rapid.SampledFrom(fields).Draw(a.t, "field"), depth))
			}
		}
	}
	return text.String() + " }"
}

// others are types of which objects of a type can be too.
func (a *asker) others(of *ast.Definition) []string {
	return map[string][]string{
		"Query": {"Query"}, "Side": {"Side"}, "Node": {"Node", "Box", "Leaf"}, "Named": {"Named", "Box"}, "Box": {"Box", "Node", "Named"}, "Leaf": {"Leaf", "Node"},
	}[of.Name]
}

func (a *asker) condition() string {
	return rapid.SampledFrom([]string{"", "", "", " @skip(if: $no)", " @skip(if: $yes)", " @include(if: $no)", " @include(if: $yes)"}).Draw(a.t, "condition")
}

// field asks for a field, under a name that says with which arguments: the same name has them always.
func (a *asker) field(of *ast.FieldDefinition, depth int) string {
	text := of.Name
	switch way := rapid.IntRange(0, 5).Draw(a.t, "arguments"); of.Name {
	case "text":
		text = []string{"text", "a: text(limit: 5)", "b: text(upper: true)", "c: text(limit: -1)", "d: text(limit: 13, upper: null)", "e: text(limit: null)"}[way]
	case "boxes":
		if of.Arguments != nil {
			text = []string{"boxes", "f: boxes(first: 1)", "g: boxes(first: -1)", "boxes", "boxes", "boxes"}[way]
		}
	case "node":
		text = []string{"h: node(id: 1)", "i: node(id: \"x\")", "j: node(id: \"\")", "h: node(id: 1)", "h: node(id: 1)", "h: node(id: 1)"}[way]
	}
	text = " " + text + a.condition()
	if !a.schema.Types[of.Type.Name()].IsLeafType() {
		text += " " + a.selection(of.Type.Name(), depth-1)
	}
	return text
}

// What the property finds by chance stands here too.
func TestAnswers(t *testing.T) {
	for name, question := range map[string]string{
		"a field twice": `{ nodes { title ... on Box { title } ... on Leaf { title word } } box { inner { id } ... on Node { id } inner { title } } }`,
		"the same name of an interface and of a type": `{ node(id: 1) { ... on Node { x: id } ... on Box { x: id } id ... on Leaf { id } } }`,
		"two interfaces":        `{ box { ... on Node { title id } ... on Named { title } title } }`,
		"nothing is left":       `{ box @skip(if: true) { id } }`,
		"nothing, side by side": `{ side { box @skip(if: true) { id } } }`,
		"introspection":         `{ __schema { queryType { name } } __type(name: "Box") { kind fields { name } } __typename }`,
		"a fragment":            `{ ...f ...f box { ...g } } fragment f on Query { maybe { ...g } } fragment g on Box { id boxes { id } }`,
		"deep":                  `{ side { must { side { boxes { side { box { id } title } } title } } box { id } } }`,
		"a leaf":                `{ box { value { word box { kinds words marks grid at weight } } values { id } one { id } } }`,
	} {
		if data, errs := same(t, &small.World{Seed: seed}, question, nil); data == "" || len(errs) > 0 {
			t.Errorf("%s: %s %v", name, data, errs)
		}
	}
}

// A condition that is null, as a variable with a default can be, is known where an object is written: each object that is there is lost, and nothing where there is none.
func TestConditionsThatAreNull(t *testing.T) {
	for _, question := range []string{
		`{ box { values { id @skip(if: $none) } id } }`,
		`{ box { boxes { id @include(if: $none) } perhaps { id @skip(if: $none) } id } }`,
		`{ nodes { id ... on Box @skip(if: $none) { title } } }`,
		`{ must { id ... on Leaf { title @skip(if: $none) } } }`,
		`{ box { side { title @skip(if: $none) } inner { title @skip(if: $none) } must { id } } }`,
		`{ side { boxes { id ... { nodes { id @skip(if: $none) } } } title } }`,
	} {
		for seed := range uint64(20) {
			world := &small.World{Seed: maphash.MakeSeed(), Odds: 1 + seed%4}
			same(t, world, "query ($none: Boolean = true) "+question, map[string]any{"none": nil})
		}
	}
}
