package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHandler(t *testing.T) {
	t.Parallel()
	handler := Handler(fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html><title>page</title>")},
		"assets/page-1a2.js": {Data: []byte("export {}")},
	})
	for _, test := range []struct {
		name, method, path   string
		status               int
		media, caching, body string
	}{
		{"the page", http.MethodGet, "/", http.StatusOK, "text/html; charset=utf-8", "no-cache", "<title>page"},
		{"the page's head", http.MethodHead, "/", http.StatusOK, "text/html; charset=utf-8", "no-cache", ""},
		{"an asset", http.MethodGet, "/assets/page-1a2.js", http.StatusOK, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export"},
		{"no asset", http.MethodGet, "/assets/other.js", http.StatusNotFound, "text/plain; charset=utf-8", "no-store", "Not Found"},
		{"a folder", http.MethodGet, "/assets/../assets", http.StatusNotFound, "text/plain; charset=utf-8", "no-store", "Not Found"},
		{"another method", http.MethodPost, "/", http.StatusMethodNotAllowed, "text/plain; charset=utf-8", "", "use GET"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := httptest.NewRecorder()
			handler.ServeHTTP(got, httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil))
			if got.Code != test.status || got.Header().Get("Content-Type") != test.media || got.Header().Get("Cache-Control") != test.caching || !strings.Contains(got.Body.String(), test.body) {
				t.Errorf("%d %v %s", got.Code, got.Header(), got.Body)
			}
			if got.Header().Get("Content-Security-Policy") != Policy || got.Header().Get("X-Content-Type-Options") != "nosniff" || got.Header().Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("headers: %v", got.Header())
			}
		})
	}
}

// What is kept compressed is sent so to those who take it, and as it was before to all others.
func TestCompressedFiles(t *testing.T) {
	t.Parallel()
	packed := &bytes.Buffer{}
	writer := gzip.NewWriter(packed)
	if _, err := writer.Write([]byte("export {}")); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	handler := Handler(fstest.MapFS{"assets/page-1a2.js.gz": {Data: packed.Bytes()}, "assets/broken.js.gz": {Data: []byte("no gzip")}})
	for _, test := range []struct{ name, path, accept, encoding, body string }{
		{"a browser", "/assets/page-1a2.js", "gzip, deflate, br", "gzip", packed.String()},
		{"with weights", "/assets/page-1a2.js", "br;q=1.0, gzip;q=0.5", "gzip", packed.String()},
		{"refused", "/assets/page-1a2.js", "gzip; q=0", "", "export {}"},
		{"nothing said", "/assets/page-1a2.js", "", "", "export {}"},
		{"broken", "/assets/broken.js", "", "", "Internal Server Error\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, test.path, nil)
			request.Header.Set("Accept-Encoding", test.accept)
			got := httptest.NewRecorder()
			handler.ServeHTTP(got, request)
			if got.Header().Get("Content-Encoding") != test.encoding || got.Header().Get("Vary") != "Accept-Encoding" || got.Body.String() != test.body {
				t.Errorf("%d %v %q", got.Code, got.Header(), got.Body)
			}
		})
	}
}

// Without the page built there is another, which needs nothing but itself.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	got := httptest.NewRecorder()
	Handler(placeholder{}).ServeHTTP(got, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "make web") || strings.Contains(got.Body.String(), "<script") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	files, isBuilt := Page()
	if !has(files, "index.html") || isBuilt != has(files, "assets") {
		t.Errorf("built: %t", isBuilt)
	}
}
