package catalog

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
	"unisono/targeting"
)

// Order is the order of a list of products.
type Order string

// The orders of products. SKU breaks ties.
const (
	ByName Order = "NAME" // by the reader's language; unnamed products come last
	BySKU  Order = "SKU"  // bytewise
)

// ProductQuery says which products a list holds, and which part of it is wanted.
type ProductQuery struct {
	SKUs       []string // nil: all; empty: none; so too below
	Categories []string // any of them, or below one of them
	Families   []string
	Order      Order
	First      int
	After      string // the cursor behind which the page begins, or ""
}

// FragmentQuery says which fragments a list holds, ordered by key, and which part of it is wanted.
type FragmentQuery struct {
	Keys   []string // nil: all; empty: none; so too below
	Kinds  []string
	Labels []string // any of them
	First  int
	After  string
}

// Page is a part of a list.
type Page struct {
	Keys     []string // SKUs, or keys of fragments
	Cursors  []string // of each key
	Total    int      // how many the whole list holds
	Next     bool     // more stand behind this page
	Previous bool     // more stand before it
}

// entry is one place in a list: what it is ordered by, then its key.
type entry struct {
	order []byte // collation key of the name; nil where there is none
	key   string
}

func compareEntries(a, b entry) int {
	return cmp.Or(
		cmp.Compare(unnamed(a), unnamed(b)),
		bytes.Compare(a.order, b.order),
		cmp.Compare(a.key, b.key),
	)
}

func unnamed(e entry) int {
	if e.order == nil {
		return 1
	}
	return 0
}

// Products gives a page of the products that are there for a reader. The error is of kind BadUserInput.
func (s *Snapshot) Products(query ProductQuery, reader *targeting.Context) (*Page, error) {
	var collator *locale.Collator
	if query.Order == ByName {
		collator = locale.NewCollator(reader.Locale)
	}
	entries := []entry{}
	s.products.Scan(func(sku string, product *content.Product) bool {
		lineage, whole := content.Trace(product, s.product)
		if !whole || !targeting.There(lineage, reader) || !s.fits(&query, lineage, reader) {
			return true
		}
		one := entry{key: sku}
		if name := nameFor(collator, lineage, reader); name != "" {
			one.order = append(collator.Key(name), 0) // never empty, which would read as unnamed in a cursor
		}
		entries = append(entries, one)
		return true
	})
	slices.SortFunc(entries, compareEntries)
	digest := digestOf("products", query.Order, reader.Chain, reader.Channel.Key, query.SKUs, query.Categories, query.Families)
	return pageOf(entries, query.First, query.After, digest)
}

func nameFor(collator *locale.Collator, lineage content.Lineage, reader *targeting.Context) string {
	if collator == nil {
		return ""
	}
	return strings.TrimSpace(targeting.Text(lineage, "name", reader))
}

func (s *Snapshot) product(sku string) *content.Product {
	product, _ := s.products.Get(sku)
	return product
}

func (s *Snapshot) fits(query *ProductQuery, lineage content.Lineage, reader *targeting.Context) bool {
	return (query.SKUs == nil || slices.Contains(query.SKUs, lineage.Product().SKU)) &&
		(query.Families == nil || slices.Contains(query.Families, lineage.Family())) &&
		(query.Categories == nil || slices.ContainsFunc(lineage.Categories(), func(key string) bool { return s.within(key, query.Categories, reader) }))
}

// within says that a category is there for a reader and is one of others or stands below one.
func (s *Snapshot) within(key string, others []string, reader *targeting.Context) bool {
	path := s.definitions.Path(key)
	return targeting.CategoryThere(path, reader) && slices.ContainsFunc(path, func(c *content.Category) bool { return slices.Contains(others, c.Key) })
}

// Fragments gives a page of the fragments that are there for a reader. The error is of kind BadUserInput.
func (s *Snapshot) Fragments(query FragmentQuery, reader *targeting.Context) (*Page, error) {
	entries := []entry{}
	s.fragments.Scan(func(key string, fragment *content.Fragment) bool {
		fits := (query.Keys == nil || slices.Contains(query.Keys, key)) &&
			(query.Kinds == nil || slices.Contains(query.Kinds, fragment.Type)) &&
			(query.Labels == nil || slices.ContainsFunc(fragment.Labels, func(label string) bool { return slices.Contains(query.Labels, label) }))
		if fits && targeting.FragmentThere(fragment, reader) {
			entries = append(entries, entry{key: key})
		}
		return true
	})
	digest := digestOf("fragments", query.Keys, query.Kinds, query.Labels)
	return pageOf(entries, query.First, query.After, digest)
}

// cursor is a place in one list, as it stands in the API: where an item stands or stood, so that it need not be there any more.
type cursor struct {
	Order  []byte `json:"o,omitempty"`
	Key    string `json:"k"`
	Digest string `json:"d"` // of what makes the list; another list refuses the cursor
}

// digestOf names a list by what makes it: its order, its language and its filter.
func digestOf(parts ...any) string {
	digest := sha256.Sum256([]byte(fmt.Sprintf("%#v", parts)))
	return base64.RawURLEncoding.EncodeToString(digest[:9])
}

func pageOf(entries []entry, first int, after, digest string) (*Page, error) {
	begin := 0
	if after != "" {
		place, err := readCursor(after, digest)
		if err != nil {
			return nil, err
		}
		at, found := slices.BinarySearchFunc(entries, place, compareEntries)
		begin = at
		if found {
			begin++
		}
	}
	end := min(begin+first, len(entries))
	page := &Page{Total: len(entries), Next: end < len(entries), Previous: begin > 0}
	for _, one := range entries[begin:end] {
		page.Keys = append(page.Keys, one.key)
		page.Cursors = append(page.Cursors, writeCursor(one, digest))
	}
	return page, nil
}

func writeCursor(place entry, digest string) string {
	written, err := json.Marshal(cursor{place.order, place.key, digest})
	if err != nil {
		return "" // never: a cursor holds nothing that JSON cannot say, for keys are valid UTF-8
	}
	return base64.RawURLEncoding.EncodeToString(written)
}

func readCursor(text, digest string) (entry, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	place := cursor{}
	if err == nil {
		err = json.Unmarshal(raw, &place)
	}
	if err != nil || place.Key == "" {
		return entry{}, fault.New(fault.BadUserInput, "after: %.60q is no cursor; one from pageInfo.endCursor or edges.cursor is expected", text)
	}
	if place.Digest != digest {
		return entry{}, fault.New(fault.BadUserInput, "after: this cursor is of another list; one from the same order, language and filter is expected")
	}
	return entry{place.Order, place.Key}, nil
}
