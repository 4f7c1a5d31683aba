package targeting_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/content"
	"unisono/locale"
	"unisono/rule"
	"unisono/targeting"
)

var (
	someLocales = tags("de-AT de en fr")
	someTimes   = []*time.Time{nil, at("2026-03-01"), &noon, at("2026-03-20")}
)

func some[E any](t *rapid.T, name string, of ...E) []E {
	if !rapid.Bool().Draw(t, "insists on "+name) {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, 2, func(e E) string { return fmt.Sprint(e) }).Draw(t, name)
}

// anyVariants draws up to eight variants with ids of their own.
func anyVariants() *rapid.Generator[[]content.Variant] {
	one := rapid.Custom(func(t *rapid.T) content.Variant {
		return content.Variant{
			ID:        rapid.StringMatching(`[a-c][0-9]{0,2}`).Draw(t, "id"),
			Title:     rapid.SampledFrom([]string{"T", "T", "T", " "}).Draw(t, "title"),
			Locale:    rapid.SampledFrom(append([]locale.Tag{""}, someLocales...)).Draw(t, "locale"),
			Priority:  rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(t, "priority"),
			ValidFrom: rapid.SampledFrom(someTimes).Draw(t, "from"), ValidUntil: rapid.SampledFrom(someTimes).Draw(t, "until"),
			When: &content.Condition{
				Channels: some(t, "channel", "web", "app"), Audiences: some(t, "audience", "public", "dealer"), Markets: some(t, "market", "AT", "DK"),
				Devices: some[content.Device](t, "device", "PHONE", "TV"), Moments: some[content.Moment](t, "moment", "BUY", "USE"),
				Mediums: some(t, "medium", content.Text, content.Video), Formats: some[content.Format](t, "format", "WEB", "PDF"),
				Publications: some[content.PublicationKind](t, "publication", "PAGE", "FLYER"),
				Segments:     some(t, "segment", "vip", "loyal"),
				Rule:         rapid.SampledFrom([]string{"", "", "", "traits.age >= 18", "!(traits.age >= 18)", "has(traits.age)"}).Draw(t, "rule"),
			},
		}
	})
	return rapid.SliceOfNDistinct(one, 0, 8, func(v content.Variant) string { return v.ID })
}

func anyReader() *rapid.Generator[*targeting.Context] {
	return rapid.Custom(func(t *rapid.T) *targeting.Context {
		r := reader(rapid.SampledFrom([]string{"web", "app"}).Draw(t, "channel"), "", rapid.SampledFrom([]content.SelectionOrder{"", content.LanguageFirst, content.SpecificityFirst}).Draw(t, "selection"))
		r = r.With(func(s *targeting.Situation) {
			s.Chain = rapid.SliceOfNDistinct(rapid.SampledFrom(someLocales), 1, 4, rapid.ID).Draw(t, "chain")
			s.Locale = s.Chain[0]
			s.Audience = &content.Audience{Key: rapid.SampledFrom([]string{"public", "dealer"}).Draw(t, "audience")}
			s.Market = rapid.SampledFrom([]string{"", "AT", "DK"}).Draw(t, "market")
			s.Device = rapid.SampledFrom([]content.Device{"", "PHONE"}).Draw(t, "device")
			s.Moment = rapid.SampledFrom([]content.Moment{"", "BUY"}).Draw(t, "moment")
			s.Medium = rapid.SampledFrom([]content.Medium{"", content.Text}).Draw(t, "medium")
			s.Format = rapid.SampledFrom([]content.Format{"", "WEB"}).Draw(t, "format")
			s.Publication = rapid.SampledFrom([]content.PublicationKind{"", "PAGE"}).Draw(t, "publication")
			s.Segments = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"vip", "new"}), rapid.ID).Draw(t, "segments")
		})
		if age := rapid.SampledFrom([]int{0, 10, 30}).Draw(t, "age"); age > 0 {
			r = r.With(withTraits(map[string]any{"age": age}))
		}
		r = r.With(func(s *targeting.Situation) {
			s.At = rapid.SampledFrom([]time.Time{noon, noon.Add(-time.Millisecond), *at("2026-03-20")}).Draw(t, "at")
		})
		return r
	})
}

