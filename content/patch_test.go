package content_test

import (
	"math"
	"strings"
	"testing"

	"unisono/content"
)

func TestAFieldThatIsAbsentStaysOneThatIsNullIsClearedAndAValueTakesItsPlace(t *testing.T) {
	const full = `{"sku": "a", "slug": "chair", "gtin": "12345678", "state": "PUBLISHED", "categories": ["x", "y"],
		"publishFrom": "2026-01-01T00:00:00Z", "attributes": [{"key": "name", "value": "Chair"}],
		"media": [{"url": "/a.png", "medium": "IMAGE"}], "related": [{"kind": "BUNDLE", "sku": "b"}]}`
	for name, test := range map[string]struct {
		change string
		get    func(*content.Product) any
		want   any
	}{
		"a text is absent":     {``, func(p *content.Product) any { return p.Slug }, "chair"},
		"a text is null":       {`, "slug": null`, func(p *content.Product) any { return p.Slug }, ""},
		"a text is empty":      {`, "slug": ""`, func(p *content.Product) any { return p.Slug }, ""},
		"a text is given":      {`, "slug": "stool"`, func(p *content.Product) any { return p.Slug }, "stool"},
		"a list is absent":     {``, func(p *content.Product) any { return p.Categories }, []string{"x", "y"}},
		"a list is null":       {`, "categories": null`, func(p *content.Product) any { return len(p.Categories) }, 0},
		"a list is empty":      {`, "categories": []`, func(p *content.Product) any { return len(p.Categories) }, 0},
		"a list is given":      {`, "categories": ["z"]`, func(p *content.Product) any { return p.Categories }, []string{"z"}},
		"a time is absent":     {``, func(p *content.Product) any { return p.PublishFrom }, at("2026-01-01T00:00:00Z")},
		"a time is null":       {`, "publishFrom": null`, func(p *content.Product) any { return p.PublishFrom == nil }, true},
		"a time is given":      {`, "publishFrom": "2026-02-01T01:00:00+01:00"`, func(p *content.Product) any { return p.PublishFrom }, at("2026-02-01T00:00:00Z")},
		"a state is absent":    {``, func(p *content.Product) any { return p.State }, content.Published},
		"a state is null":      {`, "state": null`, func(p *content.Product) any { return p.State }, content.Draft},
		"a state is given":     {`, "state": "ARCHIVED"`, func(p *content.Product) any { return p.State }, content.Archived},
		"values are absent":    {``, func(p *content.Product) any { return len(p.Attributes) }, 1},
		"values are null":      {`, "attributes": null`, func(p *content.Product) any { return len(p.Attributes) }, 0},
		"values are given":     {`, "attributes": [{"key": "length", "value": 2, "unit": "m"}]`, func(p *content.Product) any { return p.Attributes[0].Key }, "length"},
		"media are absent":     {``, func(p *content.Product) any { return len(p.Media) }, 1},
		"media are null":       {`, "media": null`, func(p *content.Product) any { return len(p.Media) }, 0},
		"relations are null":   {`, "related": null`, func(p *content.Product) any { return len(p.Related) }, 0},
		"kind is passed over":  {`, "kind": "product", "slug": "stool"`, func(p *content.Product) any { return p.Slug }, "stool"},
		"expectations are not": {`, "expectedRevision": 3`, func(p *content.Product) any { return p.Slug }, "chair"},
	} {
		t.Run(name, func(t *testing.T) {
			after := changed(t, product(t, full), `{"sku": "a"`+test.change+`}`)
			diff(t, test.change, test.get(after), test.want)
		})
	}
}

func TestExpectedRevisionIsTakenAsSuch(t *testing.T) {
	three := 3
	for name, test := range map[string]struct {
		raw  string
		want *int
	}{
		"absent": {`{"sku": "a"}`, nil},
		"null":   {`{"sku": "a", "expectedRevision": null}`, nil},
		"given":  {`{"sku": "a", "expectedRevision": 3}`, &three},
	} {
		t.Run(name, func(t *testing.T) {
			diff(t, test.raw, mustRead(t, content.KindProduct, test.raw).ExpectedRevision(), test.want)
		})
	}
}

