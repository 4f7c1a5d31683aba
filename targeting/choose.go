package targeting

import (
	"cmp"
	"time"

	"unisono/content"
)

// weights of the dimensions on which a variant can insist. They are distinct powers of two, so that equal sums mean equal
// sets of dimensions.
const (
	weightRule        = 512 // segments and a rule, together once
	weightMoment      = 256
	weightAudience    = 128
	weightMarket      = 64
	weightLocale      = 32
	weightChannel     = 16
	weightPublication = 8
	weightFormat      = 4
	weightMedium      = 2
	weightDevice      = 1
)

// Choose gives the variant that is right for a reader, or nil where none is. It is specificity-ordered matching (as in CSS Selectors 4):
// of the variants that match, the smallest by (−priority, distance of its locale, −specificity, −start, id) wins, or with distance and
// specificity swapped where the channel says SPECIFICITY_FIRST. Ids are unique within a fragment, so the order is total and the answer
// does not depend on the order of the variants.
func Choose(variants []content.Variant, reader *Context) *content.Variant {
	var best *content.Variant
	for i := range variants {
		candidate := &variants[i]
		if Matches(candidate, reader) && (best == nil || compareVariants(candidate, best, reader) < 0) {
			best = candidate
		}
	}
	return best
}

// Matches says that a variant can be shown to a reader: it has something to show, its window is open, its locale is in the reader's chain
// and every condition that it makes holds. A rule that is Unknown does not match.
func Matches(variant *content.Variant, reader *Context) bool {
	return !reader.IsOver(variant.ValidUntil) && matchesTimeless(variant, reader) && reader.Live(variant.ValidFrom, variant.ValidUntil)
}

// matchesTimeless is Matches but for the window.
func matchesTimeless(variant *content.Variant, reader *Context) bool {
	switch {
	case variant.Locale != "" && reader.distance(variant.Locale) < 0:
		return false
	case variant.When == nil:
		return !reader.blank(variant)
	}
	when := variant.When
	return len(when.Unknown) == 0 &&
		reader.inChannels(when.Channels) &&
		reader.inAudiences(when.Audiences) &&
		reader.inMarkets(when.Markets) &&
		reader.inDevices(when.Devices) &&
		reader.inMoments(when.Moments) &&
		reader.inMediums(when.Mediums) &&
		reader.inPublications(when.Publications) &&
		reader.inFormats(when.Formats) &&
		reader.inSegments(when.Segments) &&
		!reader.blank(variant) &&
		reader.matches(when.Rule)
}

// blank says that a variant has nothing to show to a reader: no words, and no media but for others.
func (c *Context) blank(variant *content.Variant) bool {
	if !variant.Wordless() {
		return false
	}
	for i := range variant.Media {
		if c.mayShow(&variant.Media[i]) {
			return false
		}
	}
	return true
}

func compareVariants(a, b *content.Variant, reader *Context) int {
	byLanguage := cmp.Compare(variantDistance(a, reader), variantDistance(b, reader))
	bySpecificity := cmp.Compare(specificity(b), specificity(a))
	if reader.isSpecificityFirst() {
		byLanguage, bySpecificity = bySpecificity, byLanguage
	}
	return cmp.Or(
		cmp.Compare(b.Priority, a.Priority),
		byLanguage,
		bySpecificity,
		compareStart(b.ValidFrom, a.ValidFrom),
		cmp.Compare(a.ID, b.ID),
	)
}

// variantDistance is the place of the variant's locale in the chain. One without a locale stands behind the chain's end, but at its beginning
// where specificity decides first.
func variantDistance(variant *content.Variant, reader *Context) int {
	switch {
	case variant.Locale != "":
		return reader.distance(variant.Locale)
	case reader.isSpecificityFirst():
		return 0
	default:
		return len(reader.Chain())
	}
}

// specificity is the sum of the weights of the dimensions on which a variant insists. How many values it names for one does not count.
func specificity(variant *content.Variant) int {
	sum := 0
	add := func(pinned bool, weight int) {
		if pinned {
			sum += weight
		}
	}
	add(variant.Locale != "", weightLocale)
	if when := variant.When; when != nil {
		add(len(when.Segments) > 0 || when.Rule != "", weightRule)
		add(len(when.Moments) > 0, weightMoment)
		add(len(when.Audiences) > 0, weightAudience)
		add(len(when.Markets) > 0, weightMarket)
		add(len(when.Channels) > 0, weightChannel)
		add(len(when.Publications) > 0, weightPublication)
		add(len(when.Formats) > 0, weightFormat)
		add(len(when.Mediums) > 0, weightMedium)
		add(len(when.Devices) > 0, weightDevice)
	}
	return sum
}

// compareStart compares beginnings, of which none is the earliest.
func compareStart(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	default:
		return a.Compare(*b)
	}
}

// ChooseValue gives the value of one attribute that is right for a reader, or nil where none is. All values given are of one key. The
// locale chain decides first, a value without a locale coming last; at each step this channel's value comes before the general one. A channel
// with SPECIFICITY_FIRST takes its own value anywhere in the chain first. What is left is decided by audience, market, later start and scope, so that
// the order of the values does not matter.
func ChooseValue(values []*content.AttributeValue, reader *Context) *content.AttributeValue {
	var best *content.AttributeValue
	for _, candidate := range values {
		best = betterValue(best, candidate, reader)
	}
	return best
}

// betterValue gives the candidate where it fits a reader, and better than the best so far, which may be nil.
func betterValue(best, candidate *content.AttributeValue, reader *Context) *content.AttributeValue {
	if Fits(candidate, reader) && (best == nil || CompareScopes(candidate, best, reader) < 0) {
		return candidate
	}
	return best
}

// Fits says that a value can be chosen for a reader. Of the value it matters only whether it is missing; all else is its scope.
func Fits(value *content.AttributeValue, reader *Context) bool {
	return !value.Value.Missing() && len(value.Unknown) == 0 &&
		!reader.IsOver(value.ValidUntil) &&
		(value.Locale == "" || reader.distance(value.Locale) >= 0) &&
		(value.Channel == "" || value.Channel == reader.Channel().Key) &&
		reader.inAudiences(value.Audiences) &&
		reader.inMarkets(value.Markets) &&
		reader.Live(value.ValidFrom, value.ValidUntil)
}

// CompareScopes compares two values of one attribute that fit a reader, the one that is chosen first, by their scopes alone. Only values of the same scope
// are equal.
func CompareScopes(a, b *content.AttributeValue, reader *Context) int {
	byLanguage := cmp.Compare(valueDistance(a, reader), valueDistance(b, reader))
	byChannel := named(b.Channel != "") - named(a.Channel != "")
	if reader.isSpecificityFirst() {
		byLanguage, byChannel = byChannel, byLanguage
	}
	order := cmp.Or(
		byLanguage,
		byChannel,
		named(len(b.Audiences) > 0)-named(len(a.Audiences) > 0),
		named(len(b.Markets) > 0)-named(len(a.Markets) > 0),
		compareStart(b.ValidFrom, a.ValidFrom),
	)
	if order == 0 {
		order = cmp.Compare(a.Scope(), b.Scope())
	}
	return order
}

func valueDistance(value *content.AttributeValue, reader *Context) int {
	if value.Locale == "" {
		return len(reader.Chain())
	}
	return reader.distance(value.Locale)
}

func named(is bool) int {
	if is {
		return 1
	}
	return 0
}
