package edit_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
)

func TestSlugAndGTINAreUnique(t *testing.T) {
	h := open(t)
	h.must(t, content.KindProduct, `{"sku": "a", "slug": "chair", "gtin": "12345678"}`)
	for _, step := range []struct{ name, change, want string }{
		{"another's slug", `{"sku": "b", "slug": "chair"}`, "b slug:CONFLICT"},
		{"another's GTIN", `{"sku": "b", "gtin": "12345678"}`, "b gtin:CONFLICT"},
		{"both", `{"sku": "b", "slug": "chair", "gtin": "12345678"}`, "b slug:CONFLICT gtin:CONFLICT"},
		{"its own", `{"sku": "a", "slug": "chair", "family": "f"}`, "a written"},
		{"another one", `{"sku": "b", "slug": "stool"}`, "b written"},
		{"one in other case is another", `{"sku": "c", "slug": "Chair"}`, "c written"},
		{"it gives its own up", `{"sku": "a", "slug": null}`, "a written"},
		{"and another takes it", `{"sku": "c", "slug": "chair"}`, "c written"},
		{"it cannot have it back", `{"sku": "a", "slug": "chair"}`, "a slug:CONFLICT"},
		{"several have none", `{"sku": "d", "slug": "", "gtin": ""}`, "d written"},
	} {
		t.Run(step.name, func(t *testing.T) {
			diff(t, step.change, write(t, h.writer, content.KindProduct, step.change), []string{step.want})
		})
	}
}

func TestOfManyInOneCallWithOneSlugOneGetsIt(t *testing.T) {
	h := open(t)
	changes := []string{}
	for i := range 50 {
		changes = append(changes, fmt.Sprintf(`{"sku": "p%d", "slug": "chair"}`, i))
	}
	lines := write(t, h.writer, content.KindProduct, changes...)
	won := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.HasSuffix(line, "slug:CONFLICT") })
	if len(won) != 1 || len(h.owners("chair")) != 1 {
		t.Errorf("%d got it: %v", len(won), won)
	}
}

func TestANameOfWhatWasNotWrittenIsFreeAfterTheCall(t *testing.T) {
	h := open(t)
	diff(t, "one that is wrong", write(t, h.writer, content.KindProduct, `{"sku": "a", "slug": "chair", "state": "GONE"}`), []string{"a state:INVALID"})
	h.must(t, content.KindProduct, `{"sku": "b", "slug": "chair"}`)
}

func TestOfManyWritersAtOnceOneGetsTheName(t *testing.T) {
	h := open(t)
	won := atomic.Int64{}
	working := sync.WaitGroup{}
	for i := range 16 {
		working.Go(func() {
			for j := range 10 {
				outcomes, err := h.writer.Write(editor(t), content.KindProduct, raw([]string{fmt.Sprintf(`{"sku": "p%d", "slug": "slug-%d", "gtin": "1234567%d"}`, i, j, j), fmt.Sprintf(`{"sku": "q%d", "family": "f"}`, i)}))
				if err != nil {
					t.Error(err)
				}
				if outcomes[0].Written {
					won.Add(1)
				}
			}
		})
	}
	working.Wait()
	for j := range 10 {
		if owners := h.owners(fmt.Sprintf("slug-%d", j)); len(owners) > 1 {
			t.Errorf("slug-%d is of %v", j, owners)
		}
	}
	if won.Load() == 0 {
		t.Error("nobody got one")
	}
}

// delayed is a catalogue in which something happens between a snapshot's being taken and its being read.
type delayed struct {
	edit.Catalogue
	snapshots atomic.Int64
	at        int64 // the snapshot after which it happens
	happens   func()
}

func (d *delayed) Snapshot() *catalog.Snapshot {
	snapshot := d.Catalogue.Snapshot()
	if d.snapshots.Add(1) == d.at {
		d.happens()
	}
	return snapshot
}

