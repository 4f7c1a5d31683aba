package content_test

import (
	"strings"
	"testing"
	"time"

	"unisono/content"
)

func TestUnitAndCurrencyAreFoldedIntoTheValue(t *testing.T) {
	quantity := func(amount float64, unit string) any { return map[string]any{"amount": amount, "unit": unit} }
	money := func(amount, currency string) any { return map[string]any{"amount": amount, "currency": currency} }
	for name, test := range map[string]struct {
		value string
		want  any
	}{
		"a number and a unit":                {`{"key": "length", "value": 1.5, "unit": "m"}`, quantity(1.5, "m")},
		"zero and a unit":                    {`{"key": "length", "value": 0, "unit": "m"}`, quantity(0, "m")},
		"a number and a currency":            {`{"key": "price", "value": 12.5, "currency": "EUR"}`, money("12.5", "EUR")},
		"a whole number and a currency":      {`{"key": "price", "value": 12, "currency": "EUR"}`, money("12", "EUR")},
		"a very small number and a currency": {`{"key": "price", "value": 1e-9, "currency": "EUR"}`, money("0.000000001", "EUR")},
		"a decimal keeps its digits":         {`{"key": "price", "value": "12.50", "currency": "EUR"}`, money("12.50", "EUR")},
		"a quantity is left as it is":        {`{"key": "length", "value": {"amount": 2, "unit": "m"}}`, quantity(2, "m")},
		"a number with a unit of its own":    {`{"key": "weight", "value": 2}`, 2.0},
	} {
		for _, field := range []string{"attributes", "setAttributes"} {
			t.Run(name+" in "+field, func(t *testing.T) {
				p := product(t, `{"sku": "a", "`+field+`": [`+test.value+`]}`)
				diff(t, "value", p.Attributes[0].Value.Any(), test.want)
				if p.Attributes[0].Unit+p.Attributes[0].Currency != "" || p.SetAttributes != nil {
					t.Errorf("the other way to write it is kept: %+v", p)
				}
			})
		}
	}
}

