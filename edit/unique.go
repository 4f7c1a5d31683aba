package edit

import (
	"fmt"
	"slices"
	"sync"

	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
)

// checkProduct says what is wrong with a product in view of all others: a slug or GTIN that another has, parents that go round or stand too
// high. What it relies on is held until the catalogue shows the product, so that no other write can take it meanwhile.
func (w *Writer) checkProduct(product *content.Product, held *hold) fault.Problems {
	problems := fault.Problems{}
	slug := held.name(claim{"slug", product.Slug}, product.SKU)
	gtin := held.name(claim{"gtin", product.GTIN}, product.SKU)
	held.parent(product.SKU, product.Parent)
	snapshot := w.catalogue.Snapshot() // taken after the claims: what others wrote before them it shows
	unique(&problems, "slug", product.Slug, product.SKU, slug, snapshot.BySlug)
	unique(&problems, "gtin", product.GTIN, product.SKU, gtin, snapshot.ByGTIN)
	if product.Parent != "" && product.Parent != product.SKU {
		problems = append(problems, held.claims.checkParents(product, snapshot)...)
	}
	return problems
}

func unique(problems *fault.Problems, field, name, sku string, claimed bool, find func(string) []string) {
	if name == "" {
		return
	}
	if slices.ContainsFunc(find(name), func(other string) bool { return other != sku }) || !claimed {
		problems.Add(fault.Place{field}, fault.Conflicting, fmt.Sprintf("another product has the %s %q already", field, name))
	}
}

// claim is a name that only one product can have.
type claim struct{ field, name string }

// claims are what products are being given by writes that the catalogue does not show yet: names that only one can have, and parents.
type claims struct {
	mu      sync.Mutex
	names   map[claim]*owner
	parents map[string]*owner // the parent, by the product's SKU
}

// owner is a SKU, and how many writes rely on it.
type owner struct {
	sku   string
	count int
}

// hold is what one change relies on.
type hold struct {
	claims  *claims
	names   map[claim]bool
	parents map[string]bool
}

func (c *claims) hold() *hold {
	return &hold{claims: c, names: map[claim]bool{}, parents: map[string]bool{}}
}

// name holds a name for a product. It is not ok where another product is being given it.
func (h *hold) name(name claim, sku string) (ok bool) {
	if name.name == "" {
		return true
	}
	h.claims.mu.Lock()
	defer h.claims.mu.Unlock()
	if h.claims.names == nil {
		h.claims.names = map[claim]*owner{}
	}
	held := h.claims.names[name]
	switch {
	case held == nil:
		held = &owner{sku: sku}
		h.claims.names[name] = held
	case held.sku != sku:
		return false
	}
	if !h.names[name] {
		h.names[name] = true
		held.count++
	}
	return true
}

// parent notes which parent a product is being given; the later of two counts.
func (h *hold) parent(sku, parent string) {
	h.claims.mu.Lock()
	defer h.claims.mu.Unlock()
	if h.claims.parents == nil {
		h.claims.parents = map[string]*owner{}
	}
	held := h.claims.parents[sku]
	if held == nil {
		held = &owner{}
		h.claims.parents[sku] = held
	}
	held.sku = parent
	if !h.parents[sku] {
		h.parents[sku] = true
		held.count++
	}
}

// release gives up all that is held.
func (h *hold) release() {
	h.claims.mu.Lock()
	defer h.claims.mu.Unlock()
	for name := range h.names {
		if held := h.claims.names[name]; held.count > 1 {
			held.count--
		} else {
			delete(h.claims.names, name)
		}
	}
	for sku := range h.parents {
		if held := h.claims.parents[sku]; held.count > 1 {
			held.count--
		} else {
			delete(h.claims.parents, sku)
		}
	}
	clear(h.names)
	clear(h.parents)
}

// checkParents says whether the parents of a product would go round, or more than content.MaxParents would stand above it or above one
// below it.
func (c *claims) checkParents(product *content.Product, snapshot *catalog.Snapshot) fault.Problems {
	c.mu.Lock()
	defer c.mu.Unlock()
	above := 0
	for sku := product.Parent; sku != ""; sku = c.parentOf(sku, snapshot) {
		if above++; sku == product.SKU {
			return parentProblem("%q stands below this product: the parents would go round", product.Parent)
		}
		if above > content.MaxParents {
			break
		}
	}
	if above+c.below(product.SKU, content.MaxParents+1, snapshot) > content.MaxParents {
		return parentProblem("more than %d products would stand above one", content.MaxParents)
	}
	return nil
}

func parentProblem(format string, args ...any) fault.Problems {
	return fault.Problems{{Path: fault.Place{"parent"}, Code: fault.Invalid, Message: fmt.Sprintf(format, args...)}}
}

func (c *claims) parentOf(sku string, snapshot *catalog.Snapshot) string {
	if held := c.parents[sku]; held != nil {
		return held.sku
	}
	return snapshot.ParentOf(sku)
}

// below is how many generations stand below a product, counted up to most.
func (c *claims) below(sku string, most int, snapshot *catalog.Snapshot) int {
	if most == 0 {
		return 0
	}
	deepest := 0
	for _, child := range snapshot.Children(sku) {
		if c.parentOf(child, snapshot) == sku {
			deepest = max(deepest, 1+c.below(child, most-1, snapshot))
		}
	}
	for child, held := range c.parents {
		if held.sku == sku {
			deepest = max(deepest, 1+c.below(child, most-1, snapshot))
		}
	}
	return deepest
}
