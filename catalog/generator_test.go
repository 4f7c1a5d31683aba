package catalog_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// What is drawn from is little, so that much of it meets: the same name, scope, parent or moment. What comes first is the plainest.
var (
	drawnSKUs     = strings.Fields("p1 p2 p3 p4 p5 P1 10 9 a a-1 a1 ä z Z")
	drawnKeys     = strings.Fields("f1 f2 f3 F1 ø")
	drawnGroups   = strings.Fields("all seats stools left right missing")
	drawnChannels = []string{"web", "app"}
	drawnReaders  = []string{"public", "dealer"}
	drawnMarkets  = []string{"DK", "AT", ""}
	drawnMoments  = []*time.Time{moment(0), moment(time.Hour), moment(-time.Hour), moment(time.Millisecond)}
	drawnTimes    = []*time.Time{nil, moment(0), moment(24 * time.Hour), moment(time.Millisecond), moment(-100 * 365 * 24 * time.Hour)}
	drawnBounds   = []float64{-1000, -3.25, 0, 0.5, 0.7, 1, 2.5, 12.5, 93.1, 500, 1000}
	drawnStates   = append(slices.Repeat([]content.WorkflowState{content.Published}, 12), content.Draft, content.Archived, "")
	drawnTexts    = []string{"b", "bed", "å", "ol", "Z ze", "aa", "bed b", " ", "ed", "7", "\\", strings.Repeat("bed", 30), strings.Repeat("bed", 31)}
	drawnChains   = []string{"en", "da en", "de-AT de en", "en da", "de", "da"}
)

func moment(from time.Duration) *time.Time {
	at := noon.Add(from)
	return &at
}

// drawnValues are what products say of each attribute; the attribute "other" is said by none.
var drawnValues = map[string][]content.Value{
	"name": values("Bed", "Ål", "ål", "Øl", " Bed ", "O\u0308l", "Öl", "zebra", "Zebra", "Aal", "\u00ad", " ", 7, []any{"Bed"}, strings.Repeat("Bed", 30)),
	"colour": values("red", "blue", "Red", []any{"red"}, []any{"red", "blue"}, []any{"green", "red", "red"}, "", nil, []any{}, []any{" "},
		strings.Repeat("ø", 32), strings.Repeat("å", 33), map[string]any{"shade": "dark"}, []any{map[string]any{"shade": "dark"}, "red"}, "1"),
	"weight": values(1, 0.5, 500, measure(1, "kg"), measure(1000, "g"), measure(500, "g"), measure(0.5, "kg"), measure(700, "g"), measure(0.7, "kg"),
		measure(1.001, "kg"), measure(1001, "g"), 0, measure(0, "g"), measure(1, "V"),
		[]any{measure(500, "g"), measure(0.5, "kg"), 20}, []any{1, measure(12, "V")}, "1 kg", map[string]any{"amount": 1, "unit": ""}),
	"price": values(money("12.5", "EUR"), money("12.50", "EUR"), []any{money("12.500", "EUR"), money("93.10", "DKK")}, []any{money("93.1", "DKK")}, money("0", "EUR"),
		money("-0.00", "EUR"), money("-3.25", "DKK"), money("9007199254740993", "EUR"), money("9007199254740992", "EUR"), "12.5", 12.5, money("12,5", "EUR")),
	"flag":  values(true, false, "true", []any{true, false}, 1, 0),
	"size":  values(1, 2.5, -4, 10, []any{1, 10}, []any{-4, 2.5, 2.5}, "1", measure(1, "V"), measure(1, "kg"), true),
	"other": values("red"),
}

var drawnAttributes = strings.Fields("colour weight price name flag size other")

func values(of ...any) []content.Value {
	list := make([]content.Value, len(of))
	for i, one := range of {
		list[i] = said(one)
	}
	return list
}

func measure(amount float64, unit string) any { return map[string]any{"amount": amount, "unit": unit} }

func money(amount, currency string) any {
	return map[string]any{"amount": amount, "currency": currency}
}

