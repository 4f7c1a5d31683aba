package catalog

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
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
	ByName     Order = "NAME"      // by the reader's language; unnamed products come last
	ByNameDesc Order = "NAME_DESC" // so too, from the end; unnamed products come last all the same
	Newest     Order = "NEWEST"    // by first publication, the latest first; those never published come last
	BySKU      Order = "SKU"       // bytewise
)

// Level is where a product stands among models and variants, in a reader's eyes.
type Level string

// The levels of products.
const (
	Model   Level = "MODEL"   // there are variants of it
	Variant Level = "VARIANT" // it is a variant, and there are none of it
	Simple  Level = "SIMPLE"  // it stands alone
)

// Part says which part of a list is wanted.
type Part struct {
	First    int    // how many
	After    string // the cursor behind which the part lies, or ""
	Before   string // the cursor before which it lies, or ""
	Backward bool   // the last ones of what lies between, not the first
}

// ProductQuery says which products a list holds, and which part of it is wanted.
type ProductQuery struct {
	SKUs       []string // nil: all; empty: none; so too below
	Categories []string // any of them, or below one of them
	Families   []string
	Levels     []Level
	Order      Order
	Part
}

// FragmentQuery says which fragments a list holds, ordered by key, and which part of it is wanted.
type FragmentQuery struct {
	Keys   []string // nil: all; empty: none; so too below
	Kinds  []string
	Labels []string // any of them
	Part
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
	order []byte // collation key of the name, or the time of first publication; nil where there is none
	key   string
}

// compareEntries compares two places. What has nothing to be ordered by comes last, whichever way the order goes.
func (o Order) compareEntries(a, b entry) int {
	byOrder := bytes.Compare(a.order, b.order)
	if o == ByNameDesc || o == Newest {
		byOrder = -byOrder
	}
	return cmp.Or(cmp.Compare(unnamed(a), unnamed(b)), byOrder, cmp.Compare(a.key, b.key))
}

func unnamed(e entry) int {
	if e.order == nil {
		return 1
	}
	return 0
}

// Products gives a page of the products that are there for a reader. The error is of kind BadUserInput.
func (s *Snapshot) Products(query ProductQuery, reader *targeting.Context) (*Page, error) {
	place := placing(query.Order, reader)
	entries := []entry{}
	s.products.Scan(func(sku string, product *content.Product) bool {
		lineage, whole := content.Trace(product, s.product)
		if !whole || !targeting.There(lineage, reader) || !s.fits(&query, lineage, reader) {
			return true
		}
		entries = append(entries, entry{key: sku, order: place(lineage)})
		return true
	})
	slices.SortFunc(entries, query.Order.compareEntries)
	digest := digestOf("products", query.Order, reader.Chain, reader.Channel.Key, query.SKUs, query.Categories, query.Families, query.Levels)
	return pageOf(entries, query.Order, query.Part, digest)
}

// placing gives what tells by what a product is ordered; nil where it has nothing of the kind.
func placing(order Order, reader *targeting.Context) func(content.Lineage) []byte {
	switch order {
	case ByName, ByNameDesc:
		collator := locale.NewCollator(reader.Locale)
		return func(lineage content.Lineage) []byte {
			name := strings.TrimSpace(targeting.Text(lineage, "name", reader))
			if name == "" {
				return nil
			}
			return append(collator.Key(name), 0) // never empty, which would read as unnamed in a cursor
		}
	case Newest:
		return func(lineage content.Lineage) []byte {
			at := lineage.Product().FirstPublished
			if at == nil {
				return nil
			}
			return binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())^1<<63) // so that times before 1970 come before those after it
		}
	default:
		return func(content.Lineage) []byte { return nil }
	}
}

// level says where a product stands among those that are there for a reader.
func (s *Snapshot) level(lineage content.Lineage, reader *targeting.Context) Level {
	switch {
	case slices.ContainsFunc(s.Children(lineage.Product().SKU), func(sku string) bool { return s.ProductThere(sku, reader) }):
		return Model
	case lineage.Product().Parent != "":
		return Variant
	default:
		return Simple
	}
}

func (s *Snapshot) product(sku string) *content.Product {
	product, _ := s.products.Get(sku)
	return product
}

func (s *Snapshot) fits(query *ProductQuery, lineage content.Lineage, reader *targeting.Context) bool {
	return (query.SKUs == nil || slices.Contains(query.SKUs, lineage.Product().SKU)) &&
		(query.Families == nil || slices.Contains(query.Families, lineage.Family())) &&
		(query.Levels == nil || slices.Contains(query.Levels, s.level(lineage, reader))) &&
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
	return pageOf(entries, BySKU, query.Part, digest) // the keys stand in order already
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

// pageOf gives the part of a list that is wanted. What it says of what stands before and behind it is of the whole list.
func pageOf(entries []entry, order Order, part Part, digest string) (*Page, error) {
	begin, end := 0, len(entries)
	if part.After != "" {
		place, err := readCursor("after", part.After, digest)
		if err != nil {
			return nil, err
		}
		at, found := slices.BinarySearchFunc(entries, place, order.compareEntries)
		if begin = at; found {
			begin++
		}
	}
	if part.Before != "" {
		place, err := readCursor("before", part.Before, digest)
		if err != nil {
			return nil, err
		}
		end, _ = slices.BinarySearchFunc(entries, place, order.compareEntries)
		end = max(begin, end) // a cursor before one behind which the part lies leaves nothing between
	}
	if part.Backward {
		begin = max(begin, end-part.First)
	} else {
		end = min(end, begin+part.First)
	}
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

func readCursor(argument, text, digest string) (entry, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	place := cursor{}
	if err == nil {
		err = json.Unmarshal(raw, &place)
	}
	if err != nil || place.Key == "" {
		return entry{}, fault.New(fault.BadUserInput, "%s: %.60q is no cursor; one from pageInfo or edges.cursor is expected", argument, text)
	}
	if place.Digest != digest {
		return entry{}, fault.New(fault.BadUserInput, "%s: this cursor is of another list; one from the same order, language and filter is expected", argument)
	}
	return entry{place.Order, place.Key}, nil
}
