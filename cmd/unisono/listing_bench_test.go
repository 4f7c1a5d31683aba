package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"unisono/bench/baseline"
	made "unisono/bench/catalogue"
	"unisono/internal/mongotest"
)

// BenchmarkListing gives the listing of the benchmark (make bench, case listing-documents), made anew of documents that are kept, and the same of what it is compared with.
func BenchmarkListing(b *testing.B) {
	config := testConfig(io.Discard)
	config.cacheSize, config.logger = 64<<20, slog.New(slog.DiscardHandler)
	g, err := openGateway(b.Context(), &database{Store: mongotest.Embedded(b)}, config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = g.Close(b.Context()) })
	lines := bytes.Buffer{}
	if err := made.Write(&lines, made.Rich); err != nil {
		b.Fatal(err)
	}
	(&house{gateway: g}).load(b, lines.String())
	compared, err := baseline.New(made.Rich)
	if err != nil {
		b.Fatal(err)
	}
	body := made.ListingIn(made.Plain())
	for _, server := range []struct {
		name    string
		handler http.Handler
	}{{"gateway", g.server}, {"baseline", compared}} {
		b.Run(server.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set("Cache-Control", "no-cache")
				written := httptest.NewRecorder()
				server.handler.ServeHTTP(written, request)
				if written.Code != http.StatusOK || written.Body.Len() < 10_000 {
					b.Fatal(written.Body)
				}
			}
		})
	}
}
