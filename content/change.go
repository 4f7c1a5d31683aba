package content

import (
	"fmt"
	"strconv"
	"time"

	"unisono/fault"
)

// Document is a document of any kind.
type Document interface {
	Metadata() *Meta
	NaturalKey() string // what the document is found by; its _id in the database
}

// NaturalKey is the SKU.
func (p *Product) NaturalKey() string { return p.SKU }

// NaturalKey is the fragment's key.
func (f *Fragment) NaturalKey() string { return f.Key }

// NaturalKey is the channel's key.
func (ch *Channel) NaturalKey() string { return ch.Key }

// NaturalKey is the audience's key.
func (a *Audience) NaturalKey() string { return a.Key }

// NaturalKey is the category's key.
func (cat *Category) NaturalKey() string { return cat.Key }

// NaturalKey is the attribute's key.
func (a *Attribute) NaturalKey() string { return a.Key }

// NaturalKey is OptionID of the option's attribute and key.
func (o *Option) NaturalKey() string { return OptionID(o.Attribute, o.Key) }

// NaturalKey is the family's key.
func (f *Family) NaturalKey() string { return f.Key }

// NaturalKey is the hash of the client's API key.
func (c *Client) NaturalKey() string { return c.Hash }

// Change is a change to one document, whatever its kind.
type Change interface {
	// Key is the natural key of the document that is to be changed.
	Key() string
	// ExpectedRevision is the revision that the document must have, or nil.
	ExpectedRevision() *int
	// Next gives the document as it is after the change, in the form in which it is kept, and what is wrong with it. A nil current is
	// a document that is not there yet. Nothing that current holds is changed.
	Next(current Document, definitions *Definitions, now time.Time) (Document, fault.Problems)
}

// ReadChange reads a change from a JSON object, see [ReadPatch]. The error is [fault.Problems].
func ReadChange(kind Kind, raw []byte) (Change, error) {
	switch kind {
	case KindChannel:
		return readChange[Channel](raw)
	case KindAudience:
		return readChange[Audience](raw)
	case KindCategory:
		return readChange[Category](raw)
	case KindAttribute:
		return readChange[Attribute](raw)
	case KindOption:
		return readChange[Option](raw)
	case KindFamily:
		return readChange[Family](raw)
	case KindFragment:
		return readChange[Fragment](raw)
	case KindProduct:
		return readChange[Product](raw)
	default:
		return nil, fault.Problems{{Code: fault.Invalid, Message: fmt.Sprintf("%.40q is no kind of content; there are %s", kind, List(Kinds()))}}
	}
}

// document is what the changes to documents of type T need of them.
type document[T any] interface {
	*T
	Document
	Check(definitions *Definitions) fault.Problems
}

type change[T any, D document[T]] struct{ patch *Patch[T] }

func readChange[T any, D document[T]](raw []byte) (Change, error) {
	patch, err := ReadPatch[T](raw)
	if err != nil {
		return nil, err
	}
	c := &change[T, D]{patch}
	if c.Key() == "" {
		return nil, fault.Problems{{Path: keyPath[T](), Code: fault.Invalid, Message: "it is missing; a key is expected"}}
	}
	return c, nil
}

// keyPath is the place of the natural key: the first field that a patch can name.
func keyPath[T any]() fault.Place { return fault.Place{fieldNames[T]()[0]} }

func (c *change[T, D]) Key() string            { return D(c.patch.Given()).NaturalKey() }
func (c *change[T, D]) ExpectedRevision() *int { return c.patch.ExpectedRevision }

func (c *change[T, D]) Next(current Document, definitions *Definitions, now time.Time) (Document, fault.Problems) {
	var before *T
	if current, is := current.(D); is {
		before = (*T)(current)
	}
	next := D(c.patch.Apply(before))
	if unsettled, is := any(next).(interface{ settle(now time.Time) }); is {
		unsettled.settle(now)
	}
	if kept, is := any(next).(interface{ carry(before *T) }); is && before != nil {
		kept.carry(before)
	}
	problems := next.Check(definitions)
	if moved, is := any(next).(interface {
		asGiven(problems fault.Problems, given *T) fault.Problems
	}); is {
		problems = moved.asGiven(problems, c.patch.Given())
	}
	return next, problems
}

// settle, carry and asGiven are what some kinds need besides: to be brought into the form in which they are kept, to keep what this program does
// not know, and to have problems moved to where the change has what is wrong.

func (p *Product) settle(now time.Time) { p.Settle(now) }
func (f *Fragment) settle(time.Time)    { f.Settle() }
func (o *Option) settle(time.Time)      { o.ID = o.NaturalKey() }

// asGiven moves problems of single values to where the change has them: settling has put those values among all others.
func (p *Product) asGiven(problems fault.Problems, given *Product) fault.Problems {
	places := map[string]int{}
	for i := range given.SetAttributes {
		places[given.SetAttributes[i].Scope()] = i
	}
	for i, problem := range problems {
		if len(problem.Path) < 2 || problem.Path[0] != "attributes" {
			continue
		}
		at, err := strconv.Atoi(problem.Path[1])
		if err != nil || at >= len(p.Attributes) {
			continue
		}
		if place, is := places[p.Attributes[at].Scope()]; is {
			problems[i].Path = append(fault.Place{"setAttributes"}.Index(place), problem.Path[2:]...)
		}
	}
	return problems
}