// wanted are those of some values for which a list can be asked: not missing, not too long, and no table.
func wanted(values []content.Value) []content.Value {
	o := &oracle{definitions: content.NewDefinitions()}
	return slices.DeleteFunc(slices.Clone(values), func(value content.Value) bool {
		return value.Missing() || slices.ContainsFunc(o.sizesOf("", value), func(one size) bool { return one.kind == "" || len(one.text) > 64 })
	})
}

// seldom is true once in so many times.
func seldom(t *rapid.T, what string, times int) bool {
	return rapid.IntRange(1, times).Draw(t, what) == times
}

func oneOf[E any](t *rapid.T, what string, of []E) E {
	return of[rapid.IntRange(0, len(of)-1).Draw(t, what)]
}

// few gives nil but once in so many times, when it is a list of up to three.
func few[E any](t *rapid.T, what string, times int, of []E) []E {
	if !seldom(t, what, times) {
		return nil
	}
	list := []E{}
	for range min(3, rapid.IntRange(0, 5).Draw(t, "so many")) {
		list = append(list, oneOf(t, what, of))
	}
	return list
}

func seldomAt(t *rapid.T, what string, times int) *time.Time {
	if !seldom(t, what, times) {
		return nil
	}
	return oneOf(t, what, drawnMoments)
}

func drawProduct(t *rapid.T, sku string) *content.Product {
	p := &content.Product{
		SKU: sku, State: oneOf(t, "state", drawnStates), FirstPublished: oneOf(t, "first published", drawnTimes),
		Family: oneOf(t, "family", []string{"", "", "chairs", "beds"}), Categories: few(t, "category", 2, drawnGroups),
		Channels: few(t, "channel", 12, drawnChannels), Audiences: few(t, "audience", 12, drawnReaders), Markets: few(t, "market", 12, drawnMarkets),
		PublishFrom: seldomAt(t, "from", 10), PublishUntil: seldomAt(t, "until", 10), Parent: drawParent(t, sku),
	}
	p.Attributes = drawnList.Draw(t, "values")
	return p
}

// drawParent gives none, the product before this one, so that there are long lines of them, or any, so that some are missing or go round.
func drawParent(t *rapid.T, sku string) string {
	switch rapid.IntRange(0, 6).Draw(t, "parent") {
	default:
		return ""
	case 3, 4, 5:
		return drawnSKUs[max(0, slices.Index(drawnSKUs, sku)-1)]
	case 6:
		return oneOf(t, "parent", append(drawnSKUs, "missing"))
	}
}

// drawnList and drawnProduct are generators, of whose lists single items can be left out when a case is made smaller.
var (
	drawnList    = rapid.SliceOfN(rapid.Custom(drawValue), 0, 12)
	drawnProduct = rapid.Custom(func(t *rapid.T) *content.Product { return drawProduct(t, oneOf(t, "sku", drawnSKUs)) })
)

func drawValue(t *rapid.T) content.AttributeValue {
	key := oneOf(t, "key", drawnAttributes[:6])
	of := key
	if seldom(t, "of another", 10) {
		of = oneOf(t, "of", drawnAttributes)
	}
	v := content.AttributeValue{Key: key, Value: oneOf(t, "value", drawnValues[of])}
	scope := rapid.IntRange(0, 63).Draw(t, "scope") // its bits say what it names; 0 is everywhere
	if scope&3 > 0 {
		v.Locale = tags("en da de")[scope&3-1]
	}
	if scope&12 == 12 {
		v.Channel = oneOf(t, "channel", drawnChannels)
	}
	if scope&20 == 20 {
		v.Audiences, v.Markets = few(t, "audience", 2, drawnReaders), few(t, "market", 2, drawnMarkets)
	}
	if scope&40 == 40 {
		v.ValidFrom, v.ValidUntil = seldomAt(t, "from", 2), seldomAt(t, "until", 2)
	}
	if scope&48 == 48 && rapid.Bool().Draw(t, "unknown") {
		v.Unknown = content.Unknown{"weather": "rain"}
	}
	return v
}

