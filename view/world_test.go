package view_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"

	"unisono/content"
	"unisono/locale"
	"unisono/rule"
	"unisono/targeting"
	"unisono/view"
)

// world is a model with two variants, what stands above it, and the fragments on them; and somebody who reads.
type world struct {
	products  map[string]*content.Product
	fragments map[string]*content.Fragment
	asked     targeting.Asked
	now       time.Time
}

var worldSKUs = []string{"V1", "V2", "M", "G", "NONE"}

// worldRules says who can read in a world: in two channels, one of which takes the more specific text before the nearer language.
var worldRules = sync.OnceValues(func() (*targeting.Resolver, error) {
	d := worldDefinitions()
	rules, err := rule.NewCache(10)
	if err != nil {
		return nil, err
	}
	return targeting.NewResolver(d, targeting.Config{Rules: rules})
})

var worldDefinitions = sync.OnceValue(func() *content.Definitions {
	d := content.NewDefinitions()
	for _, c := range []content.Channel{
		{Key: "web", DefaultLocale: "en", Locales: []locale.Tag{"en", "de", "de-AT"}},
		{Key: "app", DefaultLocale: "en", Locales: []locale.Tag{"en", "de"}, Selection: content.SpecificityFirst},
	} {
		d.Put(content.KindChannel, c.Key, &c)
	}
	for _, key := range []string{"public", "dealer"} {
		d.Put(content.KindAudience, key, &content.Audience{Key: key})
	}
	for _, a := range []content.Attribute{
		{Key: "name", Type: content.TypeText, Position: 3, Label: content.Localized{"en": "Name", "de": "Bezeichnung"}},
		{Key: "colour", Type: content.TypeOption, Position: 1, Group: "look"},
		{Key: "weight", Type: content.TypeQuantity, Position: 1, Unit: "kg"},
	} {
		d.Put(content.KindAttribute, a.Key, &a)
	}
	d.Put(content.KindCategory, "all", &content.Category{Key: "all", Name: content.Localized{"de": "Alles"}})
	d.Put(content.KindCategory, "seats", &content.Category{Key: "seats", Parent: "all"})
	return d.Index()
})

func day(n int) *time.Time { moment := noon.AddDate(0, 0, n); return &moment }

// What worlds are drawn from. A window of the last pair is reversed, as another program may have written it.
var (
	someLocales = []locale.Tag{"", "", "en", "de", "de-AT", "fr"}
	someWindows = [][2]*time.Time{{}, {}, {}, {day(-2), nil}, {day(-1), day(1)}, {day(0), day(2)}, {nil, day(0)}, {day(1), nil}, {nil, day(-1)}, {day(2), day(1)}}
	someTimes   = []time.Time{noon, *day(1), day(1).Add(-time.Millisecond), *day(2), *day(-3)}
	someWhens   = []*content.Condition{
		nil, nil,
		{Channels: []string{"web"}},
		{Channels: []string{"app"}},
		{Audiences: []string{"dealer"}},
		{Audiences: []string{"public", "dealer"}},
		{Markets: []string{"AT"}},
		{Markets: []string{"DK"}, Moments: []content.Moment{"BUY"}},
		{Moments: []content.Moment{"BUY"}},
		{Devices: []content.Device{"PHONE"}},
		{Mediums: []content.Medium{content.Text}},
		{Formats: []content.Format{"WEB"}},
		{Publications: []content.PublicationKind{"PAGE"}},
		{Segments: []string{"vip"}},
		{Rule: "traits.age >= 18"},
		{Rule: "!(traits.age >= 18)"},
	}
	// someScopes are of values and of media, as the condition of a variant.
	someScopes = []content.Condition{{}, {}, {Channels: []string{"web"}}, {Channels: []string{"app"}}, {Audiences: []string{"dealer"}}, {Audiences: []string{"public"}}, {Markets: []string{"AT"}}, {Markets: []string{"DK"}}}
)

func anyWorld(t *rapid.T) *world {
	w := &world{products: map[string]*content.Product{}, fragments: map[string]*content.Fragment{}, now: *day(-20)}
	for _, key := range []string{"one", "two"} {
		w.fragments[key] = &content.Fragment{Key: key, Type: "STORY", State: anyState(t), References: []string{"two", "none"}, Labels: []string{"l"}, Variants: anyVariants(t, "", 5)}
	}
	for i, sku := range worldSKUs[:4] {
		p := &content.Product{SKU: sku, State: anyState(t), Attributes: anyValues(t, "", 4), Media: anyMedia(t, "", 2), Categories: []string{"seats"}}
		if window := rapid.IntRange(-20, len(someWindows)-1).Draw(t, "window of the product"); window > 0 {
			p.PublishFrom, p.PublishUntil = someWindows[window][0], someWindows[window][1]
		}
		p.Parent = []string{"M", "M", "G", ""}[i]
		w.products[sku] = p
	}
	w.products["V1"].Fragments = []content.Slot{{Slot: "a", Fragment: "two"}}
	w.products["M"].Fragments = []content.Slot{{Slot: "a", Fragment: "one"}, {Slot: "b", Fragment: "one"}, {Slot: "b", Fragment: "two"}, {Slot: "c", Fragment: "none"}}
	w.products["M"].Axes = []string{"colour"}
	w.asked.Directive = anyAsk(t)
	return w
}

