package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/server"
)

// A thousand changes are taken in one mutation, and not one more.
func TestThousandChangesAreTaken(t *testing.T) {
	h := open(t, nil)
	for count, want := range map[int]string{1000: `{"data":{"upsertProducts":{"written":1000,"userErrors":[]}}}`, 1001: ``} {
		products := make([]map[string]any, count)
		for i := range products {
			products[i] = map[string]any{"sku": fmt.Sprint(i)}
		}
		request, err := json.Marshal(map[string]any{
			"query":     `mutation ($p: [ProductInput!]!) { upsertProducts(products: $p) { written userErrors { message } } }`,
			"variables": map[string]any{"p": products},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := h.send(t, http.MethodPost, "/graphql", string(request), "Authorization", "Bearer "+adminKey)
		if want != "" && got.body != want {
			t.Errorf("%d: %.500s", count, got.body)
		}
		if failures := got.failures(t); want == "" && (len(failures) != 1 || failures[0].Extensions.Code != "LIMIT_EXCEEDED") {
			t.Errorf("%d: %.500s", count, got.body)
		}
	}
}

// C15: what is kept of a query that came in a URL does not keep the rest of it.
func TestOfAURLTheQueryAloneIsKept(t *testing.T) {
	h := open(t, nil)
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		memory := runtime.MemStats{}
		runtime.ReadMemStats(&memory)
		return int64(memory.HeapAlloc) //nolint:gosec // far smaller
	}
	const asked, rest = 300, 50_000
	before := heap()
	for i := range asked {
		// In braces that are not escaped, so that the query is a part of the URL as it came.
		target := url.URL{Path: "/graphql", RawQuery: fmt.Sprintf("query={a%d:__typename}&rest=%s", i, strings.Repeat("x", rest))}
		if got := h.send(t, http.MethodGet, target.String(), ""); got.status != http.StatusOK {
			t.Fatalf("%d: %s", got.status, got.body)
		}
	}
	if kept := heap() - before; kept > asked*rest/3 {
		t.Errorf("%d bytes are kept of %d small queries", kept, asked)
	}
}

// lateEnd has one document, and takes long to find that there are no others.
type lateEnd time.Duration

func (l lateEnd) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		switch kind {
		case content.KindChannel:
			yield(&content.Channel{Key: "site"}, nil)
		case content.KindProduct:
			time.Sleep(time.Duration(l))
		}
	}
}

// X3: an export waits for its reader, and not for the database: one that takes long to read to the end is sent whole.
func TestAnExportMayEndLate(t *testing.T) {
	h := open(t, func(c *server.Config) {
		c.Limits.Export, c.Contents = 200*time.Millisecond, lateEnd(500*time.Millisecond)
	})
	if got := h.send(t, http.MethodGet, "/content/export", "", "Authorization", "Bearer "+adminKey); !strings.Contains(got.body, `"site"`) {
		t.Errorf("%d: %q", got.status, got.body)
	}
}
