package cache_test

import (
	"fmt"
	"testing"

	"unisono/cache"
	"unisono/content"
)

func TestWhatIsReadAnywayIsKept(t *testing.T) {
	d := &database{}
	c, documents := opened(t, d, cache.Config{Size: 1 << 20})
	keep := func(warm *cache.Warming, key string, version int) bool {
		d.set(key, version)
		return warm.Keep(content.KindProduct, key, &version)
	}
	warm := c.Warm()
	if !keep(warm, "a", 1) || !keep(warm, "b", 1) {
		t.Fatal("there is no room")
	}
	load(t, documents) // what is set a moment ago is not there yet
	c.Note(content.KindProduct, "changed")
	keep(warm, "changed", 1)
	keep(c.Warm(), "since", 1)
	kept, full := warm.Kept()
	same(t, "kept", []any{kept, full}, []any{2, false})
	twice := c.Warm()
	keep(twice, "a", 1)
	kept, _ = twice.Kept()
	same(t, "kept twice", kept, 0)
	d.reads = nil
	same(t, "loaded", load(t, documents, "a", "b", "changed"), map[string]int{"a": 1, "b": 1, "changed": 1})
	same(t, "reads", d.reads, [][]string{{"changed"}})
	c.Note(content.KindProduct, "b")
	d.set("b", 2)
	same(t, "after a change", load(t, documents, "b"), map[string]int{"b": 2})

	i := 0
	for ; !full && i < 100_000; i++ {
		keep(warm, fmt.Sprint("more-", i), 1)
		_, full = warm.Kept()
	}
	if stats := c.Stats(); !full || stats.Bytes > stats.Size || stats.Bytes < stats.Size/2 || stats.Dropped > 0 {
		t.Errorf("after %d it holds %d of %d bytes (%d dropped), and is full: %t", i, stats.Bytes, stats.Size, stats.Dropped, full)
	}
	c.NoteAll()
	again := c.Warm()
	for j := range i {
		keep(again, fmt.Sprint("more-", j), 2)
	}
	if renewed, _ := again.Kept(); renewed < i/2 {
		t.Errorf("where changes were lost, of %d only %d are kept anew", i, renewed)
	}
	c.Close()
	if keep(c.Warm(), "closed", 1) {
		t.Error("closed, it takes more")
	}
	nothing, err := cache.New(cache.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if keep(nothing.Warm(), "a", 1) {
		t.Error("without memory it takes something")
	}
}
