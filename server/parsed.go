package server

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"
)

// parsed keeps operations parsed and validated, those that were asked for of late, by their texts. It is safe for concurrent use.
type parsed struct {
	documents *recent[string, *ast.QueryDocument]
}

// What is made of a text takes up to a hundred times its length: 100 MiB at the very worst, and a few with the operations of real clients, of a kilobyte each.
const (
	parsedOperations = 1000
	parsedBytes      = 1 << 20
)

func newParsed() parsed {
	return parsed{newRecent(parsedOperations, parsedBytes, func(text string, _ *ast.QueryDocument) int { return len(text) })}
}

// Get gives what was made of a text.
func (p parsed) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	return p.documents.get(text)
}

// Add keeps what was made of a text.
func (p parsed) Add(_ context.Context, text string, document *ast.QueryDocument) {
	p.documents.add(text, document)
}
