// Package web holds the playground, a page for asking the gateway: its sources, in TypeScript, and what Vite builds of them.
//
// It refuses to know the API: it serves files. The page talks to the gateway as any other client does, and has no rights of its own.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed dist
var dist embed.FS

// Page gives the files of the playground, index.html among them, and whether they are the page itself. Where it was not built when the program
// was, they are one that says how to build it.
func Page() (files fs.FS, isBuilt bool) {
	if built, err := fs.Sub(dist, "dist/app"); err == nil && has(built, "index.html") {
		return built, true
	}
	return placeholder{}, false
}

func has(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

// placeholder has one file, index.html.
type placeholder struct{}

func (placeholder) Open(name string) (fs.File, error) {
	if name != "index.html" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return dist.Open("dist/placeholder.html")
}

// Policy is the Content-Security-Policy of the page: everything it is made of comes from the gateway, and it talks to the gateway alone. Only
// styles may stand in the page itself, for the editor (Monaco) places each line and paints each theme by styles that it writes there; nothing
// that could run may. Fonts and small pictures of the editor are data in its style sheet.
const Policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page at / and its files below /assets/, to GET and HEAD. A file NAME.gz among them is NAME, compressed.
func Handler(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", Policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			header.Set("Allow", "GET, HEAD")
			http.Error(w, "use GET", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		caching := "public, max-age=31536000, immutable" // the names of assets change with what is in them
		if name == "" {
			name, caching = "index.html", "no-cache"
		}
		content, isCompressed, err := read(files, name)
		if isCompressed {
			header.Set("Vary", "Accept-Encoding")
			if accepts(r.Header.Get("Accept-Encoding"), "gzip") {
				header.Set("Content-Encoding", "gzip")
			} else {
				content, err = expand(content)
			}
		}
		if err != nil {
			status := http.StatusNotFound
			if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
				status = http.StatusInternalServerError
			}
			header.Set("Cache-Control", "no-store")
			http.Error(w, http.StatusText(status), status)
			return
		}
		header.Set("Cache-Control", caching)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}

// read gives a file as it is kept, and whether that is compressed.
func read(files fs.FS, name string) (content []byte, isCompressed bool, err error) {
	content, err = fs.ReadFile(files, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return content, false, err
	}
	content, err = fs.ReadFile(files, name+".gz")
	return content, err == nil, err
}

func expand(content []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// accepts says whether an Accept-Encoding header names an encoding, and not to refuse it.
func accepts(header, encoding string) bool {
	for _, part := range strings.Split(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == encoding {
			weight = strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
			q, err := strconv.ParseFloat(weight, 64)
			return err != nil || q > 0
		}
	}
	return false
}
