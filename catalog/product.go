package catalog

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/btree"

	"unisono/content"
	"unisono/targeting"
)

// record is what is kept of a product itself, inherited things included. Each has an id; a product that changes, or inherits something else, gets a new
// record and with it a new id.
type record struct {
	sku, slug, gtin string
	parent          string // its SKU, or ""
	up              uint32 // the parent's id; none where it has none
	was             uint32 // the id that it had before, in the same epoch, or none
	family          string
	categories      []string
	gates           content.Lineage // state, channels, markets and audiences of it and its parents; nil where its lineage is not whole
	from, until     *time.Time      // the window in which it and all its parents are open
	first           *time.Time      // when it was first published
	size            int             // how many entries it has in columns
	names           string          // as pack writes them: the texts of the name in all its scopes
}

// none is the id of nothing.
const none = ^uint32(0)

// name gives the text of the name in one scope.
func (r *record) name(column uint32) string {
	for packed := r.names; len(packed) > 0; {
		number, text := uint64(0), ""
		number, packed = cutNumber(packed)
		text, packed = cutText(packed)
		if uint32(number) == column { //nolint:gosec // it was one
			return text
		}
	}
	return ""
}

// draft is what a product says itself.
type draft struct {
	sku, slug, gtin, parent string
	family                  string
	categories              []string
	gate                    *content.Product
	from, until, first      *time.Time
	own                     string // as pack writes it
}

// draftOf gives what a product says itself.
func (s *Snapshot) draftOf(product *content.Product, pool *pool) *draft {
	return &draft{
		sku: product.SKU, slug: product.Slug, gtin: product.GTIN, parent: pool.one(product.Parent), family: pool.one(product.Family),
		categories: pool.list(product.Categories), gate: pool.gate(product), from: product.PublishFrom, until: product.PublishUntil,
		first: product.FirstPublished, own: pack(s.ownValues(product)),
	}
}

// drop takes a product away, in whose place comes what a draft says, unless it is nil. It gives the id that it had, or none.
func (s *Snapshot) drop(sku string, made *draft) uint32 {
	id, there := s.bySKU.Get(sku)
	if !there {
		return none
	}
	old := s.records[id]
	s.touch(old)
	s.mark(old)
	s.bySKU.Delete(sku)
	s.alive = s.alive.without(id, s.by)
	s.dead++
	s.deadEntries += old.size
	if made == nil {
		made = &draft{}
	}
	if made.parent != old.parent { // else it stays where it is, as most variants of a model that changes do
		unlink(s.children, old.parent, sku)
	}
	if made.slug != old.slug {
		unlink(s.slugs, old.slug, sku)
	}
	if made.gtin != old.gtin {
		unlink(s.gtins, old.gtin, sku)
	}
	return id
}

// putAll puts products, whose SKUs stand in order, in the place of what there was of them. What is nobody's draft is taken away.
func (s *Snapshot) putAll(skus []string, draftOf func(sku string) *draft) {
	was := make([]uint32, 0, len(skus)) // of those that are put again
	for _, sku := range skus {
		made := draftOf(sku)
		if id := s.drop(sku, made); made != nil {
			was = append(was, id)
		}
	}
	next, drafts := uint32(len(s.records)), make([]*draft, 0, len(skus)) //nolint:gosec // the ids that there are
	for _, sku := range skus {
		if made := draftOf(sku); made != nil {
			s.bySKU.Set(made.sku, next+uint32(len(drafts))) //nolint:gosec // so too
			drafts = append(drafts, made)
		}
	}
	for i, made := range drafts {
		s.put(made, draftOf, was[i])
	}
}

// put adds a product, whose id has been given to it already.
func (s *Snapshot) put(made *draft, draftOf func(sku string) *draft, was uint32) {
	id := uint32(len(s.records)) //nolint:gosec // the ids that there are
	lineage, whole := content.TraceOf(made, func(d *draft) string { return d.parent }, draftOf)
	r := &record{sku: made.sku, slug: made.slug, gtin: made.gtin, parent: made.parent, up: none, was: was, first: made.first}
	if up, there := s.bySKU.Get(made.parent); there && made.parent != "" {
		r.up = up
	}
	for _, of := range lineage {
		if r.family == "" {
			r.family = of.family
		}
		if len(r.categories) == 0 {
			r.categories = of.categories
		}
		r.from, r.until = later(r.from, of.from), earlier(r.until, of.until)
	}
	if whole {
		r.gates = s.gatesOf(lineage)
	}
	r.names, r.size = s.putValues(id, lineage)
	s.entries += r.size
	s.records = append(s.records, r)
	s.alive = s.alive.with(id, s.by)
	s.mark(r)
	link(s.children, r.parent, r.sku)
	link(s.slugs, r.slug, r.sku)
	link(s.gtins, r.gtin, r.sku)
	s.file(id, r)
}

