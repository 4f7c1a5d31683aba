package view

import (
	"cmp"
	"slices"

	"unisono/content"
	"unisono/fault"
)

// Facet is what values an attribute has in a list, as its reader sees them.
type Facet struct {
	key    string
	reader *Reader
	total  int
	count  func(most int) []*FacetValue
}

// FacetValue is one value and how many of a list have it.
type FacetValue struct {
	Value content.Value
	Text  string // as a person in the reader's language reads it
	Count int
}

// NewFacet gives the view of a facet of an attribute. Count gives its values, those that most have, and how many have one at all; their texts are made here.
func NewFacet(reader *Reader, key string, count func(most int) (values []*FacetValue, total int)) *Facet {
	_, total := count(0)
	return &Facet{key, reader, total, func(most int) []*FacetValue {
		values, _ := count(most)
		return values
	}}
}

// Key is the attribute's key.
func (f *Facet) Key() string { return f.key }

// Label is what the attribute is called in the reader's language; its key where nothing says.
func (f *Facet) Label() string {
	return f.of(content.Value{}).Label()
}

// TotalCount is how many of the list have a value.
func (f *Facet) TotalCount() int { return f.total }

func (f *Facet) of(value content.Value) *Attribute {
	return &Attribute{&content.AttributeValue{Key: f.key, Value: value}, f.reader.Definitions.Attributes[f.key], f.reader}
}

// maxFacetValues bounds how many values are given.
const maxFacetValues = 1000

// facetValuesFirst is how many are given where no length is named, as in the schema.
const facetValuesFirst = 100

// Values gives the values that most have, with options in the order of their positions. The error is of kind BadUserInput.
func (f *Facet) Values(first *int) ([]*FacetValue, error) {
	most := facetValuesFirst
	if first != nil {
		most = *first
	}
	if most < 0 || most > maxFacetValues {
		return nil, fault.New(fault.BadUserInput, "first: %d is out of range; 0 to %d is expected", most, maxFacetValues)
	}
	values := f.count(most)
	for _, one := range values {
		one.Text = f.of(one.Value).Text()
	}
	slices.SortStableFunc(values, func(a, b *FacetValue) int { return cmp.Compare(f.position(a), f.position(b)) })
	return values, nil
}

// position orders options; what is none stands where it stands.
func (f *Facet) position(one *FacetValue) int {
	key, _ := one.Value.Text()
	if option := f.reader.Definitions.Options[content.OptionID(f.key, key)]; option != nil {
		return option.Position
	}
	return 0
}
