package content_test

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"unisono/content"
)

func unmarshal(raw string, into any) error { return json.Unmarshal([]byte(raw), into) }

// seeds are changes of every kind.
var seeds = map[content.Kind][]string{
	content.KindProduct: {
		`{"sku": "a", "slug": "s", "state": "PUBLISHED", "publishFrom": "2026-03-01T08:00:00.0001+01:00", "attributes": [{"key": "name", "locale": "de-AT", "value": "Stuhl"}]}`,
		`{"sku": "a", "setAttributes": [{"key": "weight", "value": 1.5}, {"key": "price", "value": 12, "currency": "EUR"}, {"key": "x", "value": [{"a": [1, null, false]}]}]}`,
		`{"sku": "a", "attributes": [{"key": "free", "value": 9007199254740993}, {"key": "free", "locale": "da", "value": 1e400}]}`,
		`{"sku": "a", "related": [{"kind": "BUNDLE", "sku": "b"}], "fragments": [{"slot": "intro", "fragment": "f"}], "media": [{"url": "/a.png", "alt": {"iw": "x"}}]}`,
		`{"sku": "a", "attributes": [{"key": "height", "value": {"unit": "m", "amount": 1.5}}, {"key": "price", "value": [{"amount": "1.50", "currency": "EUR"}, {"currency": "DKK", "amount": "12"}]}]}`,
		`{"sku": "a", "publishUntil": "9999-12-31T23:59:59-01:00"}`, `{"sku": "a", "expectedRevision": 3}`, `{"sku": null}`, `{"sku": "a"},`,
	},
	content.KindFragment: {
		`{"key": "f", "type": "NOTE", "variants": [{"title": "T", "locale": "da", "when": {"channels": ["web"], "devices": ["PHONE"]}, "callToAction": {"label": "l", "url": "https://a.example"}}]}`,
		`{"key": "f", "type": "NOTE", "variants": [{}, null, {"id": "1", "priority": -1}]}`,
	},
	content.KindChannel:   {`{"key": "c", "platform": "APP", "defaultLocale": "da", "fallbacks": [{"locale": "da", "market": "DK", "chain": []}], "defaults": {"market": "DK"}}`},
	content.KindAudience:  {`{"key": "a", "name": {"da": "Alle", "": "x"}, "restricted": true}`},
	content.KindCategory:  {`{"key": "a", "parent": "b", "position": 3}`},
	content.KindAttribute: {`{"key": "a", "type": "QUANTITY", "unit": "kg", "label": {"da": "Vægt"}}`},
	content.KindOption:    {`{"attribute": "a", "key": "b", "label": {"da": "Rød"}}`},
	content.KindFamily:    {`{"key": "a", "attributes": ["name"], "required": [{"channel": "web", "attributes": ["name"]}]}`},
}

// FuzzReadChange: nothing makes it panic, no problem is without a place in words, and what is right can be written and read again.
func FuzzReadChange(f *testing.F) {
	for kind, raws := range seeds {
		for _, raw := range raws {
			f.Add(string(kind), raw)
		}
	}
	definitions := house()
	f.Fuzz(func(t *testing.T, kind, raw string) {
		change, err := content.ReadChange(content.Kind(kind), []byte(raw))
		if err != nil {
			if len(problemsOf(t, err)) == 0 {
				t.Fatal("an error without a problem")
			}
			return
		}
		document, problems := change.Next(nil, definitions, noon)
		if len(problems) > 0 {
			return
		}
		checkWrittenAgain(t, content.Kind(kind), document, definitions)
	})
}

// checkWrittenAgain holds for every document that has no problems: its JSON is a change that makes it again.
func checkWrittenAgain(t rapid.TB, kind content.Kind, document content.Document, definitions *content.Definitions) {
	t.Helper()
	written, err := json.Marshal(document, json.Deterministic(true))
	if err != nil {
		t.Fatalf("%+v cannot be written: %v", document, err)
	}
	change, err := content.ReadChange(kind, written)
	if err != nil {
		t.Fatalf("%s cannot be read: %v", written, err)
	}
	again, problems := change.Next(nil, definitions, noon)
	if len(problems) > 0 {
		t.Fatalf("%s is not right any more: %v", written, problems)
	}
	if difference := cmp.Diff(document, again, cmpopts.EquateEmpty()); difference != "" {
		t.Errorf("%s reads otherwise (-before +again):\n%s", written, difference)
	}
}