func TestAChangeThatIsNotRightNamesEachPlace(t *testing.T) {
	for name, test := range map[string]struct {
		kind content.Kind
		raw  string
		want []string
		says string
	}{
		"no JSON":                       {content.KindProduct, `sku: a`, []string{"INVALID"}, "this is not JSON"},
		"nothing":                       {content.KindProduct, ``, []string{"INVALID"}, ""},
		"a list":                        {content.KindProduct, `[]`, []string{"INVALID"}, "a JSON object is expected"},
		"null":                          {content.KindProduct, `null`, []string{"INVALID"}, "a JSON object is expected"},
		"two objects":                   {content.KindProduct, `{"sku": "a"} {"sku": "b"}`, []string{"INVALID"}, "top-level"},
		"a bracket behind it":           {content.KindProduct, `{"sku": "a"}]`, []string{"INVALID"}, ""},
		"a comma behind it":             {content.KindProduct, `{"sku": "a"},`, []string{"INVALID"}, ""},
		"a comma and more behind it":    {content.KindProduct, `{"sku": "a"}, {"sku": "b"}`, []string{"INVALID"}, ""},
		"an object without end":         {content.KindProduct, `{"sku": "a"`, []string{"INVALID"}, "this is not JSON"},
		"a field twice":                 {content.KindProduct, `{"sku": "a", "sku": "b"}`, []string{"sku INVALID"}, "twice"},
		"a nested member twice":         {content.KindProduct, `{"sku": "a", "attributes": [{"key": "a", "key": "b"}]}`, []string{"attributes.0.key INVALID"}, "twice"},
		"an unknown field":              {content.KindProduct, `{"sku": "a", "colour": "red"}`, []string{"colour INVALID"}, "there are sku, slug"},
		"an unknown field of another":   {content.KindFragment, `{"key": "a", "kind": "fragment", "sku": "a"}`, []string{"sku INVALID"}, "there are key, type"},
		"a field in other case":         {content.KindProduct, `{"SKU": "a"}`, []string{"SKU INVALID"}, ""},
		"what only the gateway writes":  {content.KindProduct, `{"sku": "a", "revision": 7}`, []string{"revision INVALID"}, ""},
		"an unknown nested member":      {content.KindFragment, `{"key": "a", "variants": [{"id": "1"}, {"titel": "T"}]}`, []string{"variants.1.titel INVALID"}, "no such field"},
		"a number for a text":           {content.KindProduct, `{"sku": 7}`, []string{"sku INVALID"}, "a string is expected, not a number"},
		"a text for a list":             {content.KindProduct, `{"sku": "a", "channels": "web"}`, []string{"channels INVALID"}, "a list is expected, not a string"},
		"a number in a list of texts":   {content.KindProduct, `{"sku": "a", "channels": ["web", 7]}`, []string{"channels.1 INVALID"}, "a string is expected"},
		"a list for an object":          {content.KindChannel, `{"key": "a", "defaults": []}`, []string{"defaults INVALID"}, "an object is expected, not a list"},
		"a text for a switch":           {content.KindAudience, `{"key": "a", "restricted": "yes"}`, []string{"restricted INVALID"}, "true or false is expected, not a string"},
		"a fraction for a whole number": {content.KindCategory, `{"key": "a", "position": 1.5}`, []string{"position INVALID"}, ""},
		"a number beyond every bound":   {content.KindCategory, `{"key": "a", "position": 9223372036854775808}`, []string{"position INVALID"}, ""},
		"a text for a revision":         {content.KindCategory, `{"key": "a", "expectedRevision": "1"}`, []string{"expectedRevision INVALID"}, ""},
		"several at once":               {content.KindProduct, `{"sku": "a", "slug": 1, "colour": 2, "axes": 3}`, []string{"slug INVALID", "colour INVALID", "axes INVALID"}, ""},
		"a malformed locale":            {content.KindFragment, `{"key": "a", "variants": [{"locale": "xx-yy-zz-1"}]}`, []string{"variants.0.locale INVALID"}, "is no locale"},
		"a malformed locale as a name":  {content.KindCategory, `{"key": "a", "name": {"Danish language": "Stole"}}`, []string{"name.Danish language INVALID"}, "is no locale"},
		"one locale in two spellings":   {content.KindCategory, `{"key": "a", "name": {"iw": "a", "he": "b"}}`, []string{"name.he INVALID"}, ""},
		"W1 a time without offset":      {content.KindProduct, `{"sku": "a", "publishFrom": "2025-06-01T10:00"}`, []string{"publishFrom INVALID"}, "with an offset"},
		"W1 a nested one":               {content.KindFragment, `{"key": "a", "variants": [{"validUntil": "2025-06-01T10:00:00"}]}`, []string{"variants.0.validUntil INVALID"}, "with an offset"},
		"a date for a time":             {content.KindProduct, `{"sku": "a", "publishFrom": "2025-06-01"}`, []string{"publishFrom INVALID"}, "with an offset"},
		"a number for a time":           {content.KindProduct, `{"sku": "a", "publishFrom": 1750000000}`, []string{"publishFrom INVALID"}, "with an offset"},
		"text that is not UTF-8":        {content.KindProduct, "{\"sku\": \"a\xff\"}", []string{"sku INVALID"}, "UTF-8"},
		"half of a surrogate pair":      {content.KindProduct, `{"sku": "a\ud800"}`, []string{"sku INVALID"}, ""},
		"no key":                        {content.KindProduct, `{}`, []string{"sku INVALID"}, "it is missing"},
		"a key that is null":            {content.KindFragment, `{"key": null}`, []string{"key INVALID"}, "it is missing"},
		"an unknown kind":               {"client", `{"name": "a"}`, []string{"INVALID"}, "there are audience, channel"},
	} {
		t.Run(name, func(t *testing.T) {
			change, err := content.ReadChange(test.kind, []byte(test.raw))
			if err == nil {
				t.Fatalf("it was taken: %+v", change)
			}
			problems := problemsOf(t, err)
			diff(t, "problems", summary(problems), test.want)
			if !strings.Contains(problems.Error(), test.says) {
				t.Errorf("%q does not say %q", problems.Error(), test.says)
			}
			if len(problems.Error()) > 1000 || strings.Contains(problems.Error(), "Go ") {
				t.Errorf("the message is not for readers: %.300s", problems.Error())
			}
		})
	}
}

