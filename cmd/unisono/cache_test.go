package main

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/internal/mongotest"
)

// C10: what is written is shown at once, and of what is kept nothing else is read again.
func TestWhatIsKeptFollowsWrites(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), nil)
	h.loadDemoCatalogue(t)
	h.settled(t)
	question := asked{Query: `{ changed: product(sku: "MOLA-54") { name } other: product(sku: "JUG-350") { name } text: fragment(key: "hot-surfaces") { title } }`}
	ask := func(what string, calls int64, want string) {
		t.Helper()
		before := h.database.Calls()
		h.send(t, question).gives(t, want)
		if cost := h.database.Calls() - before; cost != calls {
			t.Errorf("%s costs %d calls; want %d", what, cost, calls)
		}
	}
	const answer = `{"changed": {"name": %q}, "other": {"name": "Milk jug 350 ml"}, "text": {"title": "Hot, even when it is off"}}`
	first := fmt.Sprintf(answer, "Mola 54")
	ask("the first time", 3, first)
	ask("the second", 0, first)
	h.load(t, `{"kind": "product", "sku": "MOLA-54", "setAttributes": [{"key": "name", "value": "Mola LIV"}]}`)
	h.settled(t)
	ask("after a write", 1, fmt.Sprintf(answer, "Mola LIV"))
	ask("then", 0, fmt.Sprintf(answer, "Mola LIV"))
	h.load(t, `{"kind": "category", "key": "machines", "name": {"en": "Machines!"}}`)
	h.settled(t)
	ask("after a definition", 0, fmt.Sprintf(answer, "Mola LIV"))
	h.askAs(t, editorKey, `mutation { deleteProducts(skus: ["JUG-350"]) { deleted } }`).gives(t, `{"deleteProducts": {"deleted": ["JUG-350"]}}`)
	h.settled(t)
	ask("after a deletion", 0, fmt.Sprintf(`{"changed": {"name": %q}, "other": null, "text": {"title": "Hot, even when it is off"}}`, "Mola LIV"))
}

// What the catalogue reads at the start is kept: the first who ask cost no round trip.
func TestTheFirstWhoAskFindEverythingKept(t *testing.T) {
	t.Parallel()
	on := mongotest.Embedded(t)
	openOn(t, on, nil).loadDemoCatalogue(t)
	h := openOn(t, mongotest.Beside(t, on, nil), nil)
	h.ask(t, `{ products(first: 50) { nodes { name parent { name } fragments { title references { title } } } } fragments(first: 100) { nodes { title } } }`).data(t)
	if stats := h.cache.Stats().Documents; stats.Misses != 0 || stats.Hits < 150 {
		t.Errorf("of what they asked for %d were kept, %d had to be read", stats.Hits, stats.Misses)
	}
	if !strings.Contains(h.log.String(), "documents are kept in memory") {
		t.Error("the log does not tell of it")
	}
}

// A gateway that is closed, in the midst of an outage too, leaves nothing running.
func TestClosingLeavesNothingRunning(t *testing.T) {
	direct := mongotest.Java(t)
	before, _ := running()
	far, line := mongotest.Far(t, direct, nil)
	g, err := openGateway(t.Context(), &database{Store: far}, testConfig(&lines{}))
	if err != nil {
		t.Fatal(err)
	}
	if now, _ := running(); now <= before {
		t.Errorf("%d goroutines are running, and %d were before: nothing is seen of them", now, before)
	}
	if now := figuresOf(t, g); now["unisono_database_up"] != 1 || now["unisono_changes_silence_seconds"] <= 0 {
		t.Errorf("what is measured before the outage: %v", now)
	}
	line.Cut(true)
	refused := 0
	eventually(t, "calls fail at once", func() bool {
		asked := time.Now()
		if _, err := g.database.Contents().Read(t.Context(), content.KindProduct, []string{"a"}); err != nil && time.Since(asked) < 10*time.Millisecond {
			refused++
		}
		return refused > 20
	})
	if now := figuresOf(t, g); now["unisono_database_up"] != 0 {
		t.Errorf("what is measured in an outage: %v", now)
	}
	if err := g.Close(t.Context()); err != nil {
		t.Error(err)
	}
	noMoreRun(t, before)
}

// running counts the goroutines of gateways. A test that asks runs beside no others.
func running() (count int, stacks string) {
	text := make([]byte, 4<<20)
	text = text[:runtime.Stack(text, true)]
	for stack := range strings.SplitSeq(string(text), "\n\n") {
		if isOwn.MatchString(stack) {
			count++
			stacks += stack + "\n\n"
		}
	}
	return count, stacks
}

// noMoreRun waits until no more goroutines are running than before.
func noMoreRun(t *testing.T, before int) {
	t.Helper()
	after, stacks := 0, ""
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if after, stacks = running(); after <= before {
			return
		}
	}
	t.Errorf("%d goroutines are running, and %d were before:\n%s", after, before, stacks)
}

// isOwn tells goroutines of a gateway from those of the tests and of the database's driver, which come and go.
var isOwn = regexp.MustCompile(`unisono/(store|cache|catalog|access|server|graph|resolvers|loaders|view|edit|ingest)\b|ristretto|\(\*gateway\)`)

// Without memory for it, everything is read each time.
func TestNothingIsKeptWithoutMemory(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) { c.cacheSize = 0 })
	h.loadDemoCatalogue(t)
	h.settled(t)
	for range 2 {
		before := h.database.Calls()
		h.ask(t, `{ product(sku: "JUG-350") { name } }`).gives(t, `{"product": {"name": "Milk jug 350 ml"}}`)
		if calls := h.database.Calls() - before; calls != 1 {
			t.Errorf("it costs %d calls; want 1", calls)
		}
	}
}

func TestCacheSizes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"0": 0, "1048576": 1 << 20, "2MB": 2e6, "512MiB": 512 << 20, "1GiB": 1 << 30, "7B": 7, "8KiB": 8 << 10} {
		var size byteSize
		if err := size.UnmarshalText([]byte(text)); err != nil || int64(size) != want {
			t.Errorf("%s is %d, %v; want %d", text, size, err, want)
		}
	}
	for _, text := range []string{"", "-1", "much", "1.5GiB", "1 GiB", "5mib", "9999999999TiB", "1e9"} {
		var size byteSize
		if err := size.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %d", text, size)
		}
	}
}
