package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/internal/property"
	"unisono/targeting"
)

// What is kept of lists is what is reckoned anew: for any reader, at any moment, over writes, of new snapshots and of old ones.
func TestKeptListsAreThoseThatAreReckoned(t *testing.T) {
	memory, err := cache.New(cache.Config{Size: 64 << 20}) // its own: others' tests fill what they share
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(memory.Close)
	property.Check(t, 1500, func(t *rapid.T) {
		s := drawCatalogue(t)
		kept, err := catalog.Open(context.Background(), catalog.Config{Source: s, Cache: memory, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		plain, err := catalog.Open(context.Background(), catalog.Config{Source: s, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer plain.Close()
		questions := []asked{drawQuestion(t, s.now()), drawQuestion(t, s.now())}
		readers := []*targeting.Context{drawReader(t), drawReader(t), questions[0].reader, questions[1].reader}
		snapshots := [][2]*catalog.Snapshot{{kept.Snapshot(), plain.Snapshot()}}
		for range rapid.IntRange(4, 16).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				refs := drawWrites(t, s)
				rewritten(t, kept, refs)
				rewritten(t, plain, refs)
				snapshots = append(snapshots, [2]*catalog.Snapshot{kept.Snapshot(), plain.Snapshot()})
			case 1:
				later := time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "later"))
				at := rapid.IntRange(0, len(readers)-1).Draw(t, "whose time goes by")
				readers[at] = readers[at].With(func(s *targeting.Situation) { s.At = s.At.Add(later) })
			default:
				question := questions[rapid.IntRange(0, 1).Draw(t, "question")]
				reader := readers[rapid.IntRange(0, len(readers)-1).Draw(t, "reader")]
				of := snapshots[len(snapshots)-1]
				if rapid.IntRange(0, 4).Draw(t, "an old one") == 0 {
					of = snapshots[rapid.IntRange(0, len(snapshots)-1).Draw(t, "snapshot")]
				}
				if got, want := question.everything(t, of[0], reader), question.everything(t, of[1], reader); got != want {
					t.Fatalf("kept is\n%s\nand reckoned\n%s%s", got, want, question)
				}
			}
		}
	})
	found, made := memory.Stats().Views["lists"].Hits, memory.Stats().Views["lists"].Misses
	t.Logf("%d were found, %d made", found, made)
	if !property.WithRaceDetector() && found*5 < made { // which makes pools forget, and with them what is kept
		t.Errorf("%d were found and %d made: too few to mean much", found, made)
	}
}

// What others write elsewhere lets a list stand; what touches it makes it new.
func TestAListIsKeptUntilItsOwnChange(t *testing.T) {
	s := holding(
		with(named("chair", "Chair"), func(p *content.Product) { p.Family = "chairs" }),
		with(named("bed", "Bed"), func(p *content.Product) { p.Family = "beds" }),
	)
	x, memory := keeping(t, s, 4<<20)
	query, part := catalog.ProductQuery{Families: []string{"chairs"}, Order: catalog.ByName}, catalog.Part{First: 10}
	ask := func(reader *targeting.Context) (names string, found bool) {
		t.Helper()
		record := &targeting.Record{}
		reader = reader.Recorded(record)
		defer func() {
			if got := fmt.Sprint(record.Consulted()); !reader.Situation().Preview && !strings.HasPrefix(got, "[LOCALE CHANNEL") {
				t.Errorf("only %s is said to have been read", got)
			}
		}()
		before := memory.Stats().Views["lists"]
		list, err := x.Snapshot().ProductList(query, reader)
		if err != nil {
			t.Fatal(err)
		}
		page, err := list.Page(part)
		if err != nil {
			t.Fatal(err)
		}
		list.Facet("name", 10)
		return sorted(page.Keys), memory.Stats().Views["lists"].Hits > before.Hits
	}
	expect := func(what string, reader *targeting.Context, want string, wantFound bool) {
		t.Helper()
		if got, found := ask(reader); got != want || found != wantFound {
			t.Errorf("%s: %s, found: %t", what, got, found)
		}
	}
	english := reader("en")
	expect("at first", english, "chair", false)
	expect("again", english, "chair", true)
	expect("somebody on another device", english.With(func(s *targeting.Situation) { s.Device = "PHONE" }), "chair", true)
	expect("in another language", reader("de"), "chair", false)
	refresh(t, x, s.put(with(named("bed", "Bett"), func(p *content.Product) { p.Family = "beds" })))
	expect("when a bed has changed", english, "chair", true)
	refresh(t, x, s.put(with(named("stool", "Stool"), func(p *content.Product) { p.Family = "chairs" })))
	expect("when a chair has come", english, "chair stool", false)
	expect("again", english, "chair stool", true)
	preview := english.With(func(s *targeting.Situation) { s.Preview = true })
	expect("in a preview", preview, "chair stool", false)
	expect("in a preview again", preview, "chair stool", false)
	if err := x.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect("when all was read again", english, "chair stool", false)

	end := english.At().Add(time.Hour)
	refresh(t, x, s.put(with(named("sofa", "Sofa"), func(p *content.Product) { p.Family, p.PublishUntil = "chairs", &end })))
	expect("with a window", english, "chair sofa stool", false)
	at := func(moment time.Time) *targeting.Context {
		return english.With(func(s *targeting.Situation) { s.At = moment })
	}
	expect("just before its end", at(end.Add(-time.Millisecond)), "chair sofa stool", true)
	expect("at its end", at(end), "chair stool", false)
	expect("after it", at(end.Add(time.Hour)), "chair stool", true)
	expect("before it once more", at(end.Add(-time.Minute)), "chair sofa stool", false)
}

