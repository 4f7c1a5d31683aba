package targeting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// values are written TEXT[@LOCALE][/CHANNEL][#MARKET][!AUDIENCE], separated by spaces.
func values(t *testing.T, spelled string) []*content.AttributeValue {
	t.Helper()
	list := []*content.AttributeValue{}
	for word := range strings.FieldsSeq(spelled) {
		value := &content.AttributeValue{Key: "name"}
		word, audience, _ := strings.Cut(word, "!")
		word, market, _ := strings.Cut(word, "#")
		word, value.Channel, _ = strings.Cut(word, "/")
		word, tag, _ := strings.Cut(word, "@")
		value.Locale, value.Value = locale.Tag(tag), content.TextValue(word)
		if audience != "" {
			value.Audiences = []string{audience}
		}
		if market != "" {
			value.Markets = []string{market}
		}
		list = append(list, value)
	}
	return list
}

func text(value *content.AttributeValue) string {
	if value == nil {
		return ""
	}
	text, _ := value.Value.Text()
	return text
}

func TestWhichValueIsRight(t *testing.T) {
	for name, test := range map[string]struct{ values, language, specificity string }{
		"the reader's language first":                       {"E@en D@de A@de-AT", "A", "A"},
		"the next of the chain":                             {"E@en D@de", "D", "D"},
		"any language before none":                          {"N E@en", "E", "E"},
		"one without a language where no other is":          {"N F@fr", "N", "N"},
		"a language outside the chain is none":              {"F@fr", "", ""},
		"none of none":                                      {"", "", ""},
		"the channel's before the general one":              {"G@de W@de/web", "W", "W"},
		"a general one in the language, or the channel's":   {"G@de-AT W@de/web", "G", "W"},
		"a general one in a language, or the channel's":     {"G@en W/web", "G", "W"},
		"another channel's is none":                         {"G@en A@de-AT/app", "G", "G"},
		"an audience's before a general one":                {"G@de P@de!public", "P", "P"},
		"another audience's is none":                        {"G@en D@de-AT!dealer", "G", "G"},
		"a market's before a general one":                   {"G@de M@de#AT", "M", "M"},
		"another market's is none":                          {"G@en M@de-AT#DK", "G", "G"},
		"an audience before a market":                       {"M@de#AT P@de!public", "P", "P"},
		"the channel's before an audience's":                {"P@de!public W@de/web", "W", "W"},
		"the channel's further on before all, if it counts": {"P@de-AT#AT!public W/web", "P", "W"},
	} {
		t.Run(name, func(t *testing.T) {
			for selection, want := range map[content.SelectionOrder]string{content.LanguageFirst: test.language, "": test.language, content.SpecificityFirst: test.specificity} {
				all := values(t, test.values)
				for range 2 {
					if got := text(targeting.ChooseValue(all, everything(selection))); got != want {
						t.Errorf("%s: it is %q, want %q", selection, got, want)
					}
					slices.Reverse(all)
				}
			}
		})
	}
}

// L1, L5: null, absent, "", white space and an empty list fall through, false and 0 do not. {en: "Chair", de-DE: "", de: "Stuhl"} and the
// chains are the worked values of the algorithm reference, item 1.
func TestMissingValuesFallThrough(t *testing.T) {
	for name, test := range map[string]struct {
		nearest any
		want    any
	}{
		"null":              {nil, "later"},
		"an empty text":     {"", "later"},
		"white space":       {"  ", "later"},
		"an empty list":     {[]any{}, "later"},
		"a list of nothing": {[]any{"", nil}, "later"},
		"an empty object":   {map[string]any{}, "later"},
		"false":             {false, false},
		"zero":              {0.0, 0.0},
		"L12 a null inside": {[]any{"a", nil, "b"}, []any{"a", nil, "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			nearest, err := content.NewValue(test.nearest)
			if err != nil {
				t.Fatal(err)
			}
			all := []*content.AttributeValue{{Key: "features", Locale: "de-AT", Value: nearest}, {Key: "features", Locale: "de", Value: content.TextValue("later")}}
			diff(t, "value", targeting.ChooseValue(all, everything("")).Value.Any(), test.want)
			if only := targeting.ChooseValue(all[:1], everything("")); nearest.Missing() != (only == nil) {
				t.Errorf("alone it gives %v", only)
			}
		})
	}
	fallbacks, err := locale.NewFallbacks(locale.Fallback{Locale: "de-CH", Chain: tags("de-DE en")})
	if err != nil {
		t.Fatal(err)
	}
	chairs := append(values(t, "Chair@en Stuhl@de"), &content.AttributeValue{Key: "name", Locale: "de-DE", Value: content.TextValue("")})
	texts := content.Localized{"en": "Chair", "de-DE": " ", "de": "Stuhl"}
	for asked, want := range map[locale.Tag]string{"de-CH": "Chair", "de-AT": "Stuhl"} {
		r := reader("web", "", "")
		r = r.With(func(s *targeting.Situation) { s.Locale, s.Chain = asked, locale.Chain(asked, "", fallbacks, "en") })
		if got := text(targeting.ChooseValue(chairs, r)); got != want {
			t.Errorf("%s reads %q, want %q", asked, got, want)
		}
		if got, tag := r.Localized(texts); got != want || r.IsFallback(tag) != (asked == "de-CH") {
			t.Errorf("%s is called %q in %s", asked, got, tag)
		}
	}
}