func TestUnitsAndCurrenciesThatDoNotFit(t *testing.T) {
	for name, value := range map[string]string{
		"both":                        `{"key": "free", "value": 1, "unit": "m", "currency": "EUR"}`,
		"a unit beside a text":        `{"key": "free", "value": "1", "unit": "m"}`,
		"a unit beside a switch":      `{"key": "free", "value": false, "unit": "m"}`,
		"a currency beside an object": `{"key": "free", "value": {"amount": "1"}, "currency": "EUR"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := mustRead(t, content.KindProduct, `{"sku": "a", "attributes": [`+value+`]}`).Next(nil, house(), noon)
			diff(t, "problems", summary(problems), []string{"attributes.0 INVALID"})
		})
	}
}

func TestValuesThatAreMissingAreNotStored(t *testing.T) {
	for _, missing := range []string{`null`, `""`, `"  \n"`, `[]`, `{}`, `[null, "", " ", []]`} {
		p := product(t, `{"sku": "a", "attributes": [{"key": "name", "value": `+missing+`}, {"key": "free", "value": 0}], "setAttributes": [{"key": "name", "locale": "de", "value": `+missing+`}]}`)
		if len(p.Attributes) != 1 || p.Attributes[0].Key != "free" {
			t.Errorf("%s is stored: %+v", missing, p.Attributes)
		}
	}
	if p := product(t, `{"sku": "a", "attributes": [{"key": "foldable", "value": false}, {"key": "height", "value": 0}]}`); len(p.Attributes) != 2 {
		t.Errorf("false and 0 are values: %+v", p.Attributes)
	}
}

// keysOf gives the attributes as KEY.LOCALE.CHANNEL=VALUE, in order.
func keysOf(p *content.Product) string {
	keys := []string{}
	for _, value := range p.Attributes {
		text, _ := value.Value.Text()
		keys = append(keys, strings.TrimRight(value.Key+"."+string(value.Locale)+"."+value.Channel, ".")+"="+text)
	}
	return strings.Join(keys, " ")
}

func TestSetAttributesChangesSingleValues(t *testing.T) {
	const before = `{"sku": "a", "attributes": [{"key": "name", "value": "N"}, {"key": "name", "locale": "de", "value": "D"}, {"key": "free", "channel": "web", "value": "W"}]}`
	for name, test := range map[string]struct{ change, want string }{
		"one takes the place of that with its scope":  {`"setAttributes": [{"key": "name", "locale": "de", "value": "d"}]`, "name=N name.de=d free..web=W"},
		"one of a new scope stands behind all others": {`"setAttributes": [{"key": "name", "locale": "da", "value": "A"}]`, "name=N name.de=D free..web=W name.da=A"},
		"two of new scopes keep their order":          {`"setAttributes": [{"key": "z", "value": "Z"}, {"key": "b", "value": "B"}]`, "name=N name.de=D free..web=W z=Z b=B"},
		"null clears it":                              {`"setAttributes": [{"key": "name", "locale": "de", "value": null}]`, "name=N free..web=W"},
		"no value clears it":                          {`"setAttributes": [{"key": "name", "locale": "de"}]`, "name=N free..web=W"},
		"white space clears it":                       {`"setAttributes": [{"key": "name", "locale": "de", "value": " "}]`, "name=N free..web=W"},
		"clearing what is not there does nothing":     {`"setAttributes": [{"key": "name", "locale": "fr", "value": null}]`, "name=N name.de=D free..web=W"},
		"of two of one scope the last counts":         {`"setAttributes": [{"key": "name", "value": "1"}, {"key": "name", "value": "2"}]`, "name=2 name.de=D free..web=W"},
		"set after cleared":                           {`"setAttributes": [{"key": "name", "value": null}, {"key": "name", "value": "2"}]`, "name=2 name.de=D free..web=W"},
		"cleared after set":                           {`"setAttributes": [{"key": "name", "value": "2"}, {"key": "name", "value": null}]`, "name.de=D free..web=W"},
		"the whole list first, then single values":    {`"setAttributes": [{"key": "name", "value": "2"}], "attributes": [{"key": "name", "value": "1"}, {"key": "b", "value": "B"}]`, "name=2 b=B"},
		"an empty list does nothing":                  {`"setAttributes": []`, "name=N name.de=D free..web=W"},
		"null does nothing":                           {`"setAttributes": null`, "name=N name.de=D free..web=W"},
		"a locale in another spelling is the same":    {`"setAttributes": [{"key": "name", "locale": "DE", "value": "d"}]`, "name=N name.de=d free..web=W"},
	} {
		t.Run(name, func(t *testing.T) {
			diff(t, test.change, keysOf(changed(t, product(t, before), `{"sku": "a", `+test.change+`}`)), test.want)
		})
	}
}

func TestSetAttributesFindsAScopeHoweverItIsWritten(t *testing.T) {
	const before = `{"sku": "a", "attributes": [{"key": "free", "value": "old", "markets": ["DK", "DE"], "audiences": ["dealer", "public"], "validFrom": %q}]}`
	for name, test := range map[string]struct{ from, again string }{
		"the order of lists":          {"2026-01-01T00:00:00Z", `"markets": ["DE", "DK"], "audiences": ["public", "dealer"], "validFrom": "2026-01-01T00:00:00Z"`},
		"another offset":              {"2026-01-01T00:00:00Z", `"markets": ["DK", "DE"], "audiences": ["dealer", "public"], "validFrom": "2026-01-01T01:00:00+01:00"`},
		"a time finer than it's kept": {"2026-01-01T00:00:00.0000001Z", `"markets": ["DK", "DE"], "audiences": ["dealer", "public"], "validFrom": "2026-01-01T00:00:00.0000001Z"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := product(t, strings.Replace(before, "%q", `"`+test.from+`"`, 1))
			change := mustRead(t, content.KindProduct, `{"sku": "a", "setAttributes": [{"key": "free", "value": "new", `+test.again+`}]}`)
			document, problems := change.Next(p, house(), noon)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			diff(t, "values", keysOf(document.(*content.Product)), "free=new")
		})
	}
}

func TestAWindowThatBeginsAndOneThatEndsAreTwoScopes(t *testing.T) {
	p := product(t, `{"sku": "a", "attributes": [{"key": "free", "value": "before", "validUntil": "2026-01-01T00:00:00Z"}, {"key": "free", "value": "after", "validFrom": "2026-01-01T00:00:00Z"}]}`)
	diff(t, "values", keysOf(p), "free=before free=after")
	p = changed(t, p, `{"sku": "a", "setAttributes": [{"key": "free", "value": null, "validFrom": "2026-01-01T00:00:00Z"}]}`)
	diff(t, "when one is cleared", keysOf(p), "free=before")
}

func TestFirstPublishedIsSetOnce(t *testing.T) {
	draft := product(t, `{"sku": "a"}`)
	if draft.State != content.Draft || draft.FirstPublished != nil {
		t.Errorf("a new product is %s, first published %v", draft.State, draft.FirstPublished)
	}
	published := changed(t, draft, `{"sku": "a", "state": "PUBLISHED"}`)
	diff(t, "when it is published", published.FirstPublished, &noon)
	later := noon.Add(time.Hour)
	for _, change := range []string{`{"sku": "a", "slug": "s"}`, `{"sku": "a", "state": "ARCHIVED"}`, `{"sku": "a", "state": "PUBLISHED"}`} {
		document, _ := mustRead(t, content.KindProduct, change).Next(published, house(), later)
		published = document.(*content.Product)
		diff(t, change, published.FirstPublished, &noon)
	}
}