// anyChange draws the JSON of a change to a product, right or not.
func anyChange() *rapid.Generator[string] {
	key := rapid.SampledFrom([]string{"name", "height", "length", "price", "free", "colour"})
	of := rapid.SampledFrom([]string{`"Stuhl"`, `""`, `null`, `1.5`, `[]`, `"red"`, `{"amount": 1, "unit": "m"}`, `false`, `["a", " "]`})
	value := rapid.Custom(func(t *rapid.T) string {
		text := `{"key": "` + key.Draw(t, "key") + `", "value": ` + of.Draw(t, "value")
		return text + rapid.SampledFrom([]string{`}`, `, "locale": "de"}`, `, "channel": "web"}`, `, "unit": "m"}`, `, "currency": "EUR"}`, `, "markets": ["DK"]}`}).Draw(t, "scope")
	})
	list := func(t *rapid.T, of *rapid.Generator[string], name string) string {
		text := ""
		for i, item := range rapid.SliceOfN(of, 0, 4).Draw(t, name) {
			if i > 0 {
				text += ", "
			}
			text += item
		}
		return "[" + text + "]"
	}
	return rapid.Custom(func(t *rapid.T) string {
		raw := `{"sku": "a"`
		for name, draw := range map[string]func() string{
			"slug": func() string { return rapid.SampledFrom([]string{`"s"`, `null`, `""`}).Draw(t, "slug") },
			"state": func() string {
				return rapid.SampledFrom([]string{`"PUBLISHED"`, `"DRAFT"`, `null`, `"GONE"`}).Draw(t, "state")
			},
			"categories": func() string { return list(t, rapid.SampledFrom([]string{`"x"`, `"y"`}), "categories") },
			"publishFrom": func() string {
				return rapid.SampledFrom([]string{`null`, `"2026-01-01T00:00:00.0005+01:00"`}).Draw(t, "from")
			},
			"attributes":    func() string { return list(t, value, "attributes") },
			"setAttributes": func() string { return list(t, value, "setAttributes") },
			"media": func() string {
				return list(t, rapid.SampledFrom([]string{`{"url": "/a.png"}`, `{"url": "/b.mp4", "mimeType": "video/mp4"}`}), "media")
			},
		} {
			if rapid.Bool().Draw(t, "with "+name) {
				raw += `, "` + name + `": ` + draw()
			}
		}
		return raw + "}"
	})
}

func TestAChangeNeverChangesTheDocumentBefore(t *testing.T) {
	definitions := house()
	rapid.Check(t, func(t *rapid.T) {
		before, _ := mustReadAny(t, anyChange().Draw(t, "before")).Next(nil, definitions, noon)
		image := deepCopy(t, before)
		change := mustReadAny(t, anyChange().Draw(t, "change"))
		after, problems := change.Next(before, definitions, noon)
		if difference := cmp.Diff(image, before); difference != "" {
			t.Fatalf("the document before was changed (-was +is):\n%s", difference)
		}
		twice, _ := change.Next(before, definitions, noon)
		if difference := cmp.Diff(after, twice); difference != "" {
			t.Fatalf("the change gives another document when it is tried again (-first +again):\n%s", difference)
		}
		if len(problems) == 0 {
			checkWrittenAgain(t, content.KindProduct, after, definitions)
		}
	})
}

func mustReadAny(t *rapid.T, raw string) content.Change {
	change, err := content.ReadChange(content.KindProduct, []byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return change
}

// deepCopy shares no memory with the document.
func deepCopy(t *rapid.T, document content.Document) content.Document {
	copied := reflect.New(reflect.TypeOf(document).Elem())
	copyInto(copied.Elem(), reflect.ValueOf(document).Elem())
	made, is := copied.Interface().(content.Document)
	if !is {
		t.Fatal("the copy is no document")
	}
	return made
}

func copyInto(to, from reflect.Value) {
	switch {
	case from.Kind() == reflect.Slice && !from.IsNil():
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			copyInto(to.Index(i), from.Index(i))
		}
	case from.Kind() == reflect.Pointer && !from.IsNil():
		to.Set(reflect.New(from.Type().Elem()))
		to.Elem().Set(from.Elem())
	case from.Kind() == reflect.Struct && from.Type() != reflect.TypeFor[content.Value]() && from.NumField() > 0 && to.Field(0).CanSet():
		for i := range from.NumField() {
			copyInto(to.Field(i), from.Field(i))
		}
	default:
		to.Set(from)
	}
}
