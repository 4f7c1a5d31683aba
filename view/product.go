package view

import (
	"cmp"
	"context"
	"slices"
	"time"

	"unisono/content"
	"unisono/targeting"
)

// Product is a product as one reader sees it.
type Product struct {
	lineage content.Lineage
	reader  *Reader
}

// Reader is the one for whom the view was made.
func (p *Product) Reader() *Reader { return p.reader }

// For is the same product, already loaded, in another reader's eyes. It may not be there for them.
func (p *Product) For(reader *Reader) *Product { return &Product{p.lineage, reader} }

// Lineage is the product with its parents, as they were loaded.
func (p *Product) Lineage() content.Lineage { return p.lineage }

// ID is the product's id among all nodes.
func (p *Product) ID() string { return p.NodeName().ID() }

// NodeName is what the product's id says.
func (p *Product) NodeName() NodeName { return NodeName{SKU: p.SKU(), Override: p.reader.override} }

// SKU is the product's stock keeping unit.
func (p *Product) SKU() string { return p.lineage.Product().SKU }

// Slug is the product's name in addresses, or nil.
func (p *Product) Slug() *string { return textOrNil(p.lineage.Product().Slug) }

// GTIN is the product's global trade item number, or nil.
func (p *Product) GTIN() *string { return textOrNil(p.lineage.Product().GTIN) }

// Family is the key of the product's family, or nil.
func (p *Product) Family() *string { return textOrNil(p.lineage.Family()) }

// State is how far the product has come.
func (p *Product) State() content.WorkflowState { return p.lineage.Product().State }

// Name is the text of the attribute "name", or nil.
func (p *Product) Name() *string {
	return textOrNil(targeting.Text(p.lineage, "name", p.reader.Context))
}

// Description is the text of the attribute "description", or nil.
func (p *Product) Description() *string {
	return textOrNil(targeting.Text(p.lineage, "description", p.reader.Context))
}

// Revision counts the writes of the product; nil for a reader who may not see such details.
func (p *Product) Revision() *int { return revision(p.reader, p.lineage.Product()) }

// UpdatedAt is when the gateway last wrote the product; nil for a reader who may not see such details.
func (p *Product) UpdatedAt() *time.Time { return updatedAt(p.reader, p.lineage.Product()) }

// Attribute is the value of one attribute, or nil where the product has none for this reader.
func (p *Product) Attribute(key string) *Attribute {
	value := targeting.Value(p.lineage, key, p.reader.Context)
	if value == nil {
		return nil
	}
	return &Attribute{value, p.reader.Definitions.Attributes[key], p.reader}
}

// Attributes gives the values that the product has for this reader, ordered by the position of their definitions and then by key. Empty
// keys or groups mean all.
func (p *Product) Attributes(keys, groups []string) []*Attribute {
	keys = p.asked(keys)
	made, attributes := make([]Attribute, 0, len(keys)), make([]*Attribute, 0, len(keys))
	for _, key := range keys {
		value := targeting.Value(p.lineage, key, p.reader.Context)
		if value == nil {
			continue
		}
		made = append(made, Attribute{value, p.reader.Definitions.Attributes[key], p.reader})
		if attribute := &made[len(made)-1]; len(groups) == 0 || slices.Contains(groups, attribute.group()) {
			attributes = append(attributes, attribute)
		}
	}
	slices.SortStableFunc(attributes, func(a, b *Attribute) int { return cmp.Compare(a.position(), b.position()) })
	return attributes
}

// few is how many keys are looked up each by itself.
const few = 32