func drawFragment(t *rapid.T, key string) *content.Fragment {
	f := &content.Fragment{
		Key: key, Type: oneOf(t, "type", []string{"NOTE", "HOWTO"}), State: oneOf(t, "state", drawnStates), Labels: few(t, "label", 2, []string{"x", "y", "z"}),
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "variants") {
		v := content.Variant{
			ID: string(rune('a' + i)), Title: oneOf(t, "title", []string{"T", "T", "", " "}), Body: oneOf(t, "body", []string{"", "", "B"}),
			Locale: oneOf(t, "locale", []locale.Tag{"", "en", "da", "de"}), ValidFrom: seldomAt(t, "from", 6), ValidUntil: seldomAt(t, "until", 6),
		}
		if seldom(t, "media", 3) {
			v.Media = []content.Media{{URL: "/a.png", Channels: few(t, "channel", 3, drawnChannels), Audiences: few(t, "audience", 3, drawnReaders)}}
		}
		if seldom(t, "condition", 2) {
			v.When = &content.Condition{
				Channels: few(t, "channel", 4, drawnChannels), Audiences: few(t, "audience", 4, drawnReaders), Markets: few(t, "market", 4, drawnMarkets),
				Devices: few(t, "device", 4, []content.Device{"PHONE", "TV"}), Segments: few(t, "segment", 4, []string{"vip", "new"}),
			}
			if seldom(t, "unknown", 8) {
				v.When.Unknown = content.Unknown{"weather": []any{"rain"}}
			}
		}
		f.Variants = append(f.Variants, v)
	}
	return f
}

func drawCategory(t *rapid.T, key string) *content.Category {
	return &content.Category{
		Key: key, Parent: oneOf(t, "parent", append([]string{"", "", "all"}, drawnGroups...)),
		Channels: few(t, "channel", 10, drawnChannels), Audiences: few(t, "audience", 10, drawnReaders), Markets: few(t, "market", 10, drawnMarkets),
	}
}

func drawAttribute(t *rapid.T, key string) *content.Attribute {
	kind := map[string]content.AttributeType{
		"colour": content.TypeOptions, "weight": content.TypeQuantity, "price": content.TypeMoney, "flag": content.TypeBoolean, "size": content.TypeNumber,
	}[key]
	attribute := &content.Attribute{Key: key, Type: cmp.Or(kind, content.TypeText)}
	if key == "weight" || seldom(t, "measured", 6) {
		attribute.Type, attribute.Unit = content.TypeQuantity, oneOf(t, "unit", []string{"kg", "kg", "g", "V", ""})
	}
	return attribute
}

// drawCatalogue gives a source with documents of all these kinds.
func drawCatalogue(t *rapid.T) orderly {
	s := orderly{&shelf{}, rapid.Bool().Draw(t, "turned")}
	s.put(&content.Channel{Key: "web", DefaultLocale: "en", Locales: tags("da de")}) // so that the languages of all readers are known
	for _, key := range drawnGroups[:5] {
		s.put(drawCategory(t, key))
	}
	for _, key := range drawnAttributes {
		if rapid.Bool().Draw(t, "defined") {
			s.put(drawAttribute(t, key))
		}
	}
	for _, product := range rapid.SliceOfN(drawnProduct, rapid.IntRange(0, 3).Draw(t, "many")*6, 30).Draw(t, "products") {
		s.put(product) // in place of one that has the SKU already
	}
	for _, key := range drawnKeys[:rapid.IntRange(0, 5).Draw(t, "fragments")] {
		s.put(drawFragment(t, key))
	}
	return s
}