func TestALaterBeginningWinsAmongValues(t *testing.T) {
	r := everything("")
	all := values(t, "1 2 3 4 5")
	all[1].ValidFrom, all[2].ValidFrom, all[3].ValidFrom, all[4].ValidUntil = at("2026-01-01"), at("2026-03-01"), at("2026-04-01"), &noon
	if got := text(targeting.ChooseValue(all, r)); got != "3" {
		t.Errorf("%q is chosen", got)
	}
	r = r.With(func(s *targeting.Situation) { s.At = *at("2026-02-28") })
	if got := text(targeting.ChooseValue(all, r)); got != "2" {
		t.Errorf("earlier %q was chosen", got)
	}
}

func TestL10WithoutFallbackNothingOfAnotherLanguageIsShown(t *testing.T) {
	r := reader("web", "de-AT", "")
	if got, tag := r.Localized(content.Localized{"de": "Stuhl", "en": "Chair"}); got != "" || tag != "" {
		t.Errorf("a name is %q", got)
	}
	if got := targeting.ChooseValue(values(t, "Stuhl@de Chair@en"), r); got != nil {
		t.Errorf("a value is %v", got)
	}
	if got := chosen([]content.Variant{{ID: "1", Title: "T", Locale: "de"}}, r); got != "" {
		t.Error("a variant is shown")
	}
}

func TestWhichMediaAreRight(t *testing.T) {
	media := []content.Media{
		{URL: "/plain", Role: "main"},
		{URL: "/en", Role: "main", Locale: "en"},
		{URL: "/de", Role: "main", Locale: "de"},
		{URL: "/de2", Role: "main", Locale: "de"},
		{URL: "/fr", Role: "main", Locale: "fr"},
		{URL: "/app", Role: "main", Channels: []string{"app"}},
		{URL: "/web", Role: "main", Channels: []string{"app", "web"}},
		{URL: "/dealer", Role: "main", Audiences: []string{"dealer"}},
		{URL: "/public", Audiences: []string{"public"}},
		{URL: "/app-de-AT", Role: "main", Locale: "de-AT", Channels: []string{"app"}},
		{URL: "/detail-en", Role: "detail", Locale: "en"},
	}
	r := everything("")
	diff(t, "media", urls(targeting.ChooseMedia(media, r)), []string{"/plain", "/de", "/de2", "/web", "/public", "/detail-en"})
	r = r.With(func(s *targeting.Situation) { s.Channel = &content.Channel{Key: "app"} })
	diff(t, "on another channel", urls(targeting.ChooseMedia(media, r)), []string{"/plain", "/app", "/web", "/public", "/app-de-AT", "/detail-en"})
	diff(t, "of none", urls(targeting.ChooseMedia(nil, r)), []string{})
}

