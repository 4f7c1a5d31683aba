package targeting

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"unisono/content"
	"unisono/rule"
)

// Candidate is a variant of a fragment, and why the reader gets it or does not.
type Candidate struct {
	Variant  string // its id
	Accepted bool   // it is the one that the reader gets
	Reason   string // in words for an editor
}

// Explain says of every variant why the reader gets it or does not, in the order of preference: the one that the reader gets, then those that it
// beat, then those that are not for this reader. What is for others, whom the caller may not ask to be, is left out.
func Explain(variants []content.Variant, reader *Context) []Candidate {
	right, wrong := []*content.Variant{}, []*content.Variant{}
	for _, variant := range reader.withinReach(variants) {
		if Matches(variant, reader) {
			right = append(right, variant)
		} else {
			wrong = append(wrong, variant)
		}
	}
	byPreference := func(a, b *content.Variant) int { return compareVariants(a, b, reader) }
	slices.SortFunc(right, byPreference)
	slices.SortFunc(wrong, func(a, b *content.Variant) int { return cmp.Compare(a.ID, b.ID) })
	candidates := make([]Candidate, 0, len(variants))
	for i, variant := range right {
		if i == 0 {
			candidates = append(candidates, Candidate{variant.ID, true, won(variant, reader)})
			continue
		}
		candidates = append(candidates, Candidate{variant.ID, false, lost(variant, right[0], reader)})
	}
	for _, variant := range wrong {
		candidates = append(candidates, Candidate{variant.ID, false, mismatch(variant, reader)})
	}
	return candidates
}

// Matched gives the dimensions on which a variant insists, the heaviest first.
func Matched(variant *content.Variant) []Dimension {
	dimensions := []Dimension{}
	add := func(insists bool, dimension Dimension) {
		if insists {
			dimensions = append(dimensions, dimension)
		}
	}
	when := variant.When
	if when == nil {
		when = &content.Condition{}
	}
	add(len(when.Segments) > 0, DimensionSegment)
	add(when.Rule != "", DimensionRule)
	add(len(when.Moments) > 0, DimensionMoment)
	add(len(when.Audiences) > 0, DimensionAudience)
	add(len(when.Markets) > 0, DimensionMarket)
	add(variant.Locale != "", DimensionLocale)
	add(len(when.Channels) > 0, DimensionChannel)
	add(len(when.Publications) > 0, DimensionPublication)
	add(len(when.Formats) > 0, DimensionFormat)
	add(len(when.Mediums) > 0, DimensionMedium)
	add(len(when.Devices) > 0, DimensionDevice)
	add(variant.ValidFrom != nil || variant.ValidUntil != nil, DimensionTime)
	return dimensions
}

// Until is the next moment, after the reader's, when time alone changes which variant is right; nil where it never does. Variants that are not
// for this reader do not count, and neither do those that begin and would lose.
func Until(variants []content.Variant, reader *Context) *time.Time {
	winner := Choose(variants, reader)
	var next *time.Time
	sooner := func(at *time.Time) {
		if at != nil && !reader.IsPast(*at) && (next == nil || at.Before(*next)) {
			next = at
		}
	}
	if winner != nil {
		sooner(winner.ValidUntil)
	}
	for i := range variants {
		variant := &variants[i]
		wouldWin := winner == nil || compareVariants(variant, winner, reader) < 0
		lives := variant.ValidUntil == nil || variant.ValidFrom == nil || variant.ValidUntil.After(*variant.ValidFrom)
		if variant.ValidFrom != nil && lives && matchesTimeless(variant, reader) && wouldWin {
			sooner(variant.ValidFrom)
		}
	}
	return next
}

func won(variant *content.Variant, reader *Context) string {
	insists := Matched(variant)
	if len(insists) == 0 {
		return "it is for everybody, and nothing more particular is right here"
	}
	return fmt.Sprintf("it is right here, and none that is ranks before it; it insists on %s%s", words(insists), inLanguage(variant, reader))
}

