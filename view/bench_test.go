package view_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
	"unisono/view"
)

// One page of a product, as make bench measures it: its name, its description, three attributes, and of each of its eight fragments the title,
// the body, the language and whether that is a fallback. The target is 10 µs and 60 allocations; BenchmarkReference is what a page costs
// that somebody writes by hand over the same documents, choosing by language alone.

// page is what is read of one product, in the form in which GraphQL takes it: with a pointer to what may be null.
type page struct {
	name, description *string
	attributes        [3]content.Value
	fragments         [8]words
}

type words struct {
	title, body *string
	locale      *locale.Tag
	isFallback  bool
}

// pageAttributes are read of the product besides its name and description.
var pageAttributes = [3]string{"price", "colour", "weight"}

// workload is a product with eight fragments of twelve variants each, as they are decoded from what a writer sent.
type workload struct {
	*house
	definitions *content.Definitions
	resolver    *targeting.Resolver
}

func newWorkload(tb testing.TB) *workload {
	tb.Helper()
	w := &workload{house: &house{products: map[string]*content.Product{}, fragments: map[string]*content.Fragment{}}, definitions: content.NewDefinitions()}
	decode := func(kind content.Kind, format string, args ...any) content.Document {
		tb.Helper()
		change, err := content.ReadChange(kind, fmt.Appendf(nil, format, args...))
		if err != nil {
			tb.Fatal(err)
		}
		made, problems := change.Next(nil, w.definitions, noon)
		if len(problems) > 0 {
			tb.Fatal(problems)
		}
		return made
	}
	define := func(kind content.Kind, format string, args ...any) {
		made := decode(kind, format, args...)
		w.definitions.Put(kind, made.NaturalKey(), made)
	}
	define(content.KindChannel, `{"key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["en", "da", "it", "tr"], "defaults": {"format": "WEB"}}`)
	define(content.KindChannel, `{"key": "print", "platform": "PRINT", "defaultLocale": "en", "locales": ["en", "da", "it", "tr"], "defaults": {"publication": "LABEL"}}`)
	define(content.KindAudience, `{"key": "consumer"}`)
	define(content.KindAudience, `{"key": "technician", "restricted": true}`)
	for key, kind := range map[string]string{"name": "TEXT", "description": "TEXT", "price": "MONEY", "colour": "OPTION", "weight": "QUANTITY"} {
		define(content.KindAttribute, `{"key": %q, "type": %q, "label": {"en": "The %[1]s", "da": "%[1]s"}}`, key, kind)
	}
	define(content.KindOption, `{"attribute": "colour", "key": "steel", "label": {"en": "Steel", "da": "Stål"}}`)
	w.definitions = w.definitions.Index()

	slots, values := []string{}, []string{}
	for i := range 8 {
		key := fmt.Sprintf("fragment-%d", i)
		variants := []string{}
		for _, language := range []string{"en", "da", "it", "tr"} {
			for id, when := range map[string]string{"": ``, "-technician": `, "when": {"audiences": ["technician"]}`, "-label": `, "when": {"publications": ["LABEL"]}`} {
				variants = append(variants, fmt.Sprintf(`{"id": "%s%s", "locale": %[1]q, "title": "Title %[1]s%s", "body": %[4]q%s}`, language, id, id, strings.Repeat("A line of text. ", 20), when))
			}
		}
		slices.Sort(variants)
		w.fragments[key] = decode(content.KindFragment, `{"key": %q, "type": "STORY", "state": "PUBLISHED", "variants": [%s]}`, key, strings.Join(variants, ", ")).(*content.Fragment)
		slots = append(slots, fmt.Sprintf(`{"slot": "slot-%d", "fragment": %q}`, i, key))
	}
	for _, language := range []string{"en", "da", "it", "tr"} {
		for _, key := range []string{"name", "description"} {
			values = append(values, fmt.Sprintf(`{"key": %q, "locale": %q, "value": "The %[1]s in %[2]s"}`, key, language),
				fmt.Sprintf(`{"key": %q, "locale": %q, "channel": "print", "value": "The %[1]s on the label"}`, key, language))
		}
	}
	values = append(values, `{"key": "price", "value": {"amount": "1249.00", "currency": "EUR"}}`, `{"key": "price", "value": {"amount": "9295.00", "currency": "DKK"}, "markets": ["DK"]}`,
		`{"key": "price", "value": {"amount": "985.00", "currency": "EUR"}, "audiences": ["technician"]}`, `{"key": "colour", "value": "steel"}`, `{"key": "weight", "value": {"amount": 11.2, "unit": "kg"}}`)
	for i := range 20 {
		values = append(values, fmt.Sprintf(`{"key": "other-%02d", "value": %d}`, i, i))
	}
	w.products["P"] = decode(content.KindProduct, `{"sku": "P", "state": "PUBLISHED", "attributes": [%s], "fragments": [%s]}`, strings.Join(values, ", "), strings.Join(slots, ", ")).(*content.Product)

	var err error
	if w.resolver, err = targeting.NewResolver(w.definitions, targeting.Config{DefaultChannel: "site", DefaultAudience: "consumer"}); err != nil {
		tb.Fatal(err)
	}
	return w
}

