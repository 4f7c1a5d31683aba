package view

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/markup"
	"unisono/targeting"
)

// Fragment is a fragment as one reader sees it: the one variant that is right.
type Fragment struct {
	fragment *content.Fragment
	variant  *content.Variant
	place    place
	reader   *Reader
}

// place is where a fragment stands, when it was reached through a product or through other fragments.
type place struct {
	product *Product
	slot    string
	through []string // the keys of the fragments that led here by reference, this one's own left out
}

func (p place) sku() string {
	if p.product == nil {
		return ""
	}
	return p.product.SKU()
}

// maxReferences is how many fragments can lead to one by reference.
const maxReferences = 8

// newFragment gives the view of a fragment, or nil where it is not there for the reader.
func newFragment(fragment *content.Fragment, reader *Reader, at place) *Fragment {
	if fragment == nil || !targeting.Shown(fragment.State, reader.Context) {
		return nil
	}
	variant := targeting.Choose(fragment.Variants, reader.Context)
	if variant == nil {
		return nil
	}
	return &Fragment{fragment, variant, at, reader}
}

// Reader is the one for whom the view was made.
func (f *Fragment) Reader() *Reader { return f.reader }

// ID is the fragment's id among all nodes. One that stands on a product has an id of its own there.
func (f *Fragment) ID() string { return f.NodeName().ID() }

// NodeName is what the fragment's id says.
func (f *Fragment) NodeName() NodeName {
	return NodeName{f.place.sku(), f.place.slot, f.Key(), f.reader.override}
}

// Key is what the house calls the fragment.
func (f *Fragment) Key() string { return f.fragment.Key }

// Kind is the fragment's kind, a word of the house's own.
func (f *Fragment) Kind() string { return f.fragment.Type }

// Slot is where the fragment stands on the product that it was reached through, or nil.
func (f *Fragment) Slot() *string { return orNil(&f.place.slot) }

// Labels are the words under which the fragment is found.
func (f *Fragment) Labels() []string { return f.fragment.Labels }

// Title is the heading, or nil. Attributes that it refers to stand in it as a person reads them.
func (f *Fragment) Title() *string {
	if !strings.Contains(f.variant.Title, "{{") {
		return orNil(&f.variant.Title)
	}
	return textOrNil(markup.Plain(f.expand(f.variant.Title)))
}

// TextFormat is the form in which a text is wanted.
type TextFormat string

// The forms of text.
const (
	Markdown TextFormat = "MARKDOWN"
	HTML     TextFormat = "HTML"
	Plain    TextFormat = "PLAIN"
)

// Body is the text in a form, Markdown where none is named, or nil. Attributes that it refers to stand in it as a person reads them.
func (f *Fragment) Body(format *TextFormat) *string {
	if (format == nil || *format == Markdown) && !strings.Contains(f.variant.Body, "{{") {
		return orNil(&f.variant.Body)
	}
	body := f.expand(f.variant.Body)
	switch {
	case format != nil && *format == HTML:
		body = markup.HTML(body)
	case format != nil && *format == Plain:
		body = markup.Plain(body)
	}
	return textOrNil(body)
}

// expand puts the attributes of the product that the fragment stands on in the place of what refers to them. One that the product has not got is
// left out and reported; where there is no product, all are left out.
func (f *Fragment) expand(text string) string {
	expanded, missing := markup.Expand(text, func(key string) (string, bool) {
		if f.place.product == nil {
			return "", false
		}
		attribute := f.place.product.Attribute(key)
		if attribute == nil {
			return "", false
		}
		return attribute.Text(), true
	})
	if len(missing) > 0 && f.place.product != nil && f.reader.Report != nil {
		f.reader.Report(content.KindFragment, f.Key(), fmt.Sprintf("its text refers to attributes that the product %q does not have for the reader: %s",
			f.place.sku(), strings.Join(missing, ", ")))
	}
	return expanded
}

// CallToAction asks the reader to do something; it may be nil.
func (f *Fragment) CallToAction() *content.CallToAction { return f.variant.CallToAction }

