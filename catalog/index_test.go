package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
)

var errDown = fault.New(fault.Unavailable, "down")

func TestARefreshShowsTheChangeWhenItReturns(t *testing.T) {
	s := holding(named("a"))
	x := index(t, s)
	diff(t, "created", list(t, refresh(t, x, s.put(named("b"), named("c"))), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b c")
	diff(t, "changed", list(t, refresh(t, x, s.put(with(named("b"), func(p *content.Product) { p.State = content.Draft }))), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a c")
	diff(t, "deleted", list(t, refresh(t, x, s.remove(catalog.Ref{Kind: content.KindProduct, Key: "a"})), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "c")

	title := []content.Variant{{ID: "1", Title: "T"}}
	f := &content.Fragment{Key: "f", Type: "NOTE", State: content.Published, Variants: title}
	diff(t, "a fragment", fragments(t, refresh(t, x, s.put(f)), catalog.FragmentQuery{}, reader("en")), "f")
	products, several := x.Snapshot().Size()
	diff(t, "products, a draft among them, and fragments", []int{products, several}, []int{2, 1})
	diff(t, "without it", fragments(t, refresh(t, x, s.remove(catalog.Ref{Kind: content.KindFragment, Key: "f"})), catalog.FragmentQuery{}, reader("en")), "")
	if f.Variants[0].Title != "T" {
		t.Error("the document itself was changed")
	}

	channel := &content.Channel{Key: "shop", DefaultLocale: "da"}
	category := &content.Category{Key: "sub", Parent: "top"}
	snapshot := refresh(t, x, s.put(channel, category))
	if snapshot.Definitions().Channels["shop"] == nil || len(snapshot.Contexts().Channels(targeting.Grants{})) != 1 || len(snapshot.Definitions().Children("top")) != 1 {
		t.Error("the definitions are not there")
	}
	snapshot = refresh(t, x, s.remove(catalog.Ref{Kind: content.KindChannel, Key: "shop"}))
	if !snapshot.Contexts().Empty() {
		t.Error("the channel is there still")
	}
	if err := x.Refresh(t.Context()); err != nil {
		t.Errorf("of nothing: %v", err)
	}
}

func TestNamesFollowTheirProducts(t *testing.T) {
	product := func(sku, parent, slug, gtin string) *content.Product {
		return &content.Product{SKU: sku, Parent: parent, Slug: slug, GTIN: gtin}
	}
	s := holding(product("a", "m", "chair", "1"), product("b", "m", "bed", "2"), product("c", "m", "chair", "1"))
	x := index(t, s)
	check := func(what string, children, chair, bed, one string) {
		t.Helper()
		snapshot := x.Snapshot()
		find := func(by func(string) []string, name string) string { return strings.Join(by(name), " ") }
		diff(t, what, []string{strings.Join(snapshot.Children("m"), " "), find(snapshot.BySlug, "chair"), find(snapshot.BySlug, "bed"), find(snapshot.ByGTIN, "1")}, []string{children, chair, bed, one})
	}
	check("at first, one name for two", "a b c", "a c", "b", "a c")
	refresh(t, x, s.put(product("a", "n", "stool", "")))
	check("one has another parent, slug and no GTIN", "b c", "c", "b", "c")
	diff(t, "parents", []string{x.Snapshot().ParentOf("a"), x.Snapshot().ParentOf("b"), x.Snapshot().ParentOf("nobody")}, []string{"n", "m", ""})
	refresh(t, x, s.remove(catalog.Ref{Kind: content.KindProduct, Key: "c"}))
	check("one is deleted", "b", "", "b", "")
	refresh(t, x, s.put(product("b", "m", "chair", "2"), product("a", "m", "bed", "1")))
	check("two exchange their names", "a b", "b", "a", "a")
	if len(x.Snapshot().BySlug("")) > 0 {
		t.Error("a product without a slug is found by it")
	}
}

func TestAFailingSourceIsSaidAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		x := index(t, s)
		s.fail(errDown)
		refs := s.put(named("b"))
		if err := x.Refresh(t.Context(), refs...); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("it gave %v", err)
		}
		diff(t, "while it fails", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a")
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		s.mu.Lock()
		reads := s.reads
		s.mu.Unlock()
		if reads != 11 {
			t.Errorf("in ten seconds it was tried %d times", reads)
		}
		s.fail(nil)
		time.Sleep(time.Second)
		synctest.Wait()
		diff(t, "when it works again", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b")
		time.Sleep(time.Hour)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.reads != reads+1 {
			t.Errorf("it goes on reading: %d times", s.reads)
		}
	})
}

func TestALaterRefreshReadsWhatFailedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		x := index(t, s)
		s.fail(errDown)
		if err := x.Refresh(t.Context(), s.put(named("b"))...); err == nil {
			t.Error("it did not fail")
		}
		s.fail(nil)
		snapshot := refresh(t, x, s.put(named("c")))
		diff(t, "at once", list(t, snapshot, catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b c")
	})
}

func TestManyRefreshesAtOnceAreReadTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		x := index(t, s)
		hold := make(chan struct{})
		s.reading = func(count int) {
			if count == 1 {
				<-hold
			}
		}
		working := sync.WaitGroup{}
		working.Go(func() { refresh(t, x, s.put(named("first"))) })
		synctest.Wait()
		for i := range 200 {
			working.Go(func() {
				sku := fmt.Sprintf("P%03d", i)
				if err := x.Refresh(t.Context(), s.put(named(sku))...); err != nil {
					t.Error(err)
				}
				if list := list(t, x.Snapshot(), catalog.ProductQuery{SKUs: []string{sku}}, reader("en")); list != sku {
					t.Errorf("%s is not there when its refresh returns", sku)
				}
			})
		}
		synctest.Wait()
		close(hold)
		working.Wait()
		if s.reads != 2 {
			t.Errorf("they cost %d reads", s.reads)
		}
	})
}

