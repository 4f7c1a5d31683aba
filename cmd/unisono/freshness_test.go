package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"unisono/content"
	"unisono/internal/mongosim"
	"unisono/internal/mongotest"
	"unisono/internal/property"
	"unisono/server"
	"unisono/store"
)

// Two gateways and a program that knows of neither write to one database, whose members lag, hang up, are cut off and elected, and forget; and whatever anybody reads at a gateway meanwhile is
// no older than it says, for this reader and no other, and there when its window says so: 5,000 steps on a simulated replica set, on a clock of its own.
func TestNoAnswerIsOlderThanTheRulesAllow(t *testing.T) {
	steps := 0
	synctest.Test(t, func(t *testing.T) {
		property.Check(property.Bubble(t), 100, func(t *rapid.T) {
			cluster := mongosim.New()
			links := []*mongosim.Link{cluster.Link(), cluster.Link()}
			f := openFreshness(t, func(at int) *store.Store {
				config := store.Config{URI: cluster.URI(), Dialer: cluster.Link(), Logger: silent}
				if at < len(links) {
					config.Dialer = links[at]
				}
				if at == 1 {
					config.URI += "&readPreference=nearest"
				}
				return opened(t, config)
			})
			defer f.close()
			f.breaks, f.pause = faultsOf(t, cluster, links), 3*time.Second
			steps += f.run(50)
		})
	})
	t.Logf("%d steps", steps)
}

// The same on an engine with change streams, over lines that are cut and held.
func TestNoAnswerIsOlderThanTheRulesAllowOnAnEngine(t *testing.T) {
	direct := mongotest.Java(t)
	steps := 0
	property.Check(t, 10, func(r *rapid.T) {
		for _, kind := range content.Kinds() {
			_ = mongotest.Database(t, direct).Collection(kind.Collection()).Drop(t.Context())
		}
		var lines []*mongotest.Line
		f := openFreshness(r, func(at int) *store.Store {
			if at == 2 {
				return mongotest.Beside(t, direct, nil)
			}
			far, line := mongotest.Far(t, direct, func(c *store.Config) { c.Logger = silent })
			lines = append(lines, line)
			return far
		})
		defer f.close()
		f.breaks, f.pause = cuts(r, lines), 50*time.Millisecond
		steps += f.run(50)
	})
	t.Logf("%d steps", steps)
}

// A freshness is gateways on one database, all that was written to it, and what is wrong with it.
type freshness struct {
	*rapid.T
	gateways []*gateway
	foreign  *store.Contents
	stores   []*store.Store
	breaks   faults
	pause    time.Duration // how long nothing is done at the most

	mu      sync.Mutex // guards what follows
	number  int
	order   int                  // of beginnings and ends, for on the clock of a simulation much happens at once
	written map[string][]*aWrite // by document, in the order in which they were begun
	stamps  []stamp
	wrong   []string
	trouble time.Time // when something was last wrong with the database
}

// faults are what a test does to a database.
type faults struct {
	begin func()      // begins one, or ends one
	heal  func()      // ends all
	isAny func() bool // is one under way
}

// aWrite is one write of a document.
type aWrite struct {
	number  int
	by      int // the gateway; none for others
	isThere bool
	until   time.Time // when its window ends; zero: never
	done    time.Time // when it was known to have been made; zero: that is not known
	order   int       // so too
}

// stamp is what a write was answered with.
type stamp struct {
	header string
	of     string // the document
	number int
	by     int
}

const foreigner = -1

var freshDocuments = []string{"P0", "P1", "P2", "F0", "F1"}

