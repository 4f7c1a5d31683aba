package catalog_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// shelf is a source: documents under a lock.
type shelf struct {
	mu      sync.Mutex
	holds   map[catalog.Ref]content.Document
	fails   error                  // what reading gives while it is set
	reads   int                    // how often documents were read by key
	wholes  int                    // how often all products were read
	reading func(int)              // called within each such read, without the lock
	broken  map[content.Kind]error // what reading all of a kind ends with
	slow    time.Duration          // how long reading all of a kind takes
}

func (s *shelf) put(documents ...content.Document) []catalog.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holds == nil {
		s.holds = map[catalog.Ref]content.Document{}
	}
	refs := make([]catalog.Ref, len(documents))
	for i, document := range documents {
		refs[i] = catalog.Ref{Kind: kindOf(document), Key: document.NaturalKey()}
		s.holds[refs[i]] = document
	}
	return refs
}

func (s *shelf) remove(refs ...catalog.Ref) []catalog.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ref := range refs {
		delete(s.holds, ref)
	}
	return refs
}

// begun is how often reading all products was begun.
func (s *shelf) begun() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wholes
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = err
}

func kindOf(document content.Document) content.Kind {
	return content.Kind(strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", document), "*content.")))
}

func (s *shelf) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		s.mu.Lock()
		holds, fails, broken := maps.Clone(s.holds), s.fails, s.broken[kind]
		if kind == content.KindProduct {
			s.wholes++
		}
		slow := s.slow
		s.mu.Unlock()
		time.Sleep(slow)
		for ref, document := range holds {
			if ref.Kind == kind && !yield(document, nil) {
				return
			}
		}
		if fails == nil {
			fails = broken
		}
		if fails != nil {
			yield(nil, fails)
		}
	}
}

func (s *shelf) Read(_ context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	if len(keys) > 1000 {
		return nil, fmt.Errorf("%d keys are too many for one read", len(keys))
	}
	s.mu.Lock()
	s.reads++
	found, fails, reading, count := map[string]content.Document{}, s.fails, s.reading, s.reads
	for _, key := range keys {
		if document, there := s.holds[catalog.Ref{Kind: kind, Key: key}]; there {
			found[key] = document
		}
	}
	s.mu.Unlock()
	if reading != nil {
		reading(count)
	}
	return found, fails
}

// sharedCache is what the indexes of properties keep lists in.
var sharedCache = sync.OnceValue(func() *cache.Cache {
	made, err := cache.New(cache.Config{Size: 64 << 20})
	if err != nil {
		panic(err) // never: the size is right
	}
	return made
})

// index opens an index of documents, which is closed in the end.
func index(t testing.TB, s *shelf) *catalog.Index {
	t.Helper()
	x, err := catalog.Open(t.Context(), catalog.Config{Source: s, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x
}

func holding(documents ...content.Document) *shelf {
	s := &shelf{}
	s.put(documents...)
	return s
}

func refresh(t testing.TB, x *catalog.Index, refs []catalog.Ref) *catalog.Snapshot {
	t.Helper()
	if err := x.Refresh(t.Context(), refs...); err != nil {
		t.Fatal(err)
	}
	return x.Snapshot()
}

// reader reads on the web; the first of the chain is the language that was asked for.
func reader(chain ...locale.Tag) *targeting.Context {
	return targeting.NewContext(targeting.Situation{Channel: &content.Channel{Key: "web"}, Audience: &content.Audience{Key: "public"}, Locale: chain[0], Chain: chain, At: noon})
}

// named is a published product with names, each TEXT or TEXT@LOCALE.
func named(sku string, names ...string) *content.Product {
	p := &content.Product{SKU: sku, State: content.Published}
	for _, name := range names {
		text, tag, _ := strings.Cut(name, "@")
		p.Attributes = append(p.Attributes, content.AttributeValue{Key: "name", Locale: locale.Tag(tag), Value: content.TextValue(text)})
	}
	return p
}

func with(p *content.Product, change func(*content.Product)) *content.Product {
	change(p)
	return p
}

func products(t testing.TB, s *catalog.Snapshot, query catalog.ProductQuery, r *targeting.Context) *catalog.Page {
	t.Helper()
	page, err := s.Products(query, r)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// list gives all keys of a list, separated by spaces.
func list(t testing.TB, s *catalog.Snapshot, query catalog.ProductQuery, r *targeting.Context) string {
	t.Helper()
	query.First = 1000
	page := products(t, s, query, r)
	if page.Total != len(page.Keys) || page.Next || page.Previous {
		t.Errorf("of %d there are %d, next %t, previous %t", page.Total, len(page.Keys), page.Next, page.Previous)
	}
	return strings.Join(page.Keys, " ")
}

func fragments(t testing.TB, s *catalog.Snapshot, query catalog.FragmentQuery, r *targeting.Context) string {
	t.Helper()
	query.First = 1000
	page, err := s.Fragments(query, r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(page.Keys, " ")
}

func diff(t testing.TB, what string, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", what, difference)
	}
}

// walk gives the pages of a list one after the other, until there is no next one.
func walk(t testing.TB, first int, page func(after string) (*catalog.Page, error)) []string {
	t.Helper()
	keys, after := []string{}, ""
	for range 1000 {
		p, err := page(after)
		if err != nil {
			t.Fatal(err)
		}
		if p.Previous != (after != "") || len(p.Keys) != len(p.Cursors) || p.Next && len(p.Keys) != first {
			t.Errorf("a page of %d, previous %t, next %t", len(p.Keys), p.Previous, p.Next)
		}
		keys = append(keys, p.Keys...)
		if !p.Next {
			return keys
		}
		if len(p.Keys) == 0 {
			t.Fatal("P1: more pages were promised, and this one is empty")
		}
		after = p.Cursors[len(p.Cursors)-1]
	}
	t.Fatal("the walk does not end")
	return nil
}