// drawWrites changes some documents and says which.
func drawWrites(t *rapid.T, s orderly) []catalog.Ref {
	refs := []catalog.Ref{}
	for range rapid.IntRange(1, 4).Draw(t, "writes") {
		switch rapid.IntRange(0, 9).Draw(t, "write") {
		case 0, 1, 2:
			refs = append(refs, s.put(drawnProduct.Draw(t, "product"))...)
		case 3, 4:
			if product, is := s.holds[catalog.Ref{Kind: content.KindProduct, Key: oneOf(t, "sku", drawnSKUs)}].(*content.Product); is {
				refs = append(refs, s.put(drawChange(t, product))...)
			}
		case 5, 6:
			refs = append(refs, s.remove(catalog.Ref{Kind: content.KindProduct, Key: oneOf(t, "sku", drawnSKUs)})...)
		case 7:
			if key := oneOf(t, "key", drawnKeys); rapid.Bool().Draw(t, "deleted") {
				refs = append(refs, s.remove(catalog.Ref{Kind: content.KindFragment, Key: key})...)
			} else {
				refs = append(refs, s.put(drawFragment(t, key))...)
			}
		case 8:
			if key := oneOf(t, "key", drawnGroups); seldom(t, "deleted", 3) {
				refs = append(refs, s.remove(catalog.Ref{Kind: content.KindCategory, Key: key})...)
			} else {
				refs = append(refs, s.put(drawCategory(t, key))...)
			}
		case 9:
			if key := oneOf(t, "key", drawnAttributes); seldom(t, "deleted", 3) {
				refs = append(refs, s.remove(catalog.Ref{Kind: content.KindAttribute, Key: key})...)
			} else {
				refs = append(refs, s.put(drawAttribute(t, key))...)
			}
		}
	}
	return refs
}

// drawChange gives a product that differs in one thing.
func drawChange(t *rapid.T, p *content.Product) *content.Product {
	return with(new(*p), func(p *content.Product) {
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			p.State = oneOf(t, "state", drawnStates)
		case 1:
			p.Parent = drawParent(t, p.SKU)
		case 2:
			p.Categories = few(t, "category", 2, drawnGroups)
		case 3:
			p.PublishUntil = seldomAt(t, "until", 2)
		case 4:
			p.Attributes = append(slices.Clone(p.Attributes), drawValue(t))
		case 5:
			p.Attributes = p.Attributes[:len(p.Attributes)/2]
		}
	})
}

func drawReader(t *rapid.T) *targeting.Context {
	r := readerOf(oneOf(t, "chain", drawnChains))
	return r.With(func(s *targeting.Situation) {
		s.Channel = &content.Channel{Key: oneOf(t, "channel", drawnChannels), Selection: oneOf(t, "selection", []content.SelectionOrder{"", content.LanguageFirst, content.SpecificityFirst})}
		s.Audience, s.Market = &content.Audience{Key: oneOf(t, "audience", drawnReaders)}, oneOf(t, "market", []string{"", "DK", "AT"})
		s.At, s.Preview = drawAt(t), seldom(t, "preview", 5)
		if seldom(t, "vip", 2) {
			s.Device, s.Segments = "PHONE", []string{"old", "vip"}
		}
	})
}

// drawAt gives a moment at, before or after those at which windows begin and end.
func drawAt(t *rapid.T) time.Time {
	return oneOf(t, "moment", drawnMoments).Add(oneOf(t, "off by", []time.Duration{0, -time.Millisecond, time.Millisecond, 30 * time.Minute}))
}

// drawQuery asks for much, or mostly by attributes, which alone leave little.
func drawQuery(t *rapid.T, o *oracle, r *targeting.Context) catalog.ProductQuery {
	query := catalog.ProductQuery{Order: oneOf(t, "order", everyOrder)}
	filters := max(0, rapid.IntRange(0, 5).Draw(t, "filters")-4)
	if rapid.Bool().Draw(t, "by attributes") {
		filters += rapid.IntRange(0, 4).Draw(t, "filters")/4 + 1
	} else {
		query.SKUs, query.Categories = few(t, "SKU", 12, append(drawnSKUs, "nobody")), few(t, "category", 4, append(drawnGroups, "nothing"))
		query.Families = few(t, "family", 12, []string{"chairs", "beds", "tables"})
		query.Levels = few(t, "level", 4, []catalog.Level{catalog.Model, catalog.Variant, catalog.Simple})
	}
	if seldom(t, "text", 4) {
		query.Text = oneOf(t, "text", drawnTexts)
	}
	for range filters {
		query.Attributes = append(query.Attributes, drawFilter(t, o, r))
	}
	return query
}

