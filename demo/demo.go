// Package demo holds the catalogue of an invented maker of espresso machines, with its drawings and a few queries, so
// that a gateway has something to show before anybody has loaded content of their own.
//
// It refuses to load, check or serve any of it: what the files say is read and written like anybody else's content. Nobody's real
// products, names or pictures are in here.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed catalogue/*.ndjson
var catalogue embed.FS

//go:embed media/*.svg
var media embed.FS

//go:embed queries/*.graphql
var queries embed.FS

// Files gives the catalogue: NDJSON files at the root, whose names in order are also an order in which they can be written, for
// definitions come before fragments and products.
func Files() fs.FS { return below(catalogue, "catalogue") }

// Media gives the drawings at the root. The catalogue refers to NAME.svg as /media/NAME.svg.
func Media() fs.FS { return below(media, "media") }

// Queries gives operations that are worth trying, GraphQL documents at the root.
func Queries() fs.FS { return below(queries, "queries") }

// below gives a folder of the embedded files as a file system of its own.
func below(files embed.FS, folder string) fs.FS {
	sub, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // never: the folders' names are constants, and valid
	}
	return sub
}
