package content

import (
	"slices"
)

// MaxParents is how many products can stand above one: a variant, its model, that one's model.
const MaxParents = 3

// Lineage is a product and its parents, the nearest first. What a product does not say itself it inherits: of attributes each
// scope by itself, of fragments each slot, of media each role, of relations each kind, of categories the whole list.
type Lineage []*Product

// Trace gives the lineage of a product, whose parents get finds. It is not whole, and says so, where a parent is missing, where there are
// more than MaxParents, or where they go round.
func Trace(product *Product, get func(sku string) *Product) (lineage Lineage, whole bool) {
	return TraceOf(product, func(p *Product) string { return p.Parent }, get)
}

// TraceOf is [Trace] for whatever stands for products. The parent of one without is "", and get gives the zero value for what is not there.
func TraceOf[P comparable](of P, parent func(P) string, get func(sku string) P) (lineage []P, whole bool) {
	var none P
	lineage = []P{of}
	for parent(of) != "" {
		above := get(parent(of))
		if above == none || len(lineage) > MaxParents || slices.Contains(lineage, above) {
			return lineage, false
		}
		lineage = append(lineage, above)
		of = above
	}
	return lineage, true
}

// Product is the product itself.
func (l Lineage) Product() *Product { return l[0] }

// Family is the product's family, or the nearest that a parent has.
func (l Lineage) Family() string {
	for _, p := range l {
		if p.Family != "" {
			return p.Family
		}
	}
	return ""
}

// Categories are the product's own, or the nearest that a parent has.
func (l Lineage) Categories() []string {
	for _, p := range l {
		if len(p.Categories) > 0 {
			return p.Categories
		}
	}
	return nil
}

// Values gives the values of one attribute in all scopes, those nearer to the product in place of those further away.
func (l Lineage) Values(key string) []*AttributeValue {
	values := make([]*AttributeValue, 0, 8) // as many as most attributes have: one for each language, and some for channels
	scopes := map[string]bool{}             // those that nearer products say
	for depth, p := range l {
		before := len(values)
		for i := range p.Attributes {
			value := &p.Attributes[i]
			if value.Key != key || value.Value.Missing() {
				continue // another program wrote a value that is none: it hides nothing
			}
			if depth > 0 && scopes[value.Scope()] {
				continue
			}
			values = append(values, value)
		}
		if depth < len(l)-1 {
			for _, value := range values[before:] {
				scopes[value.Scope()] = true
			}
		}
	}
	return values
}

// Keys gives the keys of all attributes that have a value in some scope, in order.
func (l Lineage) Keys() []string {
	keys := []string{}
	for _, p := range l {
		for i := range p.Attributes {
			keys = append(keys, p.Attributes[i].Key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Slots gives the fragments' places, those of the product before those that it inherits.
func (l Lineage) Slots() []Slot {
	return inherited(l, func(p *Product) []Slot { return p.Fragments }, func(s *Slot) string { return s.Slot })
}

// Media gives the media that are open, those of the product before those that it inherits. One that is not open takes no other's place: what is
// for somebody else hides nothing.
func (l Lineage) Media(open func(*Media) bool) []*Media {
	return inherited(l, func(p *Product) []*Media {
		media := make([]*Media, 0, len(p.Media))
		for i := range p.Media {
			if open(&p.Media[i]) {
				media = append(media, &p.Media[i])
			}
		}
		return media
	}, func(m **Media) string { return (*m).Role })
}

// Related gives the relations, those of the product before those that it inherits.
func (l Lineage) Related() []Relation {
	return inherited(l, func(p *Product) []Relation { return p.Related }, func(r *Relation) string { return string(r.Kind) })
}

// inherited gives the items of a lineage; those of a name that a nearer product has already are left out.
func inherited[T any](l Lineage, of func(*Product) []T, name func(*T) string) []T {
	if len(l) == 1 {
		return of(l[0])
	}
	items := []T{}
	said := map[string]bool{}
	for _, p := range l {
		before := len(items)
		own := of(p)
		for i := range own {
			if !said[name(&own[i])] {
				items = append(items, own[i])
			}
		}
		for i := before; i < len(items); i++ {
			said[name(&items[i])] = true
		}
	}
	return items
}
