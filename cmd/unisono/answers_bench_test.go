package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkAnswer gives a page of 20 products with attributes, media and fragments of the demo: found among the answers that are kept, and made anew of documents that are kept.
func BenchmarkAnswer(b *testing.B) {
	if err := func() error { _, err := sharedDemo.open(); return err }(); err != nil {
		b.Fatal(err)
	}
	const question = `{ products(first: 20) { totalCount nodes { sku name attributes { key label text } media { url } fragments(first: 2) { key title body } } } }`
	for name, echo := range map[string]string{"found": "", "made": "context"} {
		b.Run(name, func(b *testing.B) {
			body, err := json.Marshal(asked{Query: question})
			if err != nil {
				b.Fatal(err)
			}
			request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
			request.Header.Set("Content-Type", "application/json")
			if echo != "" {
				request.Header.Set("Unisono-Echo", echo)
			}
			written := nowhere{}
			b.ReportAllocs()
			for b.Loop() {
				request.Body, written = io.NopCloser(bytes.NewReader(body)), nowhere{header: http.Header{}}
				sharedDemo.house.server.ServeHTTP(&written, request)
				if written.status != http.StatusOK {
					b.Fatal(written.status)
				}
			}
		})
	}
}

// nowhere takes an answer and lets go of it, as fast as may be.
type nowhere struct {
	header http.Header
	status int
}

func (n *nowhere) Header() http.Header            { return n.header }
func (n *nowhere) WriteHeader(status int)         { n.status = status }
func (n *nowhere) Write(part []byte) (int, error) { return len(part), nil }

// BenchmarkChange changes a product that others inherit from, on the embedded database.
func BenchmarkChange(b *testing.B) {
	h, err := sharedDemo.open()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	before, changed := h.database.Calls(), 0
	for b.Loop() {
		changed++
		got := h.askAs(b, adminKey, fmt.Sprintf(`mutation { upsertProducts(products: [{sku: "LUMA-1", setAttributes: [{key: "weight", value: %d}]}]) { written userErrors { message } } }`, changed))
		if !strings.Contains(string(got.body), `"written":1`) {
			b.Fatal(string(got.body))
		}
	}
	b.ReportMetric(float64(h.database.Calls()-before)/float64(changed), "calls/op")
}