func anyAsk(t *rapid.T) targeting.Ask {
	at := rapid.SampledFrom(someTimes).Draw(t, "at")
	ask := targeting.Ask{
		Channel: rapid.SampledFrom([]string{"web", "app"}).Draw(t, "channel"), Audience: rapid.SampledFrom([]string{"public", "dealer"}).Draw(t, "audience"),
		Locale: rapid.SampledFrom([]string{"de-AT", "de", "en", "fr"}).Draw(t, "locale"), Market: rapid.SampledFrom([]string{"", "AT"}).Draw(t, "market"), At: &at,
	}
	if rapid.Bool().Draw(t, "says more") {
		ask.Moment, ask.Device, ask.Medium, ask.Format, ask.Publication, ask.Traits = "BUY", "PHONE", content.Text, "WEB", "PAGE", map[string]any{"age": 30.0}
	}
	return ask
}

// anyState is nearly always that of what is shown.
func anyState(t *rapid.T) content.WorkflowState {
	if rapid.IntRange(0, 9).Draw(t, "state") == 9 {
		return content.Draft
	}
	return content.Published
}

func anyVariants(t *rapid.T, prefix string, most int) []content.Variant {
	variants := make([]content.Variant, rapid.IntRange(0, most).Draw(t, "variants"))
	for i := range variants {
		window := rapid.SampledFrom(someWindows).Draw(t, "window")
		variants[i] = content.Variant{
			ID: fmt.Sprint(prefix, i), Title: fmt.Sprint("Title ", prefix, i), Locale: rapid.SampledFrom(someLocales).Draw(t, "locale"), When: rapid.SampledFrom(someWhens).Draw(t, "when"),
			Priority: max(0, rapid.IntRange(-4, 1).Draw(t, "priority")), ValidFrom: window[0], ValidUntil: window[1],
		}
		switch {
		case i%3 == 1:
			variants[i].Media = anyMedia(t, prefix, 2)
			variants[i].Body = `{{attribute "name"}}`
		case i%3 == 2:
			variants[i].Title = " " // nothing to show
		}
	}
	return variants
}

// anyValues draws values of which no two are of one scope.
func anyValues(t *rapid.T, prefix string, most int) []content.AttributeValue {
	values, scopes := []content.AttributeValue{}, map[string]bool{}
	for i := range rapid.IntRange(0, most).Draw(t, "values") {
		window, scope := rapid.SampledFrom(someWindows).Draw(t, "window"), rapid.SampledFrom(someScopes).Draw(t, "scope")
		value := content.AttributeValue{
			Key: rapid.SampledFrom([]string{"name", "name", "colour", "other"}).Draw(t, "key"), Value: content.TextValue(fmt.Sprint("value ", prefix, i)),
			Locale: rapid.SampledFrom(someLocales).Draw(t, "locale"), Audiences: scope.Audiences, Markets: scope.Markets, ValidFrom: window[0], ValidUntil: window[1],
		}
		if len(scope.Channels) > 0 {
			value.Channel = scope.Channels[0]
		}
		if !scopes[value.Scope()] {
			values = append(values, value)
		}
		scopes[value.Scope()] = true
	}
	return values
}

func anyMedia(t *rapid.T, prefix string, most int) []content.Media {
	media := make([]content.Media, rapid.IntRange(0, most).Draw(t, "media"))
	for i := range media {
		scope := rapid.SampledFrom(someScopes).Draw(t, "scope")
		media[i] = content.Media{
			URL: fmt.Sprintf("/%s%d.png", prefix, i), Medium: content.Image, Role: []string{"main", ""}[i%2], Alt: content.Localized{"en": "A", "de-AT": " "},
			Locale: rapid.SampledFrom(someLocales).Draw(t, "locale"), Channels: scope.Channels, Audiences: scope.Audiences,
		}
	}
	return media
}

