// Package small has the types of a schema that exists for tests alone: what is generated for it is compared with what gqlgen generates, question by question, whatever
// fails or is not there. Fate decides that.
package small

import (
	"errors"
	"fmt"
	"hash/maphash"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// World decides of each field of each object what comes of it.
type World struct {
	Seed maphash.Seed
	Odds uint64 // of how many fields one fails; 0: none does
}

// fate is what comes of a field.
type fate int

const (
	fine fate = iota
	absent
	failed
	panicked
)

func (w *World) fate(id, field string) fate {
	if w.Odds == 0 {
		return fine
	}
	hash := maphash.String(w.Seed, id+"."+field)
	if hash%w.Odds != 0 {
		return fine
	}
	return 1 + fate(hash/w.Odds%3)
}

// many is how long a list is.
func (w *World) many(id, field string) int { return int(maphash.String(w.Seed, id+"#"+field) % 4) }

// Get gives what a field has, or panics.
func Get[T any](w *World, id, field string, value T) T {
	var none T
	switch w.fate(id, field) {
	case panicked, failed:
		panic("no " + field)
	case absent:
		return none
	default:
		return value
	}
}

// Try is Get for what may fail too.
func Try[T any](w *World, id, field string, value T) (T, error) {
	var none T
	switch w.fate(id, field) {
	case panicked:
		panic("no " + field)
	case failed:
		return none, errors.New(field + " failed")
	case absent:
		return none, nil
	default:
		return value, nil
	}
}

// Box is an object with everything.
type Box struct {
	World *World
	ID    string
}

// Node is a box or a leaf.
type Node interface{ isNode() }

// Named is a box.
type Named interface{ Title() *string }

func (*Box) isNode() {}
func (Leaf) isNode() {}

// In gives a box below an object.
func (w *World) In(id, field string) *Box { return &Box{w, id + "/" + field} }

// Boxes gives some, of which some may be nil.
func (w *World) Boxes(id, field string) []*Box {
	boxes := make([]*Box, w.many(id, field))
	for i := range boxes {
		if at := field + strconv.Itoa(i); w.fate(id, at) == fine {
			boxes[i] = w.In(id, at)
		}
	}
	return boxes
}

// Nodes gives some of each kind, and some that are nil in one way or another.
func (w *World) Nodes(id, field string) []Node {
	nodes := make([]Node, w.many(id, field))
	for i := range nodes {
		switch at := field + strconv.Itoa(i); w.fate(id, at) {
		case fine:
			nodes[i] = w.In(id, at)
		case failed:
			nodes[i] = Leaf{w, id + "/" + at, "leaf"}
		case panicked:
			nodes[i] = (*Box)(nil)
		case absent:
		}
	}
	return nodes
}

func (b *Box) text(field string) *string {
	text := fmt.Sprintf("%s of \"%s\"\n", field, b.ID)
	return Get(b.World, b.ID, field, &text)
}

// What the fields of a box have.
func (b *Box) Title() *string   { return b.text("title") }
func (b *Box) Name() *string    { return b.text("name") }
func (b *Box) Count() int       { return Get(b.World, b.ID, "count", len(b.ID)) }
func (b *Box) Size() *int       { return Get(b.World, b.ID, "size", new(7)) }
func (b *Box) Open() bool       { return Get(b.World, b.ID, "open", true) }
func (b *Box) Flag() *bool      { return Get(b.World, b.ID, "flag", new(bool)) }
func (b *Box) Kind() *Kind      { return Get(b.World, b.ID, "kind", new(Round)) }
func (b *Box) Kinds() []Kind    { return Get(b.World, b.ID, "kinds", []Kind{Round, Square}) }
func (b *Box) Words() []string  { return Get(b.World, b.ID, "words", []string{"a", "\x01\x7fä"}) }
func (b *Box) Marks() []*string { return []*string{b.text("marks"), nil} }
func (b *Box) Weight() *float64 { return Get(b.World, b.ID, "weight", new(1.5)) }
func (b *Box) At() time.Time    { return Get(b.World, b.ID, "at", time.Unix(1e9, 0).UTC()) }
func (b *Box) Inner() *Box      { return Get(b.World, b.ID, "inner", b.World.In(b.ID, "inner")) }
func (b *Box) Must() *Box       { return Get(b.World, b.ID, "must", b.World.In(b.ID, "must")) }
func (b *Box) Value() Leaf      { return Leaf{b.World, b.ID + "/value", "value"} }
func (b *Box) Grid() [][]int    { return Get(b.World, b.ID, "grid", [][]int{{1, 2}, {}}) }
func (b *Box) Side() *Side      { return Get(b.World, b.ID, "side", &Side{b.World, b.ID + "/side"}) }
func (b *Box) Secret() *Box     { return Get(b.World, b.ID, "secret", b.World.In(b.ID, "secret")) }
func (b *Box) Values() []Leaf   { return Get(b.World, b.ID, "values", []Leaf{b.Value(), b.Value()}) }

// Text is a text that arguments say something of.
func (b *Box) Text(limit *Limit, upper *bool) (*string, error) {
	text := fmt.Sprint(b.ID, upper != nil && *upper)
	if limit != nil {
		text = text[:min(int(*limit), len(text))]
	}
	return Try(b.World, b.ID, "text", &text)
}

// Leaf is an object that is a value.
type Leaf struct {
	World *World
	ID    string
	Word  string
}

// Title is a text.
func (l *Leaf) Title() *string { return l.Box().text("title") }

// Box is a box again.
func (l *Leaf) Box() *Box { return l.World.In(l.ID, "box") }

// Side is an object whose fields are resolved side by side.
type Side struct {
	World *World
	ID    string
}

// Title is a text.
func (s *Side) Title() *string { return s.World.In(s.ID, "title").text("title") }

// Boxes are some.
func (s *Side) Boxes() []*Box { return s.World.Boxes(s.ID, "boxes") }

// Kind is a word.
type Kind string

// The kinds.
const (
	Round  Kind = "ROUND"
	Square Kind = "SQUARE"
)

// Limit is a scalar that is not read from everything.
type Limit int

// MarshalLimit is for gqlgen.
func MarshalLimit(l Limit) graphql.Marshaler { return graphql.MarshalInt(int(l)) }

// UnmarshalLimit reads it.
func UnmarshalLimit(given any) (Limit, error) {
	of, err := graphql.UnmarshalInt(given)
	switch {
	case err != nil:
		return 0, err
	case of == 13:
		panic("a limit of 13")
	case of < 0:
		return 0, errors.New("a limit is not negative")
	default:
		return Limit(of), nil
	}
}