func TestNestingThatIsTooDeepIsAProblemAtItsPlace(t *testing.T) {
	for name, test := range map[string]struct{ value, says string }{
		"a value deeper than eight":  {strings.Repeat("[", 9) + strings.Repeat("]", 9), "nested more than 8 deep"},
		"objects deeper than eight":  {strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9), "nested more than 8 deep"},
		"much deeper without an end": {strings.Repeat("[", 2000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := content.ReadChange(content.KindProduct, []byte(`{"sku": "a", "attributes": [{"key": "a", "value": `+test.value+`}]}`))
			problems := problemsOf(t, err)
			if len(problems) != 1 || len(problems[0].Path) < 2 || problems[0].Path[0] != "attributes" || problems[0].Path[1] != "0" {
				t.Fatalf("the problems are %.300v", problems)
			}
			if !strings.Contains(problems[0].Message, test.says) || len(problems[0].Message) > 300 {
				t.Errorf("it says %.300q", problems[0].Message)
			}
			if steps := len(problems[0].Path); steps > 100 {
				t.Errorf("its path has %d steps: what a stranger sends makes the answer long, and the time to make it longer still", steps)
			}
		})
	}
}

func TestNumbersAtTheLimitsAreKeptExactlyOrRefused(t *testing.T) {
	for number, want := range map[string]string{ // "" is refused
		"0":                      "0",
		"-0":                     "0",
		"9007199254740991":       "9007199254740991",
		"-9007199254740991":      "-9007199254740991",
		"9007199254740992":       "", // which 9007199254740993 is read as, too
		"-9007199254740992":      "",
		"9007199254740993":       "",
		"-9007199254740993":      "",
		"9007199254740994":       "",
		"12345678901234567890":   "",
		"9007199254740993.0":     "",
		"1e15":                   "1000000000000000",
		"1e16":                   "",
		"1e400":                  "",
		"-1e400":                 "",
		"1e-400":                 "0",
		"0.1":                    "0.1",
		"5e-324":                 "5e-324",
		strings.Repeat("9", 500): "",
	} {
		t.Run(number[:min(30, len(number))], func(t *testing.T) {
			change, err := content.ReadChange(content.KindProduct, []byte(`{"sku": "a", "attributes": [{"key": "free", "value": `+number+`}]}`))
			if want == "" {
				diff(t, "problems", summary(problemsOf(t, err)), []string{"attributes.0.value INVALID"})
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			document, _ := change.Next(nil, house(), noon)
			got := document.(*content.Product).Attributes[0].Value
			wanted := content.Value{}
			if err := unmarshal(want, &wanted); err != nil {
				t.Fatal(err)
			}
			if !got.Equal(wanted) || got.Any() == 0.0 && math.Signbit(got.Any().(float64)) {
				t.Errorf("it is %v, want %v", got.Any(), wanted.Any())
			}
		})
	}
}

func TestKindOfReadsTheKindAlone(t *testing.T) {
	for name, test := range map[string]struct {
		raw  string
		want content.Kind
		bad  []string
	}{
		"a kind":             {`{"sku": 7, "kind": "product"}`, content.KindProduct, nil},
		"no kind":            {`{"sku": "a"}`, "", []string{"kind INVALID"}},
		"null":               {`{"kind": null}`, "", []string{"kind INVALID"}},
		"a number":           {`{"kind": 7}`, "", []string{"kind INVALID"}},
		"an unknown kind":    {`{"kind": "client"}`, "", []string{"kind INVALID"}},
		"the form is broken": {`{"kind": "product", `, "", []string{"INVALID"}},
	} {
		t.Run(name, func(t *testing.T) {
			kind, err := content.KindOf([]byte(test.raw))
			if kind != test.want {
				t.Errorf("it is %q", kind)
			}
			if test.bad != nil {
				diff(t, "problems", summary(problemsOf(t, err)), test.bad)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReplaceAllTurnsAnyDocumentIntoAnother(t *testing.T) {
	before := &content.Product{SKU: "a", Slug: "old", Categories: []string{"x"}, State: content.Published, Meta: content.Meta{Revision: 4}}
	after := content.ReplaceAll(&content.Product{SKU: "a", GTIN: "12345678"}).Apply(before)
	diff(t, "product", after, &content.Product{SKU: "a", GTIN: "12345678", Meta: content.Meta{Revision: 4}})
	if before.Slug != "old" {
		t.Error("the document before was changed")
	}
}

func TestEveryKindCanBeWrittenAndHasItsCollection(t *testing.T) {
	collections := map[content.Kind]string{
		content.KindChannel: "channels", content.KindAudience: "audiences", content.KindCategory: "categories", content.KindAttribute: "attributes",
		content.KindOption: "options", content.KindFamily: "families", content.KindFragment: "fragments", content.KindProduct: "products",
	}
	for _, kind := range content.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			if got := kind.Collection(); got != collections[kind] {
				t.Errorf("its collection is %q", got)
			}
			raw := `{"key": "a"}`
			switch kind {
			case content.KindProduct:
				raw = `{"sku": "a"}`
			case content.KindOption:
				raw = `{"attribute": "colour", "key": "a"}`
			}
			change := mustRead(t, kind, raw)
			document, _ := change.Next(nil, house(), noon)
			if document.NaturalKey() != change.Key() {
				t.Errorf("the key is %q, of the document %q", change.Key(), document.NaturalKey())
			}
		})
	}
	var client content.Document = &content.Client{Hash: "h"}
	if client.NaturalKey() != "h" || content.KindClient.Collection() != "clients" {
		t.Error("clients are found elsewhere")
	}
	if content.KindAudit.Collection() != "audit" {
		t.Error("the record of who changed what is found elsewhere")
	}
}
