package ndjson

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"unisono/content"
)

// Encode gives a document as one line of JSON, without a newline at its end: "kind" first, then the document's fields. The same document
// always gives the same bytes.
func Encode(kind content.Kind, doc any) ([]byte, error) {
	fields, err := json.Marshal(doc, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("writing a document of kind %s: %w", kind, err)
	}
	if jsontext.Value(fields).Kind() != '{' {
		return nil, fmt.Errorf("writing a document of kind %s: a %T is no document", kind, doc)
	}
	line := []byte(`{"kind":` + strconv.Quote(string(kind)))
	if members := bytes.TrimSpace(fields[1:]); members[0] != '}' {
		line = append(line, ',')
	}
	return append(line, fields[1:]...), nil
}
