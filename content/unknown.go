package content

import (
	"maps"
	"slices"

	"unisono/fault"
)

// Unknown are the parts of something inside a document that this program does not know, as a newer one may have written them. They are kept as
// they are. What could narrow down for whom something is, is taken to do so: it is shown to nobody.
type Unknown map[string]any

// carry puts into a changed product what this program does not know of the parts that stay.
func (p *Product) carry(before *Product) {
	values := map[string]Unknown{}
	for i := range before.Attributes {
		values[before.Attributes[i].Scope()] = before.Attributes[i].Unknown
	}
	p.Attributes = slices.Clone(p.Attributes)
	for i := range p.Attributes {
		if p.Attributes[i].Unknown == nil {
			p.Attributes[i].Unknown = values[p.Attributes[i].Scope()]
		}
	}
	p.Media = carryMedia(p.Media, before.Media)
}

// carry puts into a changed fragment what this program does not know of the variants that stay.
func (f *Fragment) carry(before *Fragment) {
	known := map[string]*Variant{}
	for i := range before.Variants {
		known[before.Variants[i].ID] = &before.Variants[i]
	}
	f.Variants = slices.Clone(f.Variants)
	for i := range f.Variants {
		variant, was := &f.Variants[i], known[f.Variants[i].ID]
		if was == nil {
			continue
		}
		if variant.Unknown == nil {
			variant.Unknown = was.Unknown
		}
		if was.When != nil && len(was.When.Unknown) > 0 {
			when := Condition{}
			if variant.When != nil {
				when = *variant.When
			}
			when.Unknown = was.When.Unknown
			variant.When = &when
		}
		variant.Media = carryMedia(variant.Media, was.Media)
	}
}

func carryMedia(media, before []Media) []Media {
	place := func(m *Media) string { return m.Role + "\x00" + string(m.Locale) + "\x00" + m.URL }
	known := map[string]Unknown{}
	for i := range before {
		known[place(&before[i])] = before[i].Unknown
	}
	media = slices.Clone(media)
	for i := range media {
		if media[i].Unknown == nil {
			media[i].Unknown = known[place(&media[i])]
		}
	}
	return media
}

// unknownParts says what of a document this program does not know and therefore shows to nobody.
func unknownParts(document Document) fault.Problems {
	problems := fault.Problems{}
	report := func(at fault.Place, unknown Unknown) {
		for _, name := range slices.Sorted(maps.Keys(unknown)) {
			problems.Add(at.Field(name), fault.Invalid, "this program does not know it, so what it narrows down is shown to nobody")
		}
	}
	switch document := document.(type) {
	case *Product:
		for i := range document.Attributes {
			report(fault.Place{"attributes"}.Index(i), document.Attributes[i].Unknown)
		}
		for i := range document.Media {
			report(fault.Place{"media"}.Index(i), document.Media[i].Unknown)
		}
	case *Fragment:
		for i := range document.Variants {
			if when := document.Variants[i].When; when != nil {
				report(fault.Place{"variants"}.Index(i).Field("when"), when.Unknown)
			}
		}
	}
	return problems
}