// Media gives the variant's media that are right for the reader.
func (f *Fragment) Media() []*Asset {
	return assets(targeting.ChooseMedia(f.variant.Media, f.reader.Context), f, f.reader)
}

// Locale is the language of the text, or nil where it needs none.
func (f *Fragment) Locale() *locale.Tag { return tagOrNil(&f.variant.Locale) }

// IsFallback says that this is not the language that was asked for.
func (f *Fragment) IsFallback() bool { return f.reader.IsFallback(f.variant.Locale) }

// ReferenceKeys are the keys of the fragments that this one refers to and that are there for the reader.
func (f *Fragment) ReferenceKeys() []string {
	return f.reader.there(f.fragment.References, f.reader.Catalog.FragmentThere)
}

// Revision counts the writes of the fragment; nil for a reader who may not see such details.
func (f *Fragment) Revision() *int { return revision(f.reader, f.fragment) }

// UpdatedAt is when the gateway last wrote the fragment; nil for a reader who may not see such details.
func (f *Fragment) UpdatedAt() *time.Time { return updatedAt(f.reader, f.fragment) }

// References gives the fragments that one refers to and that are there for its reader, in order. One that led here is left out, and after eight
// in a row there are no more: references that go round end.
func (a *Assembler) References(ctx context.Context, f *Fragment) ([]*Fragment, error) {
	through := append(slices.Clip(f.place.through), f.Key())
	if len(through) > maxReferences {
		return []*Fragment{}, nil
	}
	loaded, err := a.fragments(ctx, f.ReferenceKeys())
	if err != nil {
		return nil, err
	}
	there := make([]*Fragment, 0, len(loaded))
	for _, key := range f.ReferenceKeys() {
		if slices.Contains(through, key) {
			continue
		}
		if view := newFragment(loaded[key], f.reader, place{through: through}); view != nil {
			there = append(there, view)
		}
	}
	return there, nil
}

// tagOrNil gives a tag where it stands in a document, or nil.
func tagOrNil(tag *locale.Tag) *locale.Tag {
	if *tag == "" {
		return nil
	}
	return tag
}

// Selection says why the reader gets one variant of a fragment. It is worked out only when it is asked for.
type Selection struct{ fragment *Fragment }

// Selection says why the reader gets this variant.
func (f *Fragment) Selection() *Selection { return &Selection{f} }

// Variant is the id of the variant that the reader gets.
func (s *Selection) Variant() string { return s.fragment.variant.ID }

// Matched gives the dimensions on which the variant insists, the weightiest first.
func (s *Selection) Matched() []targeting.Dimension { return targeting.Matched(s.fragment.variant) }

// Considered gives every variant with the reason why it won or lost; nil for a reader who may not see drafts.
func (s *Selection) Considered() []targeting.Candidate {
	if !s.fragment.reader.Asking.SeesCandidates() {
		return nil
	}
	return targeting.Explain(s.fragment.fragment.Variants, s.fragment.reader.Context)
}

// Consulted gives the dimensions that the choice looked at, the weightiest first: another value of one of them might have given another variant. It is
// nil for a reader who may not see drafts, for it tells that there are variants for others.
func (s *Selection) Consulted() []targeting.Dimension {
	if !s.fragment.reader.Asking.SeesCandidates() {
		return nil
	}
	dimensions := []targeting.Dimension{}
	for _, part := range targeting.Consulted(s.fragment.fragment.Variants, s.fragment.reader.Context) {
		if !slices.Contains(dimensions, part.Dimension) {
			dimensions = append(dimensions, part.Dimension)
		}
	}
	return dimensions
}

// Until is the next moment when time alone gives the reader another variant, or nil.
func (s *Selection) Until() *time.Time {
	s.fragment.reader.Asking.Consult() // who may not ask for some variants has nothing to await of them
	return targeting.Until(s.fragment.fragment.Variants, s.fragment.reader.Context)
}