// opened opens a store that the freshness closes. Once in some eight thousand times a client that was just made waits for its first answer until the clock of the bubble has jumped past all limits;
// what was made anew has never done so twice.
func opened(t *rapid.T, config store.Config) *store.Store {
	s, err := store.Open(context.Background(), config)
	if err != nil {
		s, err = store.Open(context.Background(), config)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openFreshness(t *rapid.T, open func(at int) *store.Store) *freshness {
	f := &freshness{T: t, written: map[string][]*aWrite{}}
	for at := range 3 {
		f.stores = append(f.stores, open(at))
	}
	f.foreign = f.stores[2].Contents()
	for key, document := range map[content.Kind]content.Document{
		content.KindChannel:  &content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en"},
		content.KindAudience: &content.Audience{Key: "consumer"},
	} {
		f.write(key, document)
	}
	f.write(content.KindAudience, &content.Audience{Key: "dealer", Restricted: true})
	for at := range 2 {
		config := testConfig(&lines{})
		config.logger, config.now, config.limits = silent, time.Now, server.Limits{Stale: time.Hour}
		g, err := openGateway(context.Background(), &database{Store: f.stores[at]}, config)
		if err != nil {
			t.Fatal(err)
		}
		f.gateways = append(f.gateways, g)
	}
	return f
}

func (f *freshness) write(kind content.Kind, document content.Document) {
	if _, _, err := f.foreign.Update(context.Background(), kind, document.NaturalKey(), func(content.Document) (content.Document, error) { return document, nil }); err != nil {
		f.Fatal(err)
	}
}

func (f *freshness) close() {
	if f.breaks.heal != nil {
		f.breaks.heal()
	}
	for _, g := range f.gateways {
		if err := g.Close(context.Background()); err != nil {
			f.Error(err)
		}
	}
	if err := f.stores[2].Close(context.Background()); err != nil {
		f.Error(err)
	}
}

// run takes so many steps, and ends with all being right.
func (f *freshness) run(most int) int {
	steps := map[string]func(){
		"read": f.readSomewhere, "read again": f.readSomewhere, "write": f.writeSomewhere, "pause": func() {
			time.Sleep(time.Duration(rapid.Int64Range(0, int64(f.pause)).Draw(f.T, "pause")))
		},
		"fault": f.breaks.begin, "side by side": f.sideBySide,
	}
	names := []string{"fault", "pause", "read", "read again", "side by side", "write"}
	for range most {
		steps[rapid.SampledFrom(names).Draw(f.T, "step")]()
		f.look()
	}
	f.breaks.heal()
	f.look()
	time.Sleep(recovery)
	f.readSomewhere()
	f.look()
	return most
}

// look notes what is wrong with the database, and ends the test where an answer was.
func (f *freshness) look() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.breaks.isAny() {
		f.trouble = time.Now()
	}
	if len(f.wrong) > 0 {
		f.Fatal(strings.Join(f.wrong, "\n"))
	}
}

// recovery is how long after the end of a fault an answer may still suffer from it: a second, and how long what was asked before may take to fail.
const recovery = 1500 * time.Millisecond

func (f *freshness) sideBySide() {
	working := sync.WaitGroup{}
	for range 3 {
		working.Go(f.drawRead())
	}
	working.Go(f.drawWrite())
	working.Wait()
}

func (f *freshness) readSomewhere()  { f.drawRead()() }
func (f *freshness) writeSomewhere() { f.drawWrite()() }

// drawWrite draws a write, at a gateway or past all of them.
func (f *freshness) drawWrite() func() {
	of := rapid.SampledFrom(freshDocuments).Draw(f.T, "document")
	by := rapid.IntRange(foreigner, 1).Draw(f.T, "by")
	w := &aWrite{by: by, isThere: rapid.IntRange(0, 4).Draw(f.T, "is there") > 0}
	window := time.Duration(0)
	if of[0] == 'P' && w.isThere && rapid.IntRange(0, 2).Draw(f.T, "ends") == 0 {
		window = time.Duration(rapid.Int64Range(1, int64(f.pause)).Draw(f.T, "window")).Truncate(time.Millisecond) + time.Millisecond
	}
	return func() {
		f.mu.Lock()
		f.number++
		w.number = f.number
		if window > 0 {
			w.until = time.Now().Add(window).UTC().Truncate(time.Millisecond)
		}
		f.written[of] = append(f.written[of], w)
		f.mu.Unlock()
		var isDone bool
		var header string
		if by == foreigner {
			isDone = f.writePast(of, w)
		} else {
			isDone, header = f.writeAt(f.gateways[by], of, w)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if isDone {
			f.order++
			w.done, w.order = time.Now(), f.order
			if header != "" {
				f.stamps = append(f.stamps, stamp{header, of, w.number, by})
			}
		}
	}
}

// writePast writes as another program does.
func (f *freshness) writePast(of string, w *aWrite) (isDone bool) {
	kind := kindOf(of)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if !w.isThere {
		_, err := f.foreign.Delete(ctx, kind, of)
		return err == nil
	}
	_, _, err := f.foreign.Update(ctx, kind, of, func(content.Document) (content.Document, error) {
		if kind == content.KindProduct {
			return w.product(of), nil
		}
		return w.fragment(of), nil
	})
	return err == nil
}

func kindOf(of string) content.Kind {
	if of[0] == 'P' {
		return content.KindProduct
	}
	return content.KindFragment
}

func (w *aWrite) product(of string) *content.Product {
	text := func(locale string) content.Value {
		return content.TextValue(fmt.Sprintf("%s %d %s", of, w.number, locale))
	}
	product := &content.Product{SKU: of, State: content.Published, Attributes: []content.AttributeValue{
		{Key: "name", Locale: "en", Value: text("en")}, {Key: "name", Locale: "de", Value: text("de")},
	}}
	if !w.until.IsZero() {
		product.PublishUntil = &w.until
	}
	return product
}

func (w *aWrite) fragment(of string) *content.Fragment {
	fragment := &content.Fragment{Key: of, Type: "note", State: content.Published}
	for _, audience := range []string{"consumer", "dealer"} {
		fragment.Variants = append(fragment.Variants, content.Variant{ID: audience, When: &content.Condition{Audiences: []string{audience}}, Title: fmt.Sprintf("%s %d %s", of, w.number, audience)})
	}
	return fragment
}

// writeAt writes at a gateway.
func (f *freshness) writeAt(g *gateway, of string, w *aWrite) (isDone bool, header string) {
	var mutation string
	switch kind := kindOf(of); {
	case kind == content.KindProduct && !w.isThere:
		mutation = fmt.Sprintf(`deleteProducts(skus: [%q]) { deleted }`, of)
	case !w.isThere:
		mutation = fmt.Sprintf(`deleteFragments(keys: [%q]) { deleted }`, of)
	case kind == content.KindProduct:
		until := "null"
		if !w.until.IsZero() {
			until = fmt.Sprintf("%q", w.until.Format(time.RFC3339Nano))
		}
		mutation = fmt.Sprintf(`upsertProducts(products: [{sku: %[1]q, state: PUBLISHED, publishUntil: %[3]s, attributes: [
			{key: "name", locale: "en", value: "%[1]s %[2]d en"}, {key: "name", locale: "de", value: "%[1]s %[2]d de"}]}]) { written }`, of, w.number, until)
	default:
		mutation = fmt.Sprintf(`upsertFragments(fragments: [{key: %[1]q, kind: "note", state: PUBLISHED, variants: [
			{id: "consumer", when: {audiences: ["consumer"]}, title: "%[1]s %[2]d consumer"}, {id: "dealer", when: {audiences: ["dealer"]}, title: "%[1]s %[2]d dealer"}]}]) { written }`, of, w.number)
	}
	status, header, body := askDirectly(g, asked{Query: "mutation { " + mutation + " }", Key: adminKey})
	if !w.isThere && !strings.Contains(body, of) { // a gateway that has not heard of it yet deletes nothing
		return false, header
	}
	return status == http.StatusOK && !strings.Contains(body, `"errors"`), header
}