func (w *world) reader(t rapid.TB) *view.Reader {
	resolver, err := worldRules()
	if err != nil {
		t.Fatal(err)
	}
	settled, err := resolver.Resolve(&w.asked, targeting.Grants{}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	settled = settled.With(func(s *targeting.Situation) { s.Segments = []string{"vip"} })
	return &view.Reader{Context: settled, Definitions: worldDefinitions(), Catalog: catalogue{"M": {"V1", "V2"}, "G": {"M"}}}
}

// assembler loads in maps of its own, whose order is no order.
func (w *world) assembler() *view.Assembler {
	h := &house{products: w.products, fragments: w.fragments}
	return h.assembler()
}

// rendering is all that the views of a world say, as text: of each product by its SKU, of each fragment by its key.
func (w *world) rendering(t rapid.TB, reader *view.Reader, skus ...string) map[string]string {
	ctx, a, all := context.Background(), w.assembler(), map[string]string{}
	products, err := a.Products(ctx, reader, skus)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range products {
		all[skus[i]] = "nothing"
		if p == nil {
			continue
		}
		fragments, err := a.ProductFragments(ctx, p, view.SlotChoice{}, 20)
		if err != nil {
			t.Fatal(err)
		}
		all[skus[i]] = written(t, productSays(t, p), fragmentsSay(t, a, fragments))
	}
	fragments, err := a.Fragments(ctx, reader, []string{"one", "two", "none"})
	if err != nil {
		t.Fatal(err)
	}
	all["fragments"] = written(t, fragmentsSay(t, a, fragments))
	return all
}

func written(t rapid.TB, of ...any) string {
	text, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func productSays(t rapid.TB, p *view.Product) []any {
	media, err := p.Media(nil, nil, ptr(100))
	if err != nil {
		t.Fatal(err)
	}
	attributes := []any{}
	for _, a := range p.Attributes(nil, nil) {
		attributes = append(attributes, []any{a.Key(), a.Group(), a.Label(), a.Type(), a.Value().Any(), a.Unit(), a.Options(), a.Number(), a.Boolean(), a.Date(), a.Quantity(), a.Money(), a.Text(), a.Locale(), a.IsFallback()})
	}
	categories := []any{}
	for _, c := range p.Categories() {
		categories = append(categories, c.Key(), c.Name(), len(c.Path()), len(c.Children()))
	}
	parent := ""
	if above := p.Parent(); above != nil {
		parent = above.SKU() + written(t, above.Name())
	}
	return []any{
		p.ID(), p.SKU(), p.Slug(), p.GTIN(), p.Family(), p.State(), p.Name(), p.Description(), p.Revision(), p.UpdatedAt(), attributes, categories, mediaSay(media),
		p.ParentSKU(), parent, p.RelatedSKUs(nil), p.VariantSKUs(), p.FragmentKeys(nil), p.HasAxes(), p.Axes([]*view.Product{p}),
	}
}

func fragmentsSay(t rapid.TB, a *view.Assembler, fragments []*view.Fragment) []any {
	say := []any{}
	for _, f := range fragments {
		if f == nil {
			say = append(say, nil)
			continue
		}
		references, err := a.References(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		s := f.Selection()
		say = append(say, []any{
			f.ID(), f.Key(), f.Kind(), f.Slot(), f.Labels(), f.Title(), f.Body(nil), f.CallToAction(), mediaSay(f.Media()), f.Locale(), f.IsFallback(), f.Revision(), f.UpdatedAt(),
			keys(references), s.Variant(), s.Matched(), s.Considered(), s.Until(),
		})
	}
	return say
}

// mediaSay is in the order of their addresses: that in which they stand is the author's.
func mediaSay(media []*view.Asset) []string {
	say := []string{}
	for _, m := range media {
		say = append(say, fmt.Sprint(m.URL(), m.ID(), m.Medium(), *orNone(m.Role()), m.MimeType(), *orNone(m.Alt()), *orNone(m.Locale())))
	}
	slices.Sort(say)
	return say
}

func orNone[T any](of *T) *T {
	if of == nil {
		return new(T)
	}
	return of
}

func shuffled[E any](t *rapid.T, items []E) []E {
	turned, random := slices.Clone(items), rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
	random.Shuffle(len(turned), func(i, j int) { turned[i], turned[j] = turned[j], turned[i] })
	return turned
}

// isFor says who something is for, in the words of the documentation and apart from the code.
func isFor(r *view.Reader, tag locale.Tag, when *content.Condition, from, until *time.Time) bool {
	if when == nil {
		when = &content.Condition{}
	}
	age, says := 0, r.Moment() != "" // who says their moment says their age too
	if says {
		age = 30
	}
	return (tag == "" || slices.Contains(r.Chain(), tag)) && (from == nil || !r.At().Before(*from)) && (until == nil || r.At().Before(*until)) &&
		names(when.Channels, r.Context.Channel().Key) && names(when.Audiences, r.Context.Audience().Key) && names(when.Markets, r.Market()) &&
		names(when.Moments, r.Moment()) && names(when.Devices, r.Device()) && names(when.Mediums, r.Medium()) && names(when.Formats, r.Format()) && names(when.Publications, r.Publication()) &&
		(len(when.Segments) == 0 || slices.Contains(when.Segments, "vip")) &&
		(when.Rule == "" || says && (age >= 18) == (when.Rule == "traits.age >= 18"))
}

func names[E comparable](wanted []E, value E) bool {
	return len(wanted) == 0 || slices.Contains(wanted, value)
}