// isFor is what a variant needs, said once more and more slowly than in the code.
func isFor(v content.Variant, reader *targeting.Context) bool {
	r := reader.Situation()
	in := func(insists int, is bool) bool { return insists == 0 || is }
	w := v.When
	return v.Title == "T" &&
		(v.ValidFrom == nil || !r.At.Before(*v.ValidFrom)) && (v.ValidUntil == nil || r.At.Before(*v.ValidUntil)) &&
		(v.Locale == "" || slices.Contains(r.Chain, v.Locale)) &&
		in(len(w.Channels), slices.Contains(w.Channels, r.Channel.Key)) && in(len(w.Audiences), slices.Contains(w.Audiences, r.Audience.Key)) &&
		in(len(w.Markets), slices.Contains(w.Markets, r.Market)) && in(len(w.Devices), slices.Contains(w.Devices, r.Device)) &&
		in(len(w.Moments), slices.Contains(w.Moments, r.Moment)) && in(len(w.Mediums), slices.Contains(w.Mediums, r.Medium)) &&
		in(len(w.Publications), slices.Contains(w.Publications, r.Publication)) && in(len(w.Formats), slices.Contains(w.Formats, r.Format)) &&
		in(len(w.Segments), slices.ContainsFunc(w.Segments, func(s string) bool { return slices.Contains(r.Segments, s) })) &&
		in(len(w.Rule), ruleHolds(w.Rule, &r))
}

func ruleHolds(text string, r *targeting.Situation) bool {
	compiled, err := rule.Compile(text)
	if err != nil {
		return false
	}
	outcome, _ := compiled.Eval(r.Facts())
	return outcome == rule.Match
}

// key is the reference's: the smallest wins.
func key(v content.Variant, r *targeting.Context) []int {
	sum, distance := 0, slices.Index(r.Chain(), v.Locale)
	for i, insists := range []bool{
		len(v.When.Devices) > 0, len(v.When.Mediums) > 0, len(v.When.Formats) > 0, len(v.When.Publications) > 0, len(v.When.Channels) > 0,
		v.Locale != "", len(v.When.Markets) > 0, len(v.When.Audiences) > 0, len(v.When.Moments) > 0,
		len(v.When.Segments) > 0 || v.When.Rule != "",
	} {
		if insists {
			sum += 1 << i
		}
	}
	start := 0
	if v.ValidFrom != nil {
		start = int(v.ValidFrom.Unix())
	}
	if r.Channel().Selection == content.SpecificityFirst {
		return []int{-v.Priority, -sum, max(distance, 0), -start}
	}
	if v.Locale == "" {
		distance = 99
	}
	return []int{-v.Priority, distance, -sum, -start}
}

func TestTheWinnerIsTheSmallestByTheReferencesKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		variants, r := anyVariants().Draw(t, "variants"), anyReader().Draw(t, "reader")
		matching := slices.DeleteFunc(slices.Clone(variants), func(v content.Variant) bool { return !isFor(v, r) })
		want := ""
		if len(matching) > 0 {
			want = slices.MinFunc(matching, func(a, b content.Variant) int {
				return cmp.Or(slices.Compare(key(a, r), key(b, r)), cmp.Compare(a.ID, b.ID))
			}).ID
		}
		if got := chosen(variants, r); got != want {
			t.Errorf("%q wins, want %q", got, want)
		}
	})
}

func shuffled[E any](t *rapid.T, items []E) []E {
	turned := slices.Clone(items)
	rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(turned), func(i, j int) { turned[i], turned[j] = turned[j], turned[i] })
	return turned
}

func TestTheChoiceOfAVariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		variants, r := anyVariants().Draw(t, "variants"), anyReader().Draw(t, "reader")
		winner := chosen(variants, r)
		if got := chosen(shuffled(t, variants), r); got != winner {
			t.Errorf("in another order %q wins, not %q", got, winner)
		}
		for i, variant := range variants {
			without := slices.Delete(slices.Clone(variants), i, i+1)
			if got := chosen(without, r); variant.ID != winner && got != winner {
				t.Errorf("without %q, which lost, %q wins, not %q", variant.ID, got, winner)
			}
			if !isFor(variant, r) && variant.ID == winner {
				t.Errorf("%q wins and is not for this reader", winner)
			}
			if best := slices.IndexFunc(variants, func(v content.Variant) bool { return v.ID == winner }); isFor(variant, r) && variant.Priority > variants[best].Priority {
				t.Errorf("%q wins over %q, which has a higher priority", winner, variant.ID)
			}
		}
		stranger := anyVariants().Draw(t, "others")
		more := slices.Clone(variants)
		for _, variant := range stranger {
			if variant.ID = "new" + variant.ID; !isFor(variant, r) {
				more = append(more, variant)
			}
		}
		if got := chosen(more, r); got != winner {
			t.Errorf("with variants that do not match %q wins, not %q", got, winner)
		}
	})
}