func inLanguage(variant *content.Variant, reader *Context) string {
	if variant.Locale == "" {
		return ""
	}
	return fmt.Sprintf("; %s is language %d of those that are tried here (%s)", variant.Locale, reader.distance(variant.Locale)+1, content.List(reader.Chain()))
}

// lost says which step of the order decided against a variant.
func lost(variant, winner *content.Variant, reader *Context) string {
	byLanguage := variantDistance(winner, reader) != variantDistance(variant, reader)
	bySpecificity := specificity(winner) != specificity(variant)
	switch {
	case winner.Priority != variant.Priority:
		return fmt.Sprintf("it is right here too, but %q has priority %d, and this one %d", winner.ID, winner.Priority, variant.Priority)
	case byLanguage && (!reader.isSpecificityFirst() || !bySpecificity):
		return fmt.Sprintf("it is right here too, but %q is in a language that is tried earlier (%s)", winner.ID, content.List(reader.Chain()))
	case bySpecificity:
		return fmt.Sprintf("it is right here too, but %q is more particular: it insists on %s", winner.ID, words(Matched(winner)))
	case compareStart(winner.ValidFrom, variant.ValidFrom) != 0:
		return fmt.Sprintf("it is right here too, but %q began later", winner.ID)
	default:
		return fmt.Sprintf("it is right here too and nothing tells it from %q but its id, and the smaller one counts", winner.ID)
	}
}

// mismatch says why a variant is not for a reader: the first reason in an order in which an editor would look.
func mismatch(variant *content.Variant, reader *Context) string {
	switch {
	case reader.blank(variant):
		return "it has nothing to show here: title and body are missing, and so are media that are for this reader"
	case variant.ValidFrom != nil && !reader.IsPast(*variant.ValidFrom):
		return "it is valid only from " + variant.ValidFrom.Format(time.RFC3339)
	case variant.ValidUntil != nil && reader.IsPast(*variant.ValidUntil):
		return "it was valid only until " + variant.ValidUntil.Format(time.RFC3339)
	case variant.Locale != "" && reader.distance(variant.Locale) < 0:
		return fmt.Sprintf("it is in %s, which is not among the languages that are tried here (%s)", variant.Locale, content.List(reader.Chain()))
	}
	when := variant.When
	if len(when.Unknown) > 0 {
		return "it insists on something that this program does not know: " + strings.Join(slices.Sorted(maps.Keys(when.Unknown)), ", ")
	}
	for _, reason := range []string{
		unless("channel", when.Channels, reader.Channel().Key), unless("audience", when.Audiences, reader.Audience().Key),
		unless("market", when.Markets, reader.Market()), unless("device", when.Devices, reader.Device()),
		unless("moment", when.Moments, reader.Moment()), unless("medium", when.Mediums, reader.Medium()),
		unless("publication", when.Publications, reader.Publication()), unless("format", when.Formats, reader.Format()),
	} {
		if reason != "" {
			return reason
		}
	}
	if !reader.inSegments(when.Segments) {
		return fmt.Sprintf("it is for the segments %s, and the reader is in none of them", strings.Join(when.Segments, ", "))
	}
	outcome, err := reader.rules.Eval(when.Rule, reader.facts())
	if outcome == rule.Unknown {
		reader.note(readFacts) // the error says which
		return fmt.Sprintf("its rule says neither yes nor no: %v", err)
	}
	return "its rule does not match: " + when.Rule
}

// unless gives the reason why a condition on one dimension does not hold, or "".
func unless[E ~string](dimension string, wanted []E, value E) string {
	switch {
	case len(wanted) == 0 || holds(wanted, value):
		return ""
	case value == "":
		return fmt.Sprintf("it is for the %s %s, and the reader has none", dimension, content.List(wanted))
	default:
		return fmt.Sprintf("it is for the %s %s, not for %s", dimension, content.List(wanted), value)
	}
}

func words(dimensions []Dimension) string { return strings.ToLower(content.List(dimensions)) }