// keeping opens an index that keeps what it reckons.
func keeping(t testing.TB, s *shelf, size int64) (*catalog.Index, *cache.Cache) {
	t.Helper()
	memory, err := cache.New(cache.Config{Size: size})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(memory.Close)
	x, err := catalog.Open(t.Context(), catalog.Config{Source: s, Cache: memory, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x, memory
}

// Nor is a list kept past a window that opens at the moment from which times are counted, for whoever asks about the time before it.
func TestAListIsKeptUntilTimesBegin(t *testing.T) {
	begin := time.Unix(0, 0)
	x, _ := keeping(t, holding(with(named("old"), func(p *content.Product) { p.PublishFrom = &begin })), 4<<20)
	for _, asks := range []struct {
		at   time.Time
		want string
	}{{begin.Add(-time.Hour), ""}, {noon, "old"}} {
		diff(t, asks.at.String(), list(t, x.Snapshot(), catalog.ProductQuery{}, reader("en").With(func(s *targeting.Situation) { s.At = asks.at })), asks.want)
	}
}

// Questions that are not the same have not the same answer, however alike they are written.
func TestQuestionsThatAreAlikeAreToldApart(t *testing.T) {
	x, _ := keeping(t, holding(with(named("one", "One"), func(p *content.Product) {
		p.Attributes = append(p.Attributes, content.AttributeValue{Key: "size\xff", Value: said(5)})
	})), 4<<20)
	least := 1.0
	for i, asks := range []struct {
		query catalog.ProductQuery
		least float64
		want  string
	}{
		{catalog.ProductQuery{}, 0, "one"},
		{catalog.ProductQuery{Levels: []catalog.Level{}}, 0, ""},
		{catalog.ProductQuery{Categories: []string{}}, 0, ""},
		{catalog.ProductQuery{Families: []string{}}, 0, ""},
		{catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", Exists: new(true)}}}, 0, "one"},
		{catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", Exists: new(true), In: []content.Value{}}}}, 0, ""},
		{catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "size\xff", Min: &least}}}, 1, "one"}, // JSON cannot say its key
		{catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "size\xff", Min: &least}}}, 9, ""},
	} {
		least, asks.query.Order = asks.least, catalog.BySKU
		diff(t, fmt.Sprint("question ", i), list(t, x.Snapshot(), asks.query, reader("en")), asks.want)
	}
}

// What lists are reckoned to take in memory is what they take.
func TestKeptListsCostWhatTheyTake(t *testing.T) {
	if property.WithRaceDetector() {
		t.Skip("with the race detector pools forget, and memory says little; make test runs it without")
	}
	const size = 16 << 20
	s := &shelf{}
	for i := range 200 {
		s.put(with(named(fmt.Sprintf("sku-%03d", i), fmt.Sprint("Name ", i)), func(p *content.Product) {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "colour", Value: content.TextValue(fmt.Sprint("colour ", i%40))})
		}))
	}
	x, memory := keeping(t, s, size)
	ask := func(i int) {
		list, err := x.Snapshot().ProductList(catalog.ProductQuery{
			Order: catalog.ByName, Attributes: []catalog.AttributeFilter{{Key: "colour", In: []content.Value{content.TextValue(fmt.Sprint("colour ", i%40)), content.TextValue(fmt.Sprint(i))}}},
		}, reader("en"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := list.Page(catalog.Part{First: 20}); err != nil {
			t.Fatal(err)
		}
		list.Facet("colour", 10)
	}
	ask(0) // which makes what all lists need
	empty, before := heap(), memory.Stats().Bytes
	for i := 1; memory.Stats().Bytes < size*9/10; i++ {
		if i > 1_000_000 {
			t.Fatal("it does not fill")
		}
		ask(i)
	}
	reckoned, taken := memory.Stats().Bytes-before, int64(heap())-int64(empty) //nolint:gosec // far smaller
	t.Logf("reckoned %d KiB, taken %d KiB", reckoned>>10, taken>>10)
	if ratio := float64(taken) / float64(reckoned); ratio < 0.75 || ratio > 1.25 {
		t.Errorf("%d bytes are reckoned, and %d are taken", reckoned, taken)
	}
}
