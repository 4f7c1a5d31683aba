package main

import (
	"fmt"
	"testing"

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