func (w *workload) reader(tb testing.TB, language string) *view.Reader {
	tb.Helper()
	settled, err := w.resolver.Resolve(&targeting.Asked{Directive: targeting.Ask{Locale: language, Market: "DK"}}, targeting.Grants{}, noon)
	if err != nil {
		tb.Fatal(err)
	}
	return &view.Reader{Context: settled, Definitions: w.definitions, Catalog: catalogue{}}
}

// assembler loads from memory. What is loaded is handed out whole, so that loading costs next to nothing.
func (w *workload) assembler() *view.Assembler {
	return view.NewAssembler(
		func(context.Context, []string) (map[string]*content.Product, error) { return w.products, nil },
		func(context.Context, []string) (map[string]*content.Fragment, error) { return w.fragments, nil },
	)
}

// assemble reads a page by way of views.
func assemble(ctx context.Context, a *view.Assembler, reader *view.Reader, into *page) error {
	product, err := a.Product(ctx, reader, "P")
	if err != nil {
		return err
	}
	into.name, into.description = product.Name(), product.Description()
	for i, key := range pageAttributes {
		into.attributes[i] = product.Attribute(key).Value()
	}
	fragments, err := a.ProductFragments(ctx, product, view.SlotChoice{}, 20)
	if err != nil {
		return err
	}
	for i, fragment := range fragments {
		into.fragments[i] = words{fragment.Title(), fragment.Body(nil), fragment.Locale(), fragment.IsFallback()}
	}
	return nil
}

// byHand reads the same page without views: a loop over the documents that looks at nothing but the language.
func byHand(products map[string]*content.Product, fragments map[string]*content.Fragment, chain []locale.Tag, into *page) {
	product := products["P"]
	value := func(key string) content.Value {
		for _, tag := range append(chain[:len(chain):len(chain)], "") {
			for i := range product.Attributes {
				if of := &product.Attributes[i]; of.Key == key && of.Locale == tag && of.Channel == "" && len(of.Audiences) == 0 {
					return of.Value
				}
			}
		}
		return content.Value{}
	}
	name, _ := value("name").Text()
	description, _ := value("description").Text()
	into.name, into.description = &name, &description
	for i, key := range pageAttributes {
		into.attributes[i] = value(key)
	}
	for i, slot := range product.Fragments {
		into.fragments[i] = inLanguage(fragments[slot.Fragment], chain)
	}
}

func inLanguage(fragment *content.Fragment, chain []locale.Tag) words {
	for at, tag := range chain {
		for i := range fragment.Variants {
			if variant := &fragment.Variants[i]; variant.Locale == tag && variant.When == nil {
				return words{&variant.Title, &variant.Body, &variant.Locale, at > 0}
			}
		}
	}
	return words{}
}

// benchLanguages are asked for: one that is there, one whose ancestor is, and one for which another stands in.
var benchLanguages = []string{"da", "da-DK", "sv"}

func BenchmarkAssemble(b *testing.B) {
	w := newWorkload(b)
	for _, language := range benchLanguages {
		b.Run(language, func(b *testing.B) {
			reader, assembler, into := w.reader(b, language), w.assembler(), &page{}
			b.ReportAllocs()
			for b.Loop() {
				if err := assemble(b.Context(), assembler, reader, into); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReference(b *testing.B) {
	w := newWorkload(b)
	for _, language := range benchLanguages {
		b.Run(language, func(b *testing.B) {
			chain, into := w.reader(b, language).Chain(), &page{}
			b.ReportAllocs()
			for b.Loop() {
				byHand(w.products, w.fragments, chain, into)
			}
		})
	}
}

// What is measured is the right thing: the page that is assembled says what its documents say.
func TestTheBenchmarkReadsAWholePage(t *testing.T) {
	w := newWorkload(t)
	for language, want := range map[string]struct {
		title, locale string
		isFallback    bool
	}{
		"da": {"Title da", "da", false}, "da-DK": {"Title da", "da", false}, "sv": {"Title en", "en", true}, "it": {"Title it", "it", false},
	} {
		got := page{}
		if err := assemble(t.Context(), w.assembler(), w.reader(t, language), &got); err != nil {
			t.Fatal(err)
		}
		for _, fragment := range got.fragments {
			if *fragment.title != want.title || string(*fragment.locale) != want.locale || fragment.isFallback != want.isFallback || len(*fragment.body) < 300 {
				t.Errorf("%s: it is %s in %s, want %v", language, *fragment.title, *fragment.locale, want)
			}
		}
		diff(t, language+": the attributes", []any{got.attributes[0].Any(), got.attributes[1].Any(), got.attributes[2].Any()}, []any{map[string]any{"amount": "9295.00", "currency": "DKK"}, "steel", map[string]any{"amount": 11.2, "unit": "kg"}})
		diff(t, language+": name and description", []string{*got.name, *got.description}, []string{"The name in " + want.locale, "The description in " + want.locale})
	}
	// By hand the language is right, and the rest of the context is not looked at.
	got := page{}
	byHand(w.products, w.fragments, w.reader(t, "sv").Chain(), &got)
	diff(t, "by hand", []any{*got.name, got.attributes[1].Any(), *got.fragments[7].title, got.fragments[7].isFallback}, []any{"The name in en", "steel", "Title en", true})
}