// drawFilter asks one thing of an attribute, or several: mostly for values that the reader sees.
func drawFilter(t *rapid.T, o *oracle, r *targeting.Context) catalog.AttributeFilter {
	filter, values := catalog.AttributeFilter{Key: oneOf(t, "key", drawnAttributes)}, []content.Value{}
	for _, sku := range slices.Sorted(maps.Keys(o.products)) {
		if lineage, there := o.there(sku, r); there {
			if value := targeting.Value(lineage, filter.Key, r); value != nil {
				values = append(values, value.Value)
			}
		}
	}
	if values = wanted(values); len(values) == 0 || seldom(t, "any value", 3) {
		values = wanted(drawnValues[oneOf(t, "of", append([]string{filter.Key, filter.Key, filter.Key}, drawnAttributes...))])
	}
	for range max(1, rapid.IntRange(0, 7).Draw(t, "parts")-5) {
		switch rapid.IntRange(0, 7).Draw(t, "part") {
		case 0:
		case 1:
			filter.Exists = new(rapid.Bool().Draw(t, "exists"))
		case 2, 3:
			filter.Equals = new(oneOf(t, "equals", values))
		case 4:
			filter.In = few(t, "in", 1, values)
		default:
			filter.Key = oneOf(t, "measured key", []string{"weight", "price", "size", filter.Key})
			filter.Min, filter.Max = drawBounds(t)
		}
	}
	if filter.Key == "price" || seldom(t, "in a unit", 2) {
		filter.Unit = oneOf(t, "unit", strings.Fields(map[bool]string{true: "EUR EUR EUR DKK DKK USD kg", false: "kg g V EUR"}[filter.Key == "price"]))
	}
	return answerable(filter, o.definitions.Attributes[filter.Key])
}

// answerable makes of a filter one that is not refused.
func answerable(filter catalog.AttributeFilter, definition *content.Attribute) catalog.AttributeFilter {
	if definition != nil {
		switch definition.Type {
		case content.TypeMoney:
			if !content.IsCurrencyCode(filter.Unit) {
				filter.Unit = "EUR"
			}
		case content.TypeNumber:
			filter.Unit = ""
		case content.TypeQuantity:
			if definition.Unit != "" && (filter.Unit != "g" || definition.Unit != "kg") {
				filter.Unit = definition.Unit
			}
		default:
			filter.Min, filter.Max = nil, nil
		}
	}
	if filter.Min == nil && filter.Max == nil {
		filter.Unit = ""
	}
	if filter.Equals == nil && filter.In == nil && filter.Min == nil && filter.Max == nil && filter.Exists == nil {
		filter.Exists = new(true)
	}
	return filter
}

// drawBounds gives one bound or both; these are seldom the wrong way round, between which nothing lies.
func drawBounds(t *rapid.T) (least, most *float64) {
	from := rapid.IntRange(0, len(drawnBounds)-1).Draw(t, "min")
	to := rapid.IntRange(from, len(drawnBounds)-1).Draw(t, "max")
	switch rapid.IntRange(0, 7).Draw(t, "which bounds") {
	case 0, 1:
		return &drawnBounds[from], nil
	case 2, 3:
		return nil, &drawnBounds[to]
	case 4:
		return &drawnBounds[to], &drawnBounds[from]
	default:
		return &drawnBounds[from], &drawnBounds[to]
	}
}

func drawFragmentQuery(t *rapid.T) catalog.FragmentQuery {
	return catalog.FragmentQuery{
		Keys: few(t, "key", 5, append(drawnKeys, "nobody")), Kinds: few(t, "kind", 4, []string{"NOTE", "HOWTO", "X"}), Labels: few(t, "label", 4, []string{"x", "y", "none"}),
	}
}
