package akeneo

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"unisono/content"
	"unisono/ingest"
)

// patch is a change to one document, in the making: its fields in the order in which they were set, so that the key comes first.
type patch struct {
	names   []string
	values  []any
	columns []string // where each field comes from
}

// set gives a field a value; nil clears the field.
func (p *patch) set(field string, value any, column string) {
	p.names = append(p.names, field)
	p.values = append(p.values, value)
	p.columns = append(p.columns, column)
}

// text sets a field to a text; "" clears it.
func (p *patch) text(field, text, column string) {
	if text == "" {
		p.set(field, nil, column)
		return
	}
	p.set(field, text, column)
}

// list sets a field to a list; an empty one clears it.
func list[T any](p *patch, field string, items []T, column string) {
	if len(items) == 0 {
		p.set(field, nil, column)
		return
	}
	p.set(field, items, column)
}

// column names the column of a field.
func (p *patch) column(at []string) string {
	if len(at) > 0 {
		for i, name := range p.names {
			if name == at[0] {
				return p.columns[i]
			}
		}
	}
	return ""
}

// MarshalJSONTo writes the patch as a JSON object.
func (p *patch) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i, name := range p.names {
		if err := enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, p.values[i], json.Deterministic(true)); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// item makes an item of a patch that was read from a row. With column, places in the patch find their column more exactly.
func (p *patch) item(kind content.Kind, row *row, column func(at []string) string) (ingest.Item, error) {
	written := bytes.Buffer{}
	if err := json.MarshalWrite(&written, p); err != nil {
		return ingest.Item{}, fmt.Errorf("writing what line %d of %s says: %w", row.line, row.file, err)
	}
	if column == nil {
		column = p.column
	}
	return ingest.Item{Kind: kind, Patch: written.Bytes(), File: row.file, Line: row.line, Column: column}, nil
}
