package targeting

import (
	"cmp"
	"slices"

	"unisono/content"
)

// Consultation is a part of the context that a choice looked at: had it been another, the choice might have been.
type Consultation struct {
	Dimension Dimension
	Name      string // of the segment, or the text of the rule, which are looked at one by one; else ""
}

// Consulted gives what choosing among variants looks at in a reader's context, in the order of the dimensions' weights. It is the reference recorder of
// adaptive vary (after HTTP's Vary, RFC 9111 §4.1): each dimension is looked at if a variant that is left insists on it, and drops those that do not
// match. Two readers who agree on all of it get the same variant, until time alone changes that. Variants for others, whom the caller may not ask to be,
// are looked at by nobody whose answer they could change, and are left out.
func Consulted(variants []content.Variant, reader *Context) []Consultation {
	r := &recorder{reader: reader}
	for _, variant := range reader.withinReach(variants) {
		r.pictures(variant)
		if !reader.blank(variant) && (variant.When == nil || len(variant.When.Unknown) == 0) {
			r.left = append(r.left, variant)
		}
	}
	r.segments()
	r.rules()
	look(r, DimensionMoment, func(c *content.Condition) []content.Moment { return c.Moments }, reader.Moment())
	look(r, DimensionAudience, func(c *content.Condition) []string { return c.Audiences }, reader.Audience().Key)
	look(r, DimensionMarket, func(c *content.Condition) []string { return c.Markets }, reader.Market())
	r.locale()
	look(r, DimensionChannel, func(c *content.Condition) []string { return c.Channels }, reader.Channel().Key)
	look(r, DimensionPublication, func(c *content.Condition) []content.PublicationKind { return c.Publications }, reader.Publication())
	look(r, DimensionFormat, func(c *content.Condition) []content.Format { return c.Formats }, reader.Format())
	look(r, DimensionMedium, func(c *content.Condition) []content.Medium { return c.Mediums }, reader.Medium())
	look(r, DimensionDevice, func(c *content.Condition) []content.Device { return c.Devices }, reader.Device())
	slices.SortStableFunc(r.consulted, func(a, b Consultation) int {
		return cmp.Compare(slices.Index(byWeight, a.Dimension), slices.Index(byWeight, b.Dimension))
	})
	return r.consulted
}

// byWeight are the dimensions in the order of their weights.
var byWeight = []Dimension{
	DimensionSegment, DimensionRule, DimensionMoment, DimensionAudience, DimensionMarket, DimensionLocale, DimensionChannel,
	DimensionPublication, DimensionFormat, DimensionMedium, DimensionDevice,
}

// pictures records what decides whether a variant without words has something to show: whom its media are for. Those for others, whom the caller may not
// ask to be, are left out.
func (r *recorder) pictures(variant *content.Variant) {
	if !variant.Wordless() {
		return
	}
	for i := range variant.Media {
		one := &variant.Media[i]
		scope := content.Variant{When: &content.Condition{Channels: one.Channels, Audiences: one.Audiences}}
		if r.reader.beyond != nil && r.reader.beyond(&scope) {
			continue
		}
		if len(one.Audiences) > 0 {
			r.record(DimensionAudience, "")
		}
		if one.Locale != "" {
			r.record(DimensionLocale, "")
		}
		if len(one.Channels) > 0 {
			r.record(DimensionChannel, "")
		}
	}
}

type recorder struct {
	reader    *Context
	left      []*content.Variant
	consulted []Consultation
}

func (r *recorder) record(dimension Dimension, name string) {
	if one := (Consultation{dimension, name}); !slices.Contains(r.consulted, one) {
		r.consulted = append(r.consulted, one)
	}
}

func (r *recorder) drop(mismatch func(*content.Variant) bool) {
	r.left = slices.DeleteFunc(r.left, mismatch)
}

func (r *recorder) segments() {
	names := []string{}
	for _, variant := range r.left {
		if variant.When != nil {
			names = append(names, variant.When.Segments...)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		r.record(DimensionSegment, name)
	}
	r.drop(func(v *content.Variant) bool { return v.When != nil && !r.reader.inSegments(v.When.Segments) })
}

func (r *recorder) rules() {
	rules := []string{}
	for _, variant := range r.left {
		if variant.When != nil && variant.When.Rule != "" {
			rules = append(rules, variant.When.Rule)
		}
	}
	slices.Sort(rules)
	for _, text := range slices.Compact(rules) {
		r.record(DimensionRule, text)
	}
	r.drop(func(v *content.Variant) bool { return v.When != nil && !r.reader.matches(v.When.Rule) })
}

func (r *recorder) locale() {
	if slices.ContainsFunc(r.left, func(v *content.Variant) bool { return v.Locale != "" }) {
		r.record(DimensionLocale, "")
	}
	r.drop(func(v *content.Variant) bool { return v.Locale != "" && r.reader.distance(v.Locale) < 0 })
}

func look[E ~string](r *recorder, dimension Dimension, wanted func(*content.Condition) []E, value E) {
	insists := func(v *content.Variant) bool { return v.When != nil && len(wanted(v.When)) > 0 }
	if slices.ContainsFunc(r.left, insists) {
		r.record(dimension, "")
	}
	r.drop(func(v *content.Variant) bool { return insists(v) && !holds(wanted(v.When), value) })
}