func TestTheChoiceOfAValueAndOfMediaDoesNotDependOnTheirOrder(t *testing.T) {
	anyValue := rapid.Custom(func(t *rapid.T) *content.AttributeValue {
		return &content.AttributeValue{
			Key: "name", Value: content.TextValue(rapid.SampledFrom([]string{"a", "b", " "}).Draw(t, "text")),
			Locale:  rapid.SampledFrom(append([]locale.Tag{""}, someLocales...)).Draw(t, "locale"),
			Channel: rapid.SampledFrom([]string{"", "web", "app"}).Draw(t, "channel"), Audiences: some(t, "audience", "public", "dealer"),
			Markets: some(t, "market", "AT", "DK"), ValidFrom: rapid.SampledFrom(someTimes).Draw(t, "from"), ValidUntil: rapid.SampledFrom(someTimes).Draw(t, "until"),
		}
	})
	anyMedia := rapid.Custom(func(t *rapid.T) content.Media {
		return content.Media{
			URL: rapid.StringMatching(`/[a-z]{8}`).Draw(t, "url"), Role: rapid.SampledFrom([]string{"", "main"}).Draw(t, "role"),
			Locale:   rapid.SampledFrom(append([]locale.Tag{""}, someLocales...)).Draw(t, "locale"),
			Channels: some(t, "channel", "web", "app"), Audiences: some(t, "audience", "public", "dealer"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		r := anyReader().Draw(t, "reader")
		values := rapid.SliceOfNDistinct(anyValue, 0, 8, (*content.AttributeValue).Scope).Draw(t, "values")
		winner := targeting.ChooseValue(values, r)
		if got := targeting.ChooseValue(shuffled(t, values), r); got != winner {
			t.Errorf("in another order %v is chosen, not %v", got, winner)
		}
		for i, value := range values {
			if got := targeting.ChooseValue(slices.Delete(slices.Clone(values), i, i+1), r); value != winner && got != winner {
				t.Errorf("without %v, which lost, %v is chosen", value, got)
			}
		}
		media := rapid.SliceOfNDistinct(anyMedia, 0, 8, func(m content.Media) string { return m.URL }).Draw(t, "media")
		turned := shuffled(t, media)
		if got, want := urls(targeting.ChooseMedia(turned, r)), urls(targeting.ChooseMedia(media, r)); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
			t.Errorf("in another order %v are chosen, not %v", got, want)
		}
	})
}

func urls(media []*content.Media) []string {
	list := make([]string, len(media))
	for i, one := range media {
		list[i] = one.URL
	}
	return list
}

// TestWhatWasReadOfAContextDecides is what makes adaptive vary right: for two readers who agree on what was read of the first, everything is the same, until the moment
// that the record names.
func TestWhatWasReadOfAContextDecides(t *testing.T) {
	hits := 0
	rapid.Check(t, func(t *rapid.T) {
		variants, one, other := anyVariants().Draw(t, "variants"), anyReader().Draw(t, "one"), anyReader().Draw(t, "other")
		if rapid.Bool().Draw(t, "alike") { // but for one thing
			changed := other.Situation()
			other = one.With(func(s *targeting.Situation) {
				switch rapid.IntRange(0, 7).Draw(t, "what") {
				case 0:
					s.Market, s.Device = changed.Market, changed.Device
				case 1:
					s.Chain, s.Locale = changed.Chain, changed.Locale
				case 2:
					s.Segments = changed.Segments
				case 6:
					s.Moment = changed.Moment
				case 7:
					s.Preview = !s.Preview
				case 3:
					s.Traits, s.Format = changed.Traits, changed.Format
				case 4:
					s.Channel = changed.Channel
				default:
					s.Audience, s.Medium, s.Publication = changed.Audience, changed.Medium, changed.Publication
				}
			})
		}
		asks := rapid.SliceOfN(rapid.Bool(), 4, 4).Draw(t, "asks")
		inSegment := &content.Variant{Title: "T", When: &content.Condition{Segments: []string{"new", "vip"}}}
		record := &targeting.Record{}
		decide := func(by *targeting.Context) []any {
			said := []any{chosen(variants, by), targeting.FragmentThere(&content.Fragment{State: content.Published, Variants: variants}, by)}
			for i := range variants {
				said = append(said, targeting.Matches(&variants[i], by))
			}
			for i, ask := range []func(){
				func() {
					text, tag := by.Localized(content.Localized{"de": "Hallo", "en": "Hello"})
					said = append(said, text, tag)
				},
				func() { said = append(said, by.IsFallback("de")) },
				func() { said = append(said, targeting.Shown(content.Draft, by), targeting.Shown(content.Archived, by)) },
				func() { said = append(said, targeting.Matches(inSegment, by)) },
			} {
				if asks[i] {
					ask()
				}
			}
			return said
		}
		first := decide(one.Recorded(record))
		soonest := record.Until()
		other = other.With(func(s *targeting.Situation) { s.At = one.At() })
		if !record.IsShareable() || !soonest.IsZero() && !soonest.After(one.At().Add(-time.Millisecond)) {
			t.Fatalf("it is not shareable, or until %s, which is over", soonest)
		}
		if !bytes.Equal(record.AppendKey(nil, one), record.AppendKey(nil, other)) {
			return
		}
		hits++
		if second := decide(other); !reflect.DeepEqual(first, second) {
			t.Fatalf("they agree on %v, and for one it is %v, for the other %v", record.Consulted(), first, second)
		}
		later := soonest.Add(-time.Millisecond)
		if soonest.IsZero() {
			later = one.At().Add(1000 * time.Hour)
		}
		if second := decide(other.With(func(s *targeting.Situation) { s.At = later })); !later.Before(one.At()) && !reflect.DeepEqual(first, second) {
			t.Fatalf("at %s, before %s, it is %v, and was %v", later, soonest, second, first)
		}
	})
	if hits == 0 {
		t.Error("no two agreed")
	}
	t.Logf("%d pairs agreed", hits)
}

// TestReadersWhoAgreeOnWhatWasConsultedGetTheSame is what makes it right to share an answer by that alone.
func TestReadersWhoAgreeOnWhatWasConsultedGetTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		variants, one, other := anyVariants().Draw(t, "variants"), anyReader().Draw(t, "one"), anyReader().Draw(t, "other")
		other = other.With(func(s *targeting.Situation) {
			s.At = one.At()
			s.Channel = &content.Channel{Key: s.Channel.Key, Selection: one.Channel().Selection}
		})
		consulted := targeting.Consulted(variants, one)
		for _, part := range consulted {
			if !agree(part, one, other) {
				return
			}
		}
		if a, b := chosen(variants, one), chosen(variants, other); a != b {
			t.Fatalf("they agree on %v, and one gets %q, the other %q", consulted, a, b)
		}
		if again := targeting.Consulted(variants, other); !slices.Equal(again, consulted) {
			t.Fatalf("they agree on %v, and for the other it is %v", consulted, again)
		}
	})
}

