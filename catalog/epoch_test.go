package catalog

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"testing"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// oneProduct is a source of one channel and one product with names in two languages.
type oneProduct struct{}

func (oneProduct) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		switch kind {
		case content.KindChannel:
			yield(&content.Channel{Key: "web", DefaultLocale: "en", Locales: []locale.Tag{"da"}}, nil)
		case content.KindProduct:
			yield(&content.Product{SKU: "P", State: content.Published, Attributes: []content.AttributeValue{
				{Key: "name", Locale: "en", Value: content.TextValue("Chair")}, {Key: "name", Locale: "da", Value: content.TextValue("Stol")},
			}}, nil)
		}
	}
}

func (oneProduct) Read(context.Context, content.Kind, []string) (map[string]content.Document, error) {
	return nil, nil //nolint:nilnil // there is nothing
}

// However many languages are invented, no order and no index of words is made but those of languages that are known.
func TestInventedLanguagesMakeNothing(t *testing.T) {
	x, err := Open(t.Context(), Config{Source: oneProduct{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	s := x.Snapshot()
	reader := targeting.NewContext(targeting.Situation{Channel: &content.Channel{Key: "web"}, Audience: &content.Audience{Key: "public"}, At: time.Now()})
	ask := func(tag locale.Tag) {
		reader = reader.With(func(s *targeting.Situation) { s.Locale, s.Chain = tag, []locale.Tag{tag, "da", "en"} })
		if page, err := s.Products(ProductQuery{Order: ByName, Text: "stol", Part: Part{First: 1}}, reader); err != nil || page.Total != 1 {
			t.Fatal(page, err)
		}
	}
	ask("da")
	known := s.epoch.made.Len()
	for i := range 10_000 {
		ask(locale.Tag(fmt.Sprintf("da-x-a%d", i)))
		ask(locale.Tag(fmt.Sprintf("q%c%c", 'a'+i%26, 'a'+i/26%26)))
		ask(locale.Tag(fmt.Sprintf("da-u-co-x%d", i)))
	}
	if now := s.epoch.made.Len(); now != known {
		t.Errorf("%d things were made for known languages, and %d for invented ones", known, now-known)
	}
}

// What is made for languages of which many are known stays within its bound, and is right when it is made again.
func TestWhatIsDerivedHasABound(t *testing.T) {
	x, err := Open(t.Context(), Config{Source: oneProduct{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	s := x.Snapshot()
	for round := range 2 {
		for column := range uint32(2) {
			for i := range 200 {
				key := derivedKey{nameOrder, locale.Tag(fmt.Sprintf("en-x-%d", i)), column}
				if order := s.derive(key).order; len(order.ids) != 1 || order.ids[0] != 0 {
					t.Fatalf("in round %d %v is %v", round, key, order.ids)
				}
			}
		}
	}
	if most := x.prepared(s) + spare; s.epoch.made.Len() > most {
		t.Errorf("%d things are kept, more than %d", s.epoch.made.Len(), most)
	}
}

// large is a source of one document of many values, each time with others.
type large struct{ written int }

func (l *large) All(context.Context, content.Kind) iter.Seq2[content.Document, error] {
	return func(func(content.Document, error) bool) {}
}

func (l *large) Read(context.Context, content.Kind, []string) (map[string]content.Document, error) {
	l.written++
	p := &content.Product{SKU: "P", State: content.Published}
	for i := range 1000 {
		p.Attributes = append(p.Attributes, content.AttributeValue{Key: fmt.Sprint(i), Value: content.TextValue(fmt.Sprint(l.written, i))})
	}
	return map[string]content.Document{"P": p}, nil
}

// One large document that is written again and again leaves no more behind than many small ones.
func TestLargeDocumentsAreSweptBySize(t *testing.T) {
	defer func(records, entries int) { leastDead, leastDeadEntries = records, entries }(leastDead, leastDeadEntries)
	leastDead, leastDeadEntries = 1000, 10_000
	x, err := Open(t.Context(), Config{Source: &large{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for range 50 {
		if err := x.Refresh(t.Context(), Ref{Kind: content.KindProduct, Key: "P"}); err != nil {
			t.Fatal(err)
		}
		entries := 0
		for _, column := range x.Snapshot().columns {
			if column != nil {
				entries += column.values.Len()
			}
		}
		if entries > 10_000 {
			t.Fatalf("%d values are kept of a document of 1,000", entries)
		}
	}
}
