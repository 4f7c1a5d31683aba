package edit_test

import (
	"bytes"
	"context"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"unisono/access"
	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
	"unisono/fault"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// editor is a context in the name of somebody who may write.
func editor(t testing.TB) context.Context {
	return access.NewContext(t.Context(), &access.Client{Name: "editor", Permissions: []access.Permission{access.Write}})
}

// memory keeps documents. Like the store it lets writers race: a change is tried again where another write came first.
type memory struct {
	mu        sync.Mutex
	holds     map[catalog.Ref]content.Document
	updates   int
	fails     func(key string) error // what writing a document gives, if not nil
	committed func(key string)       // called when a document is written, before its writer knows
}

func (m *memory) get(ref catalog.Ref) content.Document {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.holds[ref]
}

func (m *memory) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		m.mu.Lock()
		holds := maps.Clone(m.holds)
		m.mu.Unlock()
		for ref, document := range holds {
			if ref.Kind == kind && !yield(document, nil) {
				return
			}
		}
	}
}

func (m *memory) Read(_ context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	found := map[string]content.Document{}
	for _, key := range keys {
		if document := m.get(catalog.Ref{Kind: kind, Key: key}); document != nil {
			found[key] = document
		}
	}
	return found, nil
}

func (m *memory) Update(ctx context.Context, kind content.Kind, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	if m.fails != nil {
		if err := m.fails(key); err != nil {
			return nil, false, err
		}
	}
	ref := catalog.Ref{Kind: kind, Key: key}
	for ctx.Err() == nil {
		current := m.get(ref)
		next, err := change(current)
		if err != nil {
			return nil, false, err
		}
		if same(current, next) {
			return current, false, nil
		}
		if m.commit(ref, current, next) {
			if m.committed != nil {
				m.committed(key)
			}
			return next, true, nil
		}
	}
	return nil, false, ctx.Err()
}

func (m *memory) commit(ref catalog.Ref, current, next content.Document) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holds[ref] != current {
		return false
	}
	revision := 0
	if current != nil {
		revision = current.Metadata().Revision
	}
	*next.Metadata() = content.Meta{SchemaVersion: content.SchemaVersion, Revision: revision + 1, UpdatedAt: noon}
	m.holds[ref] = next
	m.updates++
	return true
}

func same(a, b content.Document) bool {
	if a == nil {
		return false
	}
	before, err := json.Marshal(a, json.Deterministic(true))
	after, wrong := json.Marshal(b, json.Deterministic(true))
	return err == nil && wrong == nil && bytes.Equal(before, after)
}

func (m *memory) Delete(_ context.Context, kind content.Kind, key string) (bool, error) {
	if m.fails != nil {
		if err := m.fails(key); err != nil {
			return false, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, there := m.holds[catalog.Ref{Kind: kind, Key: key}]
	delete(m.holds, catalog.Ref{Kind: kind, Key: key})
	return there, nil
}

// house is documents, the catalogue of them, and a writer.
type house struct {
	*memory
	index  *catalog.Index
	writer *edit.Writer
}

func open(t testing.TB) *house {
	t.Helper()
	m := &memory{holds: map[catalog.Ref]content.Document{}}
	index, err := catalog.Open(t.Context(), catalog.Config{Source: m, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(index.Close)
	return &house{m, index, edit.NewWriter(m, index, clock)}
}

// write gives what became of each change, KEY, then "written", "same" or the problems.
func write(t testing.TB, w *edit.Writer, kind content.Kind, changes ...string) []string {
	t.Helper()
	outcomes, err := w.Write(editor(t), kind, raw(changes))
	if err != nil {
		t.Fatal(err)
	}
	return summary(outcomes)
}

func raw(changes []string) [][]byte {
	raws := make([][]byte, len(changes))
	for i, change := range changes {
		raws[i] = []byte(change)
	}
	return raws
}

func summary(outcomes []edit.Outcome) []string {
	lines := []string{}
	for _, outcome := range outcomes {
		line := outcome.Key
		switch {
		case outcome.Written && outcome.Document != nil && outcome.Problems == nil:
			line += " written"
		case outcome.Document != nil && outcome.Problems == nil:
			line += " same"
		}
		for _, problem := range outcome.Problems {
			line += " " + strings.Join(problem.Path, ".") + ":" + string(problem.Code)
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// must writes what has to be right.
func (h *house) must(t testing.TB, kind content.Kind, changes ...string) {
	t.Helper()
	for i, line := range write(t, h.writer, kind, changes...) {
		if !strings.HasSuffix(line, " written") {
			t.Fatalf("%s: %s", changes[i], line)
		}
	}
}

func (h *house) product(sku string) *content.Product {
	product, _ := h.get(catalog.Ref{Kind: content.KindProduct, Key: sku}).(*content.Product)
	return product
}

// owners gives the SKUs of the products that are kept with a slug.
func (h *house) owners(slug string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	skus := []string{}
	for _, document := range h.holds {
		if product, is := document.(*content.Product); is && product.Slug == slug {
			skus = append(skus, product.SKU)
		}
	}
	slices.Sort(skus)
	return skus
}

func diff(t testing.TB, what string, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", what, difference)
	}
}

var errDown = fault.New(fault.Unavailable, "down")