func TestBeingThere(t *testing.T) {
	published := func(change func(*content.Product)) *content.Product {
		p := &content.Product{SKU: "a", State: content.Published}
		change(p)
		return p
	}
	nothing := func(*content.Product) {}
	for name, test := range map[string]struct {
		product       *content.Product
		want, preview bool
	}{
		"published":                       {published(nothing), true, true},
		"S1 a draft":                      {published(func(p *content.Product) { p.State = content.Draft }), false, true},
		"in review":                       {published(func(p *content.Product) { p.State = content.InReview }), false, true},
		"archived":                        {published(func(p *content.Product) { p.State = content.Archived }), false, false},
		"in no state, by another program": {published(func(p *content.Product) { p.State = "" }), false, true},
		"W9 as its window begins":         {published(func(p *content.Product) { p.PublishFrom = &noon }), true, true},
		"a millisecond before it begins":  {published(func(p *content.Product) { p.PublishFrom = at("2026-03-10T12:00:00.001Z") }), false, false},
		"W9 as its window ends":           {published(func(p *content.Product) { p.PublishUntil = &noon }), false, false},
		"a millisecond before it ends":    {published(func(p *content.Product) { p.PublishUntil = at("2026-03-10T12:00:00.001Z") }), true, true},
		"W5 in a window that is reversed": {published(func(p *content.Product) { p.PublishFrom, p.PublishUntil = at("2026-04-01"), at("2026-03-01") }), false, false},
		"for the reader's channel":        {published(func(p *content.Product) { p.Channels = []string{"app", "web"} }), true, true},
		"for another channel":             {published(func(p *content.Product) { p.Channels = []string{"app"} }), false, false},
		"for the reader's audience":       {published(func(p *content.Product) { p.Audiences = []string{"public"} }), true, true},
		"for another audience":            {published(func(p *content.Product) { p.Audiences = []string{"dealer"} }), false, false},
		"for the reader's market":         {published(func(p *content.Product) { p.Markets = []string{"AT", "DK"} }), true, true},
		"for another market":              {published(func(p *content.Product) { p.Markets = []string{"DK"} }), false, false},
		"for one of several, not another's": {published(func(p *content.Product) {
			p.Markets, p.Channels = []string{"AT"}, []string{"app"}
		}), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := everything("")
			for _, preview := range []bool{false, true} {
				r = r.With(func(s *targeting.Situation) { s.Preview = preview })
				want := test.want
				if preview {
					want = test.preview
				}
				if got := targeting.There(content.Lineage{test.product}, r); got != want {
					t.Errorf("preview %t: there is %t", preview, got)
				}
				// S2: what holds of a parent holds of what is below it.
				if got := targeting.There(content.Lineage{published(nothing), published(nothing), test.product}, r); got != want {
					t.Errorf("preview %t: below it there is %t", preview, got)
				}
			}
		})
	}
	r := everything("")
	r = r.With(func(s *targeting.Situation) { s.Market = "" })
	if targeting.There(content.Lineage{published(func(p *content.Product) { p.Markets = []string{"AT"} })}, r) {
		t.Error("a reader without a market is in a list")
	}
}

func TestTheTextOfAnAttribute(t *testing.T) {
	number, err := content.NewValue(7)
	if err != nil {
		t.Fatal(err)
	}
	lineage := content.Lineage{
		{SKU: "v", Attributes: []content.AttributeValue{{Key: "name", Locale: "de", Value: content.TextValue("Stuhl")}, {Key: "height", Value: number}}},
		{SKU: "m", Attributes: []content.AttributeValue{{Key: "name", Locale: "de-AT", Value: content.TextValue("Sessel")}, {Key: "name", Locale: "de", Value: content.TextValue("x")}}},
	}
	r := everything("")
	diff(t, "inherited in a nearer language", targeting.Text(lineage, "name", r), "Sessel")
	diff(t, "its own", targeting.Text(lineage, "name", reader("web", "de", "")), "Stuhl")
	diff(t, "a number", targeting.Text(lineage, "height", r), "")
	diff(t, "what is not there", targeting.Text(lineage, "age", r), "")
	if targeting.Value(lineage, "age", r) != nil {
		t.Error("what is not there has a value")
	}
	// Two readers of one lineage at different times do not disturb each other.
	later := everything("")
	later = later.With(func(s *targeting.Situation) { s.At = noon.Add(time.Hour) })
	diff(t, "later", targeting.Text(lineage, "name", later), "Sessel")
}

// L6: the channel says what an unknown language falls back to.
func TestFallbackIsSaidOpenly(t *testing.T) {
	r := reader("web", "fr de", "")
	text, tag := r.Localized(content.Localized{"de": "Stuhl", "en": "Chair"})
	if text != "Stuhl" || tag != "de" || !r.IsFallback(tag) {
		t.Errorf("it is %q in %q", text, tag)
	}
	if r.IsFallback("") || r.IsFallback("fr") {
		t.Error("what needs no language, or is in the one asked for, is a fallback")
	}
}
