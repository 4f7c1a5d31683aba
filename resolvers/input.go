package resolvers

import (
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"unisono/content"
	"unisono/fault"
)

// A change that was given as GraphQL input is handed on as the JSON object that imports use, so that both are read alike. They differ in two
// things: texts in several languages are a list in GraphQL, which has no maps, and the kind of a fragment is called type there, where
// kind says what sort of document a line holds.
const (
	fragmentKindInput = "kind"
	fragmentKindJSON  = "type"
)

// localizedFields are those whose lists of {locale, text} become objects.
var localizedFields = map[string]bool{"alt": true, "name": true, "label": true}

// changeOf writes an input as the JSON object of a change.
func changeOf(kind content.Kind, input map[string]any) ([]byte, error) {
	object := converted(input).(map[string]any)
	if kind == content.KindFragment {
		object[fragmentKindJSON] = object[fragmentKindInput]
		delete(object, fragmentKindInput)
	}
	if kind == content.KindAttribute {
		delete(object, "options") // written as documents of their own
	}
	written, err := json.Marshal(object, json.Deterministic(true), jsontext.AllowDuplicateNames(true))
	if err != nil {
		return nil, fault.Wrap(fault.BadUserInput, err, "the input cannot be read: %v", err)
	}
	return written, nil
}

// converted gives a copy of an input with the lists of texts as objects.
func converted(of any) any {
	switch of := of.(type) {
	case map[string]any:
		if of == nil {
			return nil
		}
		object := make(map[string]any, len(of))
		for name, value := range of {
			if texts, is := value.([]map[string]any); is && localizedFields[name] {
				object[name] = localized(texts)
				continue
			}
			if weights, is := value.([]map[string]any); is && name == "weights" {
				object[name] = weighted(weights)
				continue
			}
			object[name] = converted(value)
		}
		return object
	case []map[string]any:
		if of == nil {
			return nil
		}
		list := make([]any, len(of))
		for i, one := range of {
			list[i] = converted(one)
		}
		return list
	default:
		return of
	}
}

// weighted writes weights as an object by attribute.
func weighted(weights []map[string]any) map[string]any {
	object := make(map[string]any, len(weights))
	for _, one := range weights {
		if key, is := one["attribute"].(string); is {
			object[key] = one["weight"]
		}
	}
	return object
}

// localized writes texts as an object, in the order in which they were given: a language that stands there twice is found when the object is
// read.
type localized []map[string]any

// MarshalJSONTo writes the object.
func (l localized) MarshalJSONTo(enc *jsontext.Encoder) error {
	if l == nil {
		return enc.WriteToken(jsontext.Null)
	}
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, text := range l {
		if err := json.MarshalEncode(enc, text["locale"]); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, text["text"]); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// inputPath names a place as the input has it.
func inputPath(path []string) []string {
	for i, part := range path {
		if part == fragmentKindJSON && i > 1 && path[i-2] == "fragments" {
			path[i] = fragmentKindInput
		}
	}
	return path
}

// inputs gives a list of inputs that may be left out or null.
func inputs(of any) []map[string]any {
	list, _ := of.([]map[string]any)
	return list
}

func copyOf(input map[string]any) map[string]any { return maps.Clone(input) }