func agree(part targeting.Consultation, a, b *targeting.Context) bool {
	one, other := a.Situation(), b.Situation()
	switch part.Dimension {
	case targeting.DimensionSegment:
		return slices.Contains(one.Segments, part.Name) == slices.Contains(other.Segments, part.Name)
	case targeting.DimensionRule:
		return ruleHolds(part.Name, &one) == ruleHolds(part.Name, &other)
	case targeting.DimensionMoment:
		return one.Moment == other.Moment
	case targeting.DimensionAudience:
		return one.Audience.Key == other.Audience.Key
	case targeting.DimensionMarket:
		return one.Market == other.Market
	case targeting.DimensionLocale:
		return slices.Equal(one.Chain, other.Chain)
	case targeting.DimensionChannel:
		return one.Channel.Key == other.Channel.Key
	case targeting.DimensionPublication:
		return one.Publication == other.Publication
	case targeting.DimensionFormat:
		return one.Format == other.Format
	case targeting.DimensionMedium:
		return one.Medium == other.Medium
	default:
		return one.Device == other.Device
	}
}

// What tells more than the parts of one context say is nobody else's.
func TestWhatIsNotShared(t *testing.T) {
	unknown := []content.Variant{{ID: "a", Title: "T", When: &content.Condition{Rule: `traits.age > 3`}}}
	for name, test := range map[string]struct {
		read   func(c *targeting.Context, by *targeting.Record)
		shares bool
	}{
		"nothing":                 {func(*targeting.Context, *targeting.Record) {}, true},
		"a dimension":             {func(c *targeting.Context, _ *targeting.Record) { c.Market() }, true},
		"a window":                {func(c *targeting.Context, _ *targeting.Record) { c.Live(at("2030-01-01"), nil) }, true},
		"a rule's outcome":        {func(c *targeting.Context, _ *targeting.Record) { targeting.Choose(unknown, c) }, true},
		"why a rule says neither": {func(c *targeting.Context, _ *targeting.Record) { targeting.Explain(unknown, c) }, false},
		"the moment":              {func(c *targeting.Context, _ *targeting.Record) { c.At() }, false},
		"who said what":           {func(c *targeting.Context, _ *targeting.Record) { c.Origins() }, false},
		"another context":         {func(c *targeting.Context, by *targeting.Record) { c.Recorded(by) }, false},
	} {
		record := &targeting.Record{}
		test.read(reader("web", "en", "").Recorded(record), record)
		if record.IsShareable() != test.shares {
			t.Errorf("%s: it is shared: %t", name, record.IsShareable())
		}
	}
}

// A segment and a rule may be written with the same words.
func TestKeysTellWhatWasRead(t *testing.T) {
	reader := targeting.NewContext(targeting.Situation{Channel: &content.Channel{Key: "web"}, Audience: &content.Audience{Key: "public"}, Segments: []string{"true"}})
	key := func(when content.Condition) string {
		record := &targeting.Record{}
		if !targeting.Matches(&content.Variant{Title: "T", When: &when}, reader.Recorded(record)) {
			t.Fatalf("%+v does not match", when)
		}
		return string(record.AppendKey(nil, reader))
	}
	if key(content.Condition{Segments: []string{"true"}}) == key(content.Condition{Rule: "true"}) {
		t.Error("a segment that was looked for has the key of a rule that was asked")
	}
}