// asked gives those of some keys that the product may have a value for, sorted and each once; empty keys mean all.
func (p *Product) asked(keys []string) []string {
	if len(keys) == 0 || len(keys) > few {
		all := p.lineage.Keys()
		return slices.DeleteFunc(all, func(key string) bool { return len(keys) > 0 && !slices.Contains(keys, key) })
	}
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Categories gives the categories that the product is found in, in its own order; those that are not defined are left out.
func (p *Product) Categories() []*Category {
	categories := []*Category{}
	for _, key := range p.lineage.Categories() {
		if category := p.reader.Category(key); category != nil {
			categories = append(categories, category)
		}
	}
	return categories
}

// Media gives the first media of a role and a medium that are right for this reader; nil means any. The error is of kind BadUserInput.
func (p *Product) Media(role *string, medium *content.Medium, first *int) ([]*Asset, error) {
	most, err := First(first, 10)
	if err != nil {
		return nil, err
	}
	media := targeting.Media(p.lineage, p.reader.Context)
	media = slices.DeleteFunc(media, func(one *content.Media) bool {
		return role != nil && one.Role != *role || medium != nil && one.Medium != *medium
	})
	return assets(media[:min(most, len(media))], p, p.reader), nil
}

// ParentSKU is the SKU of the model that this product is a variant of, or "".
func (p *Product) ParentSKU() string { return p.lineage.Product().Parent }

// Parent gives the view of the product's parent, or nil. It costs nothing: who sees a product has its parents already.
func (p *Product) Parent() *Product {
	if len(p.lineage) == 1 {
		return nil
	}
	return &Product{p.lineage[1:], p.reader}
}

// RelatedSKUs gives the SKUs of the products that this one names and that are there for the reader, in order; nil means relations of every kind.
func (p *Product) RelatedSKUs(kind *content.RelationKind) []string {
	skus := []string{}
	for _, relation := range p.lineage.Related() {
		if (kind == nil || relation.Kind == *kind) && !slices.Contains(skus, relation.SKU) {
			skus = append(skus, relation.SKU)
		}
	}
	return p.reader.there(skus, p.reader.Catalog.ProductThere)
}

// VariantSKUs gives the SKUs of the products that name this one as their parent and are there for the reader.
func (p *Product) VariantSKUs() []string {
	return p.reader.there(p.reader.Catalog.Children(p.SKU()), p.reader.Catalog.ProductThere)
}

// Listed gives the first of the products with these SKUs that are there for the reader, in their order.
func (a *Assembler) Listed(ctx context.Context, reader *Reader, skus []string, first int) ([]*Product, error) {
	views, err := a.Products(ctx, reader, skus)
	if err != nil {
		return nil, err
	}
	views = slices.DeleteFunc(views, func(view *Product) bool { return view == nil })
	return views[:min(first, len(views))], nil
}

// SlotChoice narrows down the slots of a product; empty lists and nil mean all.
type SlotChoice struct {
	Slots, Kinds, Labels []string
}

// FragmentKeys gives the keys of the fragments that stand in the chosen slots and are there for the reader, in order and each once.
func (p *Product) FragmentKeys(slots []string) []string {
	return p.fragmentKeys(p.lineage.Slots(), slots)
}

// fragmentKeys gives the keys of the fragments in those of some slots that have these names, or in all.
func (p *Product) fragmentKeys(slots []content.Slot, names []string) []string {
	keys := make([]string, 0, atMost(slots, names))
	for i := range slots {
		key := slots[i].Fragment
		if chosen(&slots[i], names) && !slices.Contains(keys, key) && p.reader.Catalog.FragmentThere(key, p.reader.Context) {
			keys = append(keys, key)
		}
	}
	return keys
}

// atMost is how many of some slots have these names, if each name is that of one.
func atMost(slots []content.Slot, names []string) int {
	if len(names) == 0 {
		return len(slots)
	}
	return min(len(names), len(slots))
}

func chosen(slot *content.Slot, names []string) bool {
	return len(names) == 0 || slices.Contains(names, slot.Slot)
}

// ProductFragments gives the first fragments on a product that are there for its reader, in the order of its slots.
func (a *Assembler) ProductFragments(ctx context.Context, p *Product, choice SlotChoice, first int) ([]*Fragment, error) {
	slots := p.lineage.Slots()
	loaded, err := a.fragments(ctx, p.fragmentKeys(slots, choice.Slots))
	if err != nil {
		return nil, err
	}
	views := make([]*Fragment, 0, min(first, atMost(slots, choice.Slots)))
	for i := range slots {
		slot := &slots[i]
		if len(views) == first {
			break
		}
		if !chosen(slot, choice.Slots) {
			continue
		}
		view := newFragment(loaded[slot.Fragment], p.reader, place{product: p, slot: slot.Slot})
		if view == nil || len(choice.Kinds) > 0 && !slices.Contains(choice.Kinds, view.Kind()) ||
			len(choice.Labels) > 0 && !slices.ContainsFunc(view.Labels(), func(label string) bool { return slices.Contains(choice.Labels, label) }) {
			continue
		}
		views = append(views, view)
	}
	return views, nil
}

func textOrNil(text string) *string { return orNil(&text) }

// orNil gives a text where it stands in a document, which nobody changes; nil where it is blank.
func orNil(text *string) *string {
	if content.Blank(*text) {
		return nil
	}
	return text
}

func revision(reader *Reader, document content.Document) *int {
	if !reader.Asking.SeesDetails() {
		return nil
	}
	return &document.Metadata().Revision
}

func updatedAt(reader *Reader, document content.Document) *time.Time {
	if at := document.Metadata().UpdatedAt; reader.Asking.SeesDetails() && !at.IsZero() {
		return &at
	}
	return nil
}