func TestTimesAreKeptInUTCToTheMillisecond(t *testing.T) {
	p := product(t, `{"sku": "a", "publishFrom": "2026-03-01T08:00:00.1239+01:00", "attributes": [{"key": "free", "value": 1, "validUntil": "2026-03-01T08:00:00.0009+01:00"}]}`)
	diff(t, "publishFrom", p.PublishFrom, at("2026-03-01T07:00:00.123Z"))
	diff(t, "validUntil", p.Attributes[0].ValidUntil, at("2026-03-01T07:00:00Z"))
}

func TestATimeWhoseYearNoDocumentCanHoldIsRefused(t *testing.T) {
	for name, when := range map[string]string{
		"in UTC it is in the year 10000":        "9999-12-31T23:59:59-01:00",
		"in UTC it is before the year 0":        "0000-01-01T00:00:00+01:00",
		"the same in a window beside a variant": "9999-12-31T23:59:59-23:59",
	} {
		t.Run(name, func(t *testing.T) {
			change, err := content.ReadChange(content.KindProduct, []byte(`{"sku": "a", "publishFrom": "`+when+`"}`))
			if err != nil {
				return
			}
			if document, problems := change.Next(nil, house(), noon); len(problems) == 0 {
				t.Errorf("it is kept as %s, which no JSON can say", document.(*content.Product).PublishFrom)
			}
		})
	}
}

func TestMediaAreOfTheMediumThatTheirTypeSays(t *testing.T) {
	for mime, want := range map[string]content.Medium{
		"video/mp4": content.Video, "audio/ogg": content.Audio, "text/html": content.Hypertext, "application/pdf": content.Hypertext,
		"image/png": content.Image, "": content.Image, "nonsense": content.Image,
	} {
		p := product(t, `{"sku": "a", "media": [{"url": "/a", "mimeType": "`+mime+`"}, {"url": "/b", "mimeType": "`+mime+`", "medium": "TEXT"}]}`)
		if p.Media[0].Medium != want || p.Media[1].Medium != content.Text {
			t.Errorf("%q is %s; what is said is %s", mime, p.Media[0].Medium, p.Media[1].Medium)
		}
	}
}

func TestVariantsHaveIdsOfTheirContentWhereverTheyStand(t *testing.T) {
	const a, b = `{"title": "A", "validFrom": "2026-01-01T00:00:00Z", "when": {}}`, `{"title": "B"}`
	both := fragment(t, `{"key": "f", "type": "NOTE", "variants": [`+a+`, `+b+`]}`)
	turned := fragment(t, `{"key": "g", "type": "NOTE", "variants": [`+b+`, `+a+`]}`)
	if both.Variants[0].ID != turned.Variants[1].ID || both.Variants[1].ID != turned.Variants[0].ID {
		t.Errorf("the ids depend on the places: %+v, %+v", both.Variants, turned.Variants)
	}
	if both.Variants[0].ID == both.Variants[1].ID || both.Variants[0].ID == "" {
		t.Errorf("the ids are %q and %q", both.Variants[0].ID, both.Variants[1].ID)
	}
	other := fragment(t, `{"key": "f", "type": "NOTE", "variants": [{"title": "A", "validFrom": "2026-01-01T01:00:00+01:00"}]}`)
	if other.Variants[0].ID != both.Variants[0].ID || other.Variants[0].When != nil {
		t.Errorf("the same content has another id: %+v", other.Variants[0])
	}
	given := fragment(t, `{"key": "f", "type": "NOTE", "variants": [{"id": "mine", "title": "A"}]}`)
	if given.Variants[0].ID != "mine" || given.State != content.Draft {
		t.Errorf("a given id is kept, a new fragment a draft: %+v", given)
	}
	// The id is part of what clients keep, so it does not change from one version of the program to the next.
	diff(t, "the id of title B alone", both.Variants[1].ID, fragment(t, `{"key": "h", "type": "X", "variants": [`+b+`]}`).Variants[0].ID)
}

func TestAVariantIsEmptyWithoutTitleBodyAndMedia(t *testing.T) {
	for name, test := range map[string]struct {
		variant content.Variant
		want    bool
	}{
		"nothing":           {content.Variant{}, true},
		"white space":       {content.Variant{Title: " ", Body: "\n\t"}, true},
		"a link alone":      {content.Variant{CallToAction: &content.CallToAction{Label: "Buy", URL: "/buy"}}, true},
		"a title":           {content.Variant{Title: "T"}, false},
		"a body":            {content.Variant{Body: "B"}, false},
		"a picture":         {content.Variant{Media: []content.Media{{URL: "/a.png"}}}, false},
		"an empty lot more": {content.Variant{Media: []content.Media{}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.variant.Empty(); got != test.want {
				t.Errorf("empty is %t", got)
			}
		})
	}
}
