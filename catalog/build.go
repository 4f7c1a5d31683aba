package catalog

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"unisono/content"
	"unisono/locale"
)

// build reads everything into a new snapshot.
func (x *Index) build(ctx context.Context) (*Snapshot, error) {
	started := time.Now()
	next := newSnapshot(content.NewDefinitions())
	next.kept = x.kept
	if before := x.current.Load(); before != nil {
		next.number, next.marks = before.number+1, before.marks
	}
	next.marks.floor.Store(next.number)
	drafts, count := []*draft{}, 0
	for _, kind := range content.Kinds() {
		for document, err := range x.config.Source.All(ctx, kind) {
			if err != nil {
				return nil, fmt.Errorf("read all of kind %s into the catalogue: %w", kind, err)
			}
			if product, is := document.(*content.Product); is {
				drafts = append(drafts, next.draftOf(product, x.pool))
			} else {
				next.set(kind, document.NaturalKey(), document)
			}
			next.inspect(kind, document.NaturalKey(), document, started)
			if count++; count%50_000 == 0 {
				x.config.Logger.Info("the catalogue is being read", "documents", count)
			}
		}
	}
	next.define(x.config)
	next.putDrafts(drafts)
	next.touched, next.fragmentsTouched = next.number, next.number
	next.know()
	next.epoch = newEpoch(x.prepared(next))
	x.prepare(next)
	x.config.Logger.Info("the catalogue is read", "documents", count, "took", time.Since(started).Round(time.Millisecond))
	return next, nil
}

// putDrafts puts all products of a catalogue, in the order of their SKUs, so that those that are alike have ids that are close.
func (s *Snapshot) putDrafts(drafts []*draft) {
	slices.SortStableFunc(drafts, func(a, b *draft) int { return cmp.Compare(a.sku, b.sku) })
	drafts = slices.CompactFunc(drafts, func(a, b *draft) bool { return a.sku == b.sku })
	bySKU, skus := make(map[string]*draft, len(drafts)), make([]string, len(drafts))
	for i, made := range drafts {
		bySKU[made.sku], skus[i] = made, made.sku
	}
	s.putAll(skus, func(sku string) *draft { return bySKU[sku] })
}

// derivations are what readers of the channels' locales will ask for: names in the order of their language.
func (s *Snapshot) derivations() []derivedKey {
	keys := map[derivedKey]bool{{what: skuOrder}: true}
	columns, _ := s.byKey.Get(nameKey)
	for _, key := range slices.Sorted(maps.Keys(s.definitions.Channels)) {
		channel := s.definitions.Channels[key]
		for _, tag := range append([]locale.Tag{channel.DefaultLocale}, channel.Locales...) {
			chain := s.contexts.Chain(key, tag)
			for _, number := range columns {
				scope := s.columns[number].scope
				if (scope.Channel == "" || scope.Channel == key) && (scope.Locale == "" || slices.Contains(chain, scope.Locale)) {
					keys[derivedKey{nameOrder, s.sortingOf(chain), number}] = true
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(keys), func(a, b derivedKey) int {
		return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.sorting, b.sorting), cmp.Compare(a.column, b.column))
	})
}

// prepared is how many things are made ready.
func (x *Index) prepared(s *Snapshot) int { return 2 * min(len(s.derivations()), maxPrepared) }

// maxPrepared bounds how many orders are made before anybody asks.
const maxPrepared = 200

// prepare makes ready what readers will ask for.
func (x *Index) prepare(s *Snapshot) {
	keys := s.derivations()
	for _, key := range keys[:min(len(keys), maxPrepared)] {
		s.derive(key)
	}
}

// refreshed reads documents into a copy of the current snapshot.
func (x *Index) refreshed(ctx context.Context, refs map[Ref]bool) (*Snapshot, error) {
	keys := map[content.Kind][]string{}
	for ref := range refs {
		keys[ref.Kind] = append(keys[ref.Kind], ref.Key)
	}
	next, defined, now := x.current.Load().copy(), false, time.Now()
	for kind, keys := range keys {
		if kind == content.KindProduct {
			continue
		}
		if kind != content.KindFragment && !defined {
			next.definitions, defined = next.definitions.Copy(), true
		}
		err := x.read(ctx, kind, keys, func(key string, document content.Document) {
			next.set(kind, key, document)
			next.inspect(kind, key, document, now)
		})
		if err != nil {
			return nil, err
		}
	}
	if defined {
		next.define(x.config)
	}
	scopes := next.scopes.Len()
	if err := x.refreshProducts(ctx, next, keys[content.KindProduct], now); err != nil {
		return nil, err
	}
	if defined || next.scopes.Len() > scopes { // not by the numbers of columns, for those are used again
		next.know()
	}
	next.bringUp()
	if next.isDue() {
		next.sweep(x)
	}
	if next.fragments.dead > mostDead(len(next.fragments.records)) {
		next.fragments.sweep(next.by)
	}
	return next, nil
}

// read calls with each of some documents, or with nil for what is not there.
func (x *Index) read(ctx context.Context, kind content.Kind, keys []string, call func(key string, document content.Document)) error {
	for some := range slices.Chunk(keys, readTogether) {
		documents, err := x.config.Source.Read(ctx, kind, some)
		if err != nil {
			return fmt.Errorf("read %d changed documents of kind %s: %w", len(some), kind, err)
		}
		for _, key := range some {
			call(key, documents[key])
		}
	}
	return nil
}

// refreshProducts reads products that changed, all that inherits from them, and what these inherit from, and puts the first two anew.
func (x *Index) refreshProducts(ctx context.Context, next *Snapshot, changed []string, now time.Time) error {
	if len(changed) == 0 {
		return nil
	}
	drafts := map[string]*draft{}
	read := func(skus []string) (parents []string, err error) {
		unread := slices.DeleteFunc(slices.Clone(skus), func(sku string) bool { _, is := drafts[sku]; return is })
		err = x.read(ctx, content.KindProduct, unread, func(sku string, document content.Document) {
			next.inspect(content.KindProduct, sku, document, now)
			product, there := document.(*content.Product)
			if !there {
				drafts[sku] = nil
				return
			}
			drafts[sku] = next.draftOf(product, x.pool)
			if product.Parent != "" {
				parents = append(parents, product.Parent)
			}
		})
		return parents, err
	}
	affected := next.withHeirs(changed)
	above, err := read(affected)
	for range content.MaxParents + 1 {
		if err != nil || len(above) == 0 {
			break
		}
		slices.Sort(above)
		above, err = read(slices.Compact(above))
	}
	if err != nil {
		return err
	}
	slices.Sort(affected)
	known := len(next.records)
	next.putAll(affected, func(sku string) *draft { return drafts[sku] })
	for _, r := range next.records[known:] {
		next.touch(r)
	}
	return nil
}

// withHeirs gives products and all that inherit from them, each once.
func (s *Snapshot) withHeirs(skus []string) []string {
	all, seen := []string{}, map[string]bool{}
	for level, depth := skus, 0; len(level) > 0 && depth <= content.MaxParents; depth++ {
		next := []string{}
		for _, sku := range level {
			if !seen[sku] {
				seen[sku] = true
				all = append(all, sku)
				next = append(next, s.Children(sku)...)
			}
		}
		level = next
	}
	return all
}
