package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
)

// found gives the SKUs of what a text finds.
func found(t testing.TB, s *catalog.Snapshot, text, chain string) string {
	t.Helper()
	return list(t, s, catalog.ProductQuery{Text: text, Order: catalog.BySKU}, readerOf(chain))
}

func TestTextIsFoundAsTheLanguageFolds(t *testing.T) {
	s := index(t, holding(&content.Channel{Key: "web", DefaultLocale: "en", Locales: tags("da de sv tr")},
		named("1", "Müller Kaffeemühle"), named("2", "Straße 5"), named("3", "Ål og øl"), named("4", "Ör och å"), named("5", "Isırgan çayı"), named("6", "INCE istif"),
		named("7", "Kaffe-Maschine (2+1) +LR"), named("8", `a\b (a+)+$ .*`), named("9", "Aalborg"),
	)).Snapshot()
	for _, test := range []struct{ chain, text, want string }{
		{"de", "muller", "1"},
		{"de", "KAFFEEM", "1"},
		{"de", "mühle", ""},
		{"de", "strasse", "2"},
		{"de", "STRASSE 5", "2"},
		{"en", "straße", "2"},
		{"da", "ål", "3 9"},
		{"da", "al", ""},
		{"da", "aal", "3 9"},
		{"da", "ol", ""},
		{"da", "øl", "3"},
		{"en", "al", "3"},
		{"en", "ol", "3"},
		{"sv", "or", ""},
		{"sv", "ör", "4"},
		{"en", "or", "4"},
		{"tr", "ısır", "5"},
		{"tr", "isir", ""},
		{"tr", "ISIR", "5"},
		{"tr", "ince", ""},
		{"tr", "ınce", "6"},
		{"tr", "İstif", "6"},
		{"en", "+LR", "7"},
		{"en", "+l", "7"},
		{"en", "2+1", "7"},
		{"en", "2+", "7"},
		{"en", "maschine", "7"},
		{"en", "kaffe-m", "7"},
		{"en", "lr", "7"},
		{"en", "+", "7 8"},
		{"en", `\`, "8"},
		{"en", `\b`, "8"},
		{"en", "(a+)+$", "8"},
		{"en", "(", "7 8"},
		{"en", ".*", "8"},
		{"en", "*", "8"},
		{"en", "(a+)+$ kaffe", ""},
		{"en", strings.Repeat("a", 10_000), ""},
		{"en", strings.Repeat("(a+)+$ ", 1500), "8"},
		{"en", "  ", "1 2 3 4 5 6 7 8 9"},
	} {
		if got := found(t, s, test.text, test.chain); got != test.want {
			t.Errorf("in %s %.20q finds %q, want %q", test.chain, test.text, got, test.want)
		}
	}
}

// L2: what a reader sees in another language is found by what they see, and not by what they do not.
func TestTextIsLookedForInTheNameThatIsSeen(t *testing.T) {
	s := index(t, holding(&content.Channel{Key: "web", DefaultLocale: "en", Locales: tags("de")}, named("1", "Kettle@en"), named("2", "Kettle@en", "Kessel@de"))).Snapshot()
	for _, test := range []struct{ chain, text, want string }{{"de en", "kettle", "1"}, {"de en", "kessel", "2"}, {"en", "kettle", "1 2"}, {"de", "kettle", ""}} {
		if got := found(t, s, test.text, test.chain); got != test.want {
			t.Errorf("%s finds %q by %q, want %q", test.chain, got, test.text, test.want)
		}
	}
}

// Of many products the words are looked up; that finds what looking at each name finds, also after changes.
func TestLookingUpWordsFindsWhatLookingAtNamesFinds(t *testing.T) {
	word := rapid.SampledFrom(strings.Fields("kaffe Kaffee kaf mølle 2+1 2 + (a) a ål aal øl Z-1 x"))
	phrase := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 3).Draw(t, "words"), " ") })
	rapid.Check(t, func(t *rapid.T) {
		s, o := orderly{&shelf{}, false}, (*oracle)(nil)
		s.put(&content.Channel{Key: "web", DefaultLocale: "en", Locales: tags("da")})
		for i := range rapid.IntRange(20, 40).Draw(t, "products") {
			s.put(named(fmt.Sprintf("P%02d", i), phrase.Draw(t, "name")))
		}
		x, err := catalog.Open(context.Background(), catalog.Config{Source: s, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		for range 3 {
			o = s.now()
			query := catalog.ProductQuery{Text: phrase.Draw(t, "text"), Order: catalog.BySKU, Part: catalog.Part{First: 100}}
			r := readerOf(rapid.SampledFrom([]string{"en", "da en"}).Draw(t, "reader"))
			page, err := x.Snapshot().Products(query, r)
			if err != nil {
				t.Fatal(err)
			}
			places, _ := o.listed(query, r)
			want := []string{}
			for _, place := range places {
				want = append(want, place.key)
			}
			if got := strings.Join(page.Keys, " "); got != strings.Join(want, " ") {
				t.Fatalf("%q finds %s, want %s", query.Text, got, strings.Join(want, " "))
			}
			rewritten(t, x, s.put(named(fmt.Sprintf("P%02d", rapid.IntRange(0, 45).Draw(t, "changed")), phrase.Draw(t, "name"))))
		}
	})
}

// P7: whatever the text, the answer comes soon.
func TestP7TextTakesBoundedTime(t *testing.T) {
	s := &shelf{}
	for i := range 300 {
		s.put(named(fmt.Sprintf("P%03d", i), strings.Repeat("a", i)+" "+strings.Repeat("ab ", i)))
	}
	snapshot := index(t, s).Snapshot()
	started := time.Now()
	for _, text := range []string{
		strings.Repeat("a ", 500_000), strings.Repeat("a", 1_000_000), strings.Repeat("(a+)+$", 100_000), strings.Repeat("\\", 1_000_000), "\x00\xff" + strings.Repeat("\xfe ", 100_000),
	} {
		found(t, snapshot, text, "en")
	}
	if took := time.Since(started); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}
