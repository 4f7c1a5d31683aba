package server

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/vektah/gqlparser/v2/ast"
)

// parsed keeps operations parsed and validated, those that were asked for of late, by their texts. Anybody may send texts, as long as a body may be, so it is
// bounded by their length and not by their number alone. It is safe for concurrent use.
type parsed struct {
	mu    sync.Mutex
	kept  *simplelru.LRU[string, *ast.QueryDocument]
	bytes int // of the texts that are kept
}

// What is made of a text takes up to a hundred times its length: 100 MiB at the very worst, and a few with the operations of real clients, of a kilobyte each.
const (
	parsedOperations = 1000
	parsedBytes      = 1 << 20
	parsedLongest    = parsedBytes / 16 // a longer one would drive out too many others
)

func newParsed() *parsed {
	p := &parsed{}
	p.kept, _ = simplelru.NewLRU(parsedOperations, func(text string, _ *ast.QueryDocument) { p.bytes -= len(text) }) // it fails for sizes below one alone
	return p
}

// Get gives what was made of a text.
func (p *parsed) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept.Get(text)
}

// Add keeps what was made of a text, and lets go of what was not asked for longest.
func (p *parsed) Add(_ context.Context, text string, document *ast.QueryDocument) {
	if len(text) > parsedLongest {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.kept.Contains(text) {
		p.bytes += len(text)
	}
	p.kept.Add(text, document)
	for p.bytes > parsedBytes {
		p.kept.RemoveOldest()
	}
}
