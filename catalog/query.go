package catalog

import (
	"unisono/content"
)

// Order is the order of a list of products.
type Order string

// The orders of products. SKU breaks ties.
const (
	ByName     Order = "NAME"      // as the reader's language sorts; unnamed products come last, by SKU
	ByNameDesc Order = "NAME_DESC" // the named ones from the end; unnamed products come last all the same, by SKU
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

// ProductQuery says which products a list holds: those that fit all of it.
type ProductQuery struct {
	SKUs       []string // nil: all; empty: none; so too below
	Categories []string // any of them, or below one of them
	Families   []string
	Levels     []Level
	Attributes []AttributeFilter
	Text       string // each of its parts between white space begins a word of the name, see locale.Folder; "": all
	Order      Order
	Part
}

// AttributeFilter asks for products whose value of one attribute, as the reader sees it, fits all that is given. Of a value that is a list one item is
// enough, for each thing that is asked.
type AttributeFilter struct {
	Key string

	// Equals is what the value is: the same text, number or truth; a quantity of the same size, in whichever unit; an amount of the same money. A
	// number is a quantity in the unit of the attribute. A list stands for all of its items.
	Equals *content.Value
	In     []content.Value // equals one of these; nil: not asked

	Min, Max *float64 // the bounds of a number, a quantity or an amount of money, both inclusive
	Unit     string   // what the bounds are in: a UCUM code, or a currency; "": the unit of the attribute

	Exists *bool // whether the reader sees a value at all
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

// Facet counts the values of one attribute in a whole list, as the reader sees them.
type Facet struct {
	Key    string
	Total  int          // how many of the list have a value at all
	Values []FacetValue // each item of a list by itself
}

// FacetValue is one value and how many of a list have it.
type FacetValue struct {
	Value content.Value
	Count int
}