// file enters a product where it is looked for.
func (s *Snapshot) file(id uint32, r *record) {
	if r.gates != nil {
		of, _ := s.gates.Get(gateName(r.gates))
		s.gates.Set(gateName(r.gates), gate{r.gates, of.ids.with(id, s.by)})
	}
	for _, moments := range []struct {
		at *time.Time
		in *btree.BTreeG[moment]
	}{{r.from, s.starts}, {r.until, s.ends}} {
		if moments.at != nil {
			of, _ := moments.in.Get(moment{at: *moments.at})
			moments.in.Set(moment{*moments.at, of.ids.with(id, s.by)})
		}
	}
	if r.family != "" {
		ids, _ := s.families.Get(r.family)
		s.families.Set(r.family, ids.with(id, s.by))
	}
	for i, key := range r.categories {
		if !slices.Contains(r.categories[:i], key) {
			ids, _ := s.categories.Get(key)
			s.categories.Set(key, ids.with(id, s.by))
		}
	}
	if r.up != none {
		s.variants = s.variants.with(id, s.by)
	}
	if r.first != nil {
		s.dated = s.dated.with(id, s.by)
	}
}

// putValues enters the values of a product, inherited ones included: of each scope the nearest. It gives the names, and how many entries
// it made.
func (s *Snapshot) putValues(id uint32, lineage []*draft) (names string, size int) {
	seen, packed := map[uint32]bool{}, []byte{}
	for _, of := range lineage {
		for _, own := range unpack(of.own) {
			if seen[own.column] {
				continue
			}
			seen[own.column] = true
			if own.hides {
				continue
			}
			column := s.columns[own.column].of(s.by)
			s.columns[own.column] = column
			column.add(id, &own, s.by)
			size += 1 + len(own.atoms)
			if own.text != "" {
				packed = appendText(binary.AppendUvarint(packed, uint64(own.column)), own.text)
			}
		}
	}
	return string(packed), size
}

// gate is who is let in, as a lineage says, and whom that concerns.
type gate struct {
	lineage content.Lineage
	ids     set
}

// gatesOf gives the lineage of what lets readers in. Equal ones are the same.
func (s *Snapshot) gatesOf(lineage []*draft) content.Lineage {
	gates := make(content.Lineage, len(lineage))
	for i, of := range lineage {
		gates[i] = of.gate
	}
	if known, there := s.gates.Get(gateName(gates)); there {
		return known.lineage
	}
	return gates
}

// gateName tells lineages of gates apart. The name of each is kept where a product has its SKU.
func gateName(lineage content.Lineage) string {
	if len(lineage) == 1 {
		return lineage[0].SKU
	}
	name := strings.Builder{}
	for _, of := range lineage {
		name.WriteString(of.SKU)
		name.WriteByte('\n')
	}
	return name.String()
}

// moment is a time at which windows open or close, and of which products.
type moment struct {
	at  time.Time
	ids set
}

func momentsBefore(a, b moment) bool { return a.at.Before(b.at) }

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

// there gives the ids of the products that are there for a reader, as targeting.There says. The bitmap is the caller's.
func (s *Snapshot) there(reader *targeting.Context) *bitmap {
	there := newBitmap()
	s.gates.Scan(func(_ string, gate gate) bool {
		if admitted(gate.lineage, reader) {
			gate.ids.addTo(there)
		}
		return true
	})
	there.And(s.alive.all())
	s.starts.Descend(moment{at: endOfTime}, func(one moment) bool {
		if reader.HasCome(one.at) {
			return false
		}
		if one.ids.isIn(there) { // else it is for others, and none of this reader's business
			reader.Await(one.at)
		}
		one.ids.removeFrom(there)
		return true
	})
	s.ends.Scan(func(one moment) bool {
		if !reader.HasCome(one.at) {
			awaited := one.ids.isIn(there)
			if awaited {
				reader.Await(one.at)
			}
			return !awaited // the first is awaited before all others
		}
		one.ids.removeFrom(there)
		return true
	})
	return there
}

// endOfTime is behind all times that documents can hold.
var endOfTime = time.Date(1<<31, 1, 1, 0, 0, 0, 0, time.UTC)

func admitted(gates content.Lineage, reader *targeting.Context) bool {
	return len(gates) > 0 && !slices.ContainsFunc(gates, func(of *content.Product) bool { return !targeting.Admits(of, reader) })
}

// lookUp gives what is kept of a product, or nil.
func (s *Snapshot) lookUp(sku string) *record {
	if id, there := s.bySKU.Get(sku); there {
		return s.records[id]
	}
	return nil
}

// ProductThere says that a product is there for a reader, as [targeting.There] does.
func (s *Snapshot) ProductThere(sku string, reader *targeting.Context) bool {
	r := s.lookUp(sku)
	return r != nil && r.there(reader)
}

func (r *record) there(reader *targeting.Context) bool {
	return !reader.IsOver(r.until) && admitted(r.gates, reader) && reader.Live(r.from, r.until)
}

// ParentOf gives the SKU of a product's parent, or "".
func (s *Snapshot) ParentOf(sku string) string {
	if r := s.lookUp(sku); r != nil {
		return r.parent
	}
	return ""
}

// Members gives up to most SKUs, in order and behind one, of the products that are there for a reader and of a family which demands something in the reader's
// channel.
func (s *Snapshot) Members(reader *targeting.Context, after string, most int) []string {
	skus := []string{}
	s.bySKU.Ascend(after, func(sku string, id uint32) bool {
		r := s.records[id]
		family := s.definitions.Families[r.family]
		if sku != after && family != nil && family.RequiredIn(reader.Channel().Key) != nil && r.there(reader) {
			skus = append(skus, sku)
		}
		return len(skus) < most
	})
	return skus
}
