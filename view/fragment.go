package view

import (
	"context"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// Fragment is a fragment as one reader sees it: the one variant that is right.
type Fragment struct {
	fragment *content.Fragment
	variant  *content.Variant
	place    place
	reader   *Reader
}

// place is where a fragment stands, when it was reached through a product.
type place struct{ sku, slot string }

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
func (f *Fragment) ID() string {
	return NodeName{f.place.sku, f.place.slot, f.Key(), f.reader.override}.ID()
}

// Key is what the house calls the fragment.
func (f *Fragment) Key() string { return f.fragment.Key }

// Kind is the fragment's kind, a word of the house's own.
func (f *Fragment) Kind() string { return f.fragment.Type }

// Slot is where the fragment stands on the product that it was reached through, or nil.
func (f *Fragment) Slot() *string { return textOrNil(f.place.slot) }

// Labels are the words under which the fragment is found.
func (f *Fragment) Labels() []string { return f.fragment.Labels }

// Title is the heading, or nil.
func (f *Fragment) Title() *string { return textOrNil(f.variant.Title) }

// Body is the text, in Markdown, or nil.
func (f *Fragment) Body() *string { return textOrNil(f.variant.Body) }

// CallToAction asks the reader to do something; it may be nil.
func (f *Fragment) CallToAction() *content.CallToAction { return f.variant.CallToAction }

// Media gives the variant's media that are right for the reader.
func (f *Fragment) Media() []*Asset {
	assets := []*Asset{}
	for _, one := range targeting.ChooseMedia(f.variant.Media, f.reader.Context) {
		assets = append(assets, &Asset{one, f.ID(), f.reader})
	}
	return assets
}

// Locale is the language of the text, or nil where it needs none.
func (f *Fragment) Locale() *locale.Tag { return tagOrNil(f.variant.Locale) }

// IsFallback says that this is not the language that was asked for.
func (f *Fragment) IsFallback() bool { return f.reader.IsFallback(f.variant.Locale) }

// ReferenceKeys are the keys of the fragments that this one refers to.
func (f *Fragment) ReferenceKeys() []string { return f.fragment.References }

// Revision counts the writes of the fragment; nil for a reader who may not see such details.
func (f *Fragment) Revision() *int { return revision(f.reader, f.fragment) }

// UpdatedAt is when the gateway last wrote the fragment; nil for a reader who may not see such details.
func (f *Fragment) UpdatedAt() *time.Time { return updatedAt(f.reader, f.fragment) }

// References gives the fragments that one refers to and that are there for its reader, in order.
func (a *Assembler) References(ctx context.Context, f *Fragment) ([]*Fragment, error) {
	views, err := a.Fragments(ctx, f.reader, f.ReferenceKeys())
	if err != nil {
		return nil, err
	}
	there := make([]*Fragment, 0, len(views))
	for _, view := range views {
		if view != nil {
			there = append(there, view)
		}
	}
	return there, nil
}

func tagOrNil(tag locale.Tag) *locale.Tag {
	if tag == "" {
		return nil
	}
	return &tag
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
	if !s.fragment.reader.Candidates {
		return nil
	}
	return targeting.Explain(s.fragment.fragment.Variants, s.fragment.reader.Context)
}

// Until is the next moment when time alone gives the reader another variant, or nil.
func (s *Selection) Until() *time.Time {
	return targeting.Until(s.fragment.fragment.Variants, s.fragment.reader.Context)
}
