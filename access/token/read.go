package token

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"unisono/content"
	"unisono/fault"
)

// A reader reads the configuration member by member, so that one mistake hides no other. Nothing may be left empty or null: a claim that is
// "" because a template had no value for it would grant to everybody what was meant for a few.
type reader struct{ problems fault.Problems }

// A member reads the value that stands at a place.
type member func(at fault.Place, value jsontext.Value)

func (r *reader) add(at fault.Place, format string, args ...any) {
	r.problems.Add(at, fault.Invalid, fmt.Sprintf(format, args...))
}

// document reads the text whole before anything is looked for in it: what is no JSON has no members.
func (r *reader) document(raw []byte, whole member) {
	var value jsontext.Value
	if err := json.Unmarshal(raw, &value, jsontext.AllowDuplicateNames(true)); err != nil {
		r.add(nil, "this is not JSON: %v", err)
		return
	}
	whole(nil, value)
}

// object reads the members of an object by their names.
func (r *reader) object(members map[string]member) member {
	return func(at fault.Place, value jsontext.Value) {
		if !r.is(at, value, '{', "an object") {
			return
		}
		dec, seen := jsontext.NewDecoder(bytes.NewReader(value), jsontext.AllowDuplicateNames(true)), map[string]bool{}
		for range tokens(dec, '}') {
			name, err := dec.ReadToken()
			if err != nil {
				r.add(at, "this is not JSON: %v", err)
				return
			}
			key := name.String()
			inner, err := dec.ReadValue()
			if err != nil {
				r.add(at, "this is not JSON: %v", err)
				return
			}
			read, known := members[key]
			switch place := at.Field(shown(key)); {
			case seen[key]:
				r.add(place, "it stands there twice")
			case !known:
				r.add(place, "there is no such field; there are %s", strings.Join(names(members), ", "))
			default:
				read(place, inner.Clone())
			}
			seen[key] = true
		}
	}
}

// list reads the elements of a list, in order.
func (r *reader) list(element member) member {
	return func(at fault.Place, value jsontext.Value) {
		if !r.is(at, value, '[', "a list") {
			return
		}
		dec, i := jsontext.NewDecoder(bytes.NewReader(value), jsontext.AllowDuplicateNames(true)), 0
		for range tokens(dec, ']') {
			inner, err := dec.ReadValue()
			if err != nil {
				r.add(at, "this is not JSON: %v", err)
				return
			}
			element(at.Index(i), inner.Clone())
			i++
		}
	}
}

// tokens goes round as long as something stands before the end of the object or list that dec is about to open.
func tokens(dec *jsontext.Decoder, end jsontext.Kind) func(func() bool) {
	return func(yield func() bool) {
		if _, err := dec.ReadToken(); err != nil {
			return
		}
		for kind := dec.PeekKind(); kind != end && kind != 0; kind = dec.PeekKind() {
			if !yield() {
				return
			}
		}
	}
}

// is says whether a value is of a kind, and reports one that is not.
func (r *reader) is(at fault.Place, value jsontext.Value, kind jsontext.Kind, expected string) bool {
	if value.Kind() == kind {
		return true
	}
	given := map[jsontext.Kind]string{'n': "null", 't': "true", 'f': "false", '"': "a text", '0': "a number", '[': "a list", '{': "an object"}
	r.add(at, "%s is expected, not %s", expected, given[value.Kind()])
	return false
}

// text reads a text that is not empty.
func (r *reader) text(take func(at fault.Place, text string)) member {
	return func(at fault.Place, value jsontext.Value) {
		if !r.is(at, value, '"', "a text") {
			return
		}
		text, err := jsontext.AppendUnquote(nil, value)
		switch {
		case err != nil:
			r.add(at, "this is not JSON: %v", err)
		case len(text) == 0:
			r.add(at, "it is empty; leave it out if nothing is meant")
		default:
			take(at, string(text))
		}
	}
}

// word reads a text into its variable.
func word[S ~string](r *reader, into *S) member {
	return r.text(func(_ fault.Place, text string) { *into = S(text) })
}

// words reads a list of texts. An element that is wrong keeps its place, so that those behind it are reported at theirs.
func words[S ~string](r *reader, into *[]S) member {
	return func(at fault.Place, value jsontext.Value) {
		r.list(func(at fault.Place, value jsontext.Value) {
			*into = append(*into, "")
			word(r, &(*into)[len(*into)-1])(at, value)
		})(at, value)
	}
}

// oneOf reads a word of a closed vocabulary.
func oneOf[S ~string](r *reader, into *S, known []S) member {
	return r.text(func(at fault.Place, text string) {
		if *into = S(text); !slices.Contains(known, S(text)) {
			r.add(at, "%.40q is none of those that there are: %s", text, content.List(known))
		}
	})
}

// span reads a length of time such as 30s.
func (r *reader) span(into *time.Duration) member {
	return r.text(func(at fault.Place, text string) {
		span, err := time.ParseDuration(text)
		if err != nil {
			r.add(at, "%.40q is no length of time; one such as 30s is expected", text)
			return
		}
		*into = span
	})
}

func names(members map[string]member) []string {
	all := make([]string, 0, len(members))
	for name := range members {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// shown bounds a name that a place tells.
func shown(name string) string {
	const most = 100
	if len(name) > most {
		return strings.ToValidUTF8(name[:most], "") + "…"
	}
	return name
}