func TestACallerWhoLeavesDoesNotKeepTheChangeFromBeingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		x := index(t, s)
		hold := make(chan struct{})
		s.reading = func(int) { <-hold }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := x.Refresh(ctx, s.put(named("a"))...); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it gave %v", err)
		}
		close(hold)
		synctest.Wait()
		diff(t, "after it left", list(t, x.Snapshot(), catalog.ProductQuery{}, reader("en")), "a")
	})
}

func TestARebuildStandsBesideAndReplacesAll(t *testing.T) {
	s := holding(named("a"), named("b"), &content.Category{Key: "c"})
	x := index(t, s)
	before := x.Snapshot()
	s.put(named("d"))
	s.remove(catalog.Ref{Kind: content.KindProduct, Key: "a"}, catalog.Ref{Kind: content.KindCategory, Key: "c"}) // nobody said so
	if err := x.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	diff(t, "the new one", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "b d")
	diff(t, "the old one", list(t, before, catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b")
	if x.Snapshot().Definitions().Categories["c"] != nil || before.Definitions().Categories["c"] == nil {
		t.Error("the definitions are not those of their snapshots")
	}
}

func TestARebuildThatFailsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		x := index(t, s)
		s.put(named("b"))
		s.fail(errDown)
		if err := x.Rebuild(t.Context()); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("it gave %v", err)
		}
		diff(t, "while it fails", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a")
		s.fail(nil)
		time.Sleep(time.Second)
		synctest.Wait()
		diff(t, "when it works again", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b")
	})
}

func TestOpenFailsWhereNotAllCanBeRead(t *testing.T) {
	for _, kind := range content.Kinds() {
		s := holding(named("a"))
		s.broken = map[content.Kind]error{kind: errDown}
		x, err := catalog.Open(t.Context(), catalog.Config{Source: s, Logger: slog.New(slog.DiscardHandler)})
		if x != nil || fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), string(kind)) {
			t.Errorf("%s: it gave %v, %v", kind, x, err)
		}
	}
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it fails where one is left
		s := holding(named("a"))
		ctx, cancel := context.WithCancel(t.Context())
		x, err := catalog.Open(ctx, catalog.Config{Source: s, Logger: slog.New(slog.DiscardHandler), Retry: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		cancel() // the context of the start does not end the index
		snapshot := refresh(t, x, s.put(named("b")))
		s.fail(errDown)
		if err := x.Refresh(t.Context(), s.put(named("c"))...); err == nil {
			t.Error("it did not fail")
		}
		x.Close() // while it waits to try again
		diff(t, "a snapshot that was taken", list(t, snapshot, catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b")
		if err := x.Refresh(t.Context(), s.put(named("d"))...); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("after the end a refresh gives %v", err)
		}
		if err := x.Rebuild(t.Context()); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("after the end a rebuild gives %v", err)
		}
		x.Close()
	})
}

func TestAChannelThatIsNotRightIsLoggedAndLeftOut(t *testing.T) {
	log := strings.Builder{}
	s := holding(&content.Channel{Key: "web", DefaultLocale: "da"}, &content.Channel{Key: "broken", DefaultLocale: "da", Fallbacks: []content.Fallback{{}}})
	x, err := catalog.Open(t.Context(), catalog.Config{Source: s, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	x.Close()
	if !strings.Contains(log.String(), "channel.broken.fallbacks") || len(x.Snapshot().Contexts().Channels(targeting.Grants{All: true})) != 1 {
		t.Errorf("the log says %s", log.String())
	}
}
