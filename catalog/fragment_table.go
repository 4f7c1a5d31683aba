package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"unisono/content"
	"unisono/targeting"
)

// fragmentTable holds fragments as the snapshot holds products: each has a record, whose place is its id, and a changed one gets another. It is part of one
// snapshot and copied with it.
type fragmentTable struct {
	records []*fragmentRecord
	ids     *btree.Map[string, uint32] // by key, of those that are alive
	alive   set
	dead    int

	audiences *btree.Map[string, fragmentGate] // who may see it, by a name for that
	kinds     *btree.Map[string, set]
	labels    *btree.Map[string, set]
}

// fragmentRecord is what is kept of a fragment itself.
type fragmentRecord struct {
	key, kind          string
	labels, references []string
	gate               *content.Fragment // says who may see it, and nothing else
}

// fragmentGate is a fragment that says who may see others, and which.
type fragmentGate struct {
	gate *content.Fragment
	ids  set
}

func newFragmentTable() fragmentTable {
	return fragmentTable{
		ids: &btree.Map[string, uint32]{}, audiences: &btree.Map[string, fragmentGate]{}, kinds: &btree.Map[string, set]{}, labels: &btree.Map[string, set]{},
	}
}

func (t *fragmentTable) copy() fragmentTable {
	next := *t
	next.ids, next.audiences, next.kinds, next.labels = t.ids.Copy(), t.audiences.Copy(), t.kinds.Copy(), t.labels.Copy()
	return next
}

// get gives what is kept of a fragment, or nil.
func (t *fragmentTable) get(key string) *fragmentRecord {
	if id, there := t.ids.Get(key); there {
		return t.records[id]
	}
	return nil
}

// set puts a fragment, or takes it away where it is nil.
func (t *fragmentTable) set(key string, fragment *content.Fragment, by *change) {
	if id, there := t.ids.Delete(key); there {
		t.alive = t.alive.without(id, by)
		t.dead++
	}
	if fragment == nil {
		return
	}
	gate, name := gateOfFragment(fragment)
	if known, there := t.audiences.Get(name); there {
		gate = known.gate
	}
	t.put(&fragmentRecord{fragment.Key, fragment.Type, fragment.Labels, fragment.References, gate}, name, by)
}

func (t *fragmentTable) put(r *fragmentRecord, name string, by *change) {
	id := uint32(len(t.records)) //nolint:gosec // the ids that there are
	t.records = append(t.records, r)
	t.ids.Set(r.key, id)
	t.alive = t.alive.with(id, by)
	of, _ := t.audiences.Get(name)
	t.audiences.Set(name, fragmentGate{r.gate, of.ids.with(id, by)})
	add := func(in *btree.Map[string, set], word string) {
		ids, _ := in.Get(word)
		in.Set(word, ids.with(id, by))
	}
	add(t.kinds, r.kind)
	for i, label := range r.labels {
		if !slices.Contains(r.labels[:i], label) {
			add(t.labels, label)
		}
	}
}

// sweep gives the living new ids, in the order of their keys, and takes the dead away.
func (t *fragmentTable) sweep(by *change) {
	swept, names := newFragmentTable(), map[*content.Fragment]string{}
	t.audiences.Scan(func(name string, of fragmentGate) bool {
		names[of.gate] = name
		return true
	})
	t.ids.Scan(func(_ string, id uint32) bool {
		swept.put(t.records[id], names[t.records[id].gate], by)
		return true
	})
	*t = swept
}

// there gives the ids of the fragments that are there for a reader, as targeting.FragmentThere says. The bitmap is the caller's.
func (t *fragmentTable) there(reader *targeting.Context) *bitmap {
	there := newBitmap()
	t.audiences.Scan(func(_ string, of fragmentGate) bool {
		if targeting.FragmentThere(of.gate, reader) {
			of.ids.addTo(there)
		}
		return true
	})
	there.And(t.alive.all())
	return there
}

// gateOfFragment gives a fragment that is there for the same readers, with a name that is the same for all of which that is so. Words become one letter, which is enough to choose a variant.
func gateOfFragment(fragment *content.Fragment) (gate *content.Fragment, name string) {
	const word = "x"
	gate, parts := &content.Fragment{State: fragment.State}, []string{}
	for i := range fragment.Variants {
		of := &fragment.Variants[i]
		variant := content.Variant{Locale: of.Locale, When: of.When, ValidFrom: of.ValidFrom, ValidUntil: of.ValidUntil, Unknown: of.Unknown}
		if of.Wordless() { // one without words is there for those alone who may see its media
			variant.Media = of.Media
		} else {
			variant.Title = word
		}
		if part := nameOfVariant(&variant); !slices.Contains(parts, part) {
			parts = append(parts, part)
			gate.Variants = append(gate.Variants, variant)
		}
	}
	slices.Sort(parts)
	return gate, string(fragment.State) + "\n" + strings.Join(parts, "\n")
}

func nameOfVariant(variant *content.Variant) string {
	name := strings.Builder{}
	fmt.Fprintf(&name, "%q %q", variant.Locale, variant.Title)
	if variant.ValidFrom != nil || variant.ValidUntil != nil {
		scope := content.AttributeValue{ValidFrom: variant.ValidFrom, ValidUntil: variant.ValidUntil}
		name.WriteString(scope.Scope())
	}
	if variant.When != nil {
		fmt.Fprintf(&name, " %#v", *variant.When)
	}
	for i := range variant.Media {
		one := &variant.Media[i]
		fmt.Fprintf(&name, " %q %q %q %#v", one.Locale, one.Channels, one.Audiences, one.Unknown)
	}
	return name.String()
}