func TestANameIsUniqueWhateverHappensWhileItIsChecked(t *testing.T) {
	for at := int64(1); at <= 2; at++ { // one snapshot for the definitions, one for the names
		t.Run(fmt.Sprintf("after snapshot %d", at), func(t *testing.T) {
			h := open(t)
			catalogue := &delayed{Catalogue: h.index, at: at}
			w := edit.NewWriter(h.memory, catalogue, clock)
			outcomes := []string{}
			catalogue.happens = func() {
				outcomes = append(outcomes, write(t, w, content.KindProduct, `{"sku": "a", "slug": "chair"}`)...)
			}
			outcomes = append(outcomes, write(t, w, content.KindProduct, `{"sku": "b", "slug": "chair"}`)...)
			if got := h.owners("chair"); len(got) != 1 {
				t.Errorf("it is of %v", got)
			}
			if a := slices.Equal(outcomes, []string{"a written", "b slug:CONFLICT"}); !a && !slices.Equal(outcomes, []string{"a slug:CONFLICT", "b written"}) {
				t.Errorf("outcomes %v: one gets it, and the other is told", outcomes)
			}
		})
	}
}

func TestANameIsHeldUntilTheCatalogueShowsItWhoeverElseWritesItsProduct(t *testing.T) {
	for name, other := range map[string]string{
		"a change that is not right":    `{"sku": "a", "state": "GONE"}`,
		"a change that changes nothing": `{"sku": "a"}`,
		"another change":                `{"sku": "a", "family": "f"}`,
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			first := atomic.Bool{}
			h.committed = func(string) {
				if first.CompareAndSwap(false, true) { // a is written, and the catalogue does not show it yet
					write(t, h.writer, content.KindProduct, other)
					diff(t, "another with its slug", write(t, h.writer, content.KindProduct, `{"sku": "b", "slug": "chair"}`), []string{"b slug:CONFLICT"})
				}
			}
			h.must(t, content.KindProduct, `{"sku": "a", "slug": "chair"}`)
			diff(t, "owners", h.owners("chair"), []string{"a"})
		})
	}
}

func TestParentsCannotGoRound(t *testing.T) {
	h := open(t)
	h.must(t, content.KindProduct, `{"sku": "a"}`, `{"sku": "b", "parent": "a"}`, `{"sku": "later", "parent": "not-yet"}`)
	h.must(t, content.KindProduct, `{"sku": "c", "parent": "b"}`)
	for _, step := range []struct{ name, change, want string }{
		{"itself", `{"sku": "a", "parent": "a"}`, "a parent:INVALID"},
		{"a child", `{"sku": "a", "parent": "b"}`, "a parent:INVALID"},
		{"a grandchild", `{"sku": "a", "parent": "c"}`, "a parent:INVALID"},
		{"one that came first and names it", `{"sku": "not-yet", "parent": "later"}`, "not-yet parent:INVALID"},
		{"a brother", `{"sku": "d", "parent": "b"}`, "d written"},
		{"three above", `{"sku": "e", "parent": "c"}`, "e written"},
		{"four above", `{"sku": "f", "parent": "e"}`, "f parent:INVALID"},
		{"one that is not there", `{"sku": "g", "parent": "nobody"}`, "g written"},
	} {
		t.Run(step.name, func(t *testing.T) {
			diff(t, step.change, write(t, h.writer, content.KindProduct, step.change), []string{step.want})
		})
	}
}

func TestParentsCannotGoRoundInOneCall(t *testing.T) {
	h := open(t)
	write(t, h.writer, content.KindProduct, `{"sku": "a", "parent": "b"}`, `{"sku": "b", "parent": "a"}`)
	if a, b := h.product("a"), h.product("b"); a != nil && b != nil && a.Parent == "b" && b.Parent == "a" {
		t.Error("each is the other's parent, and neither is ever shown")
	}
}

func TestAProductCannotBeLiftedSoThatFourStandAboveAnother(t *testing.T) {
	h := open(t)
	h.must(t, content.KindProduct, `{"sku": "a"}`, `{"sku": "top"}`)
	for _, change := range []string{`{"sku": "b", "parent": "a"}`, `{"sku": "c", "parent": "b"}`, `{"sku": "d", "parent": "c"}`} {
		h.must(t, content.KindProduct, change)
	}
	diff(t, "outcome: d would not be shown any more", write(t, h.writer, content.KindProduct, `{"sku": "a", "parent": "top"}`), []string{"a parent:INVALID"})
}
