package scalar

import (
	"encoding/json"
	"io"

	"github.com/99designs/gqlgen/graphql"

	"unisono/content"
)

// MarshalJSON writes any value: as encoding/json does, members in the order of their names.
func MarshalJSON(value content.Value) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(appendJSON(make([]byte, 0, 64), value)) })
}

func appendJSON(to []byte, value content.Value) []byte {
	if text, is := value.Text(); is {
		return appendText(to, text)
	}
	if value.IsList() {
		return appendList(to, value)
	}
	if value.IsObject() {
		return appendObject(to, value)
	}
	if either, is := value.Bool(); is {
		return appendAny(to, either)
	}
	if number, is := value.Number(); is {
		return appendAny(to, number)
	}
	return append(to, "null"...)
}

func appendList(to []byte, list content.Value) []byte {
	separator := byte('[')
	for item := range list.Items() {
		to, separator = appendJSON(append(to, separator), item), ','
	}
	if separator == '[' {
		to = append(to, separator)
	}
	return append(to, ']')
}

func appendObject(to []byte, object content.Value) []byte {
	separator := byte('{')
	for name, member := range object.Members() {
		to, separator = appendText(append(to, separator), name), ','
		to = appendJSON(append(to, ':'), member)
	}
	if separator == '{' {
		to = append(to, separator)
	}
	return append(to, '}')
}

// appendText leaves to the library what needs more than quotes.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return appendAny(to, text)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

func appendAny(to []byte, of any) []byte {
	written, err := json.Marshal(of)
	if err != nil {
		return append(to, "null"...) // never: a Value holds nothing that JSON cannot say
	}
	return append(to, written...)
}
