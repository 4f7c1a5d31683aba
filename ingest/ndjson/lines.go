package ndjson

import (
	"context"
	"iter"
	"slices"
	"strings"

	"unisono/content"
)

// Lines gives every document of every kind as a line, in the order in which an import can read them. What all gives of one kind is held and sorted by
// key, so that two exports of the same content are the same, for all kinds but products and fragments, which may be many and come as they come.
func Lines(ctx context.Context, all func(context.Context, content.Kind) iter.Seq2[content.Document, error]) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, kind := range content.Kinds() {
			for document, err := range sorted(kind, all(ctx, kind)) {
				var line []byte
				if err == nil {
					line, err = Encode(kind, document)
					line = append(line, '\n')
				}
				if !yield(line, err) || err != nil {
					return
				}
			}
		}
	}
}

func sorted(kind content.Kind, documents iter.Seq2[content.Document, error]) iter.Seq2[content.Document, error] {
	if kind == content.KindProduct || kind == content.KindFragment {
		return documents
	}
	return func(yield func(content.Document, error) bool) {
		held := []content.Document{}
		for document, err := range documents {
			if err != nil {
				yield(nil, err)
				return
			}
			held = append(held, document)
		}
		slices.SortFunc(held, func(a, b content.Document) int { return strings.Compare(a.NaturalKey(), b.NaturalKey()) })
		for _, document := range held {
			if !yield(document, nil) {
				return
			}
		}
	}
}
