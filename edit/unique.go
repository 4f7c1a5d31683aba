package edit

import (
	"fmt"
	"sync"

	"unisono/content"
	"unisono/fault"
)

// checkProduct says what is wrong with a product in view of all others: a slug or GTIN that another has, parents that go round.
func (w *Writer) checkProduct(product *content.Product) fault.Problems {
	problems := fault.Problems{}
	snapshot := w.catalogue.Snapshot()
	w.unique(&problems, "slug", product.Slug, product.SKU, snapshot.BySlug)
	w.unique(&problems, "gtin", product.GTIN, product.SKU, snapshot.ByGTIN)
	steps := 0
	for parent := product.Parent; parent != ""; parent = snapshot.ParentOf(parent) {
		if steps++; parent == product.SKU {
			problems.Add(fault.Place{"parent"}, fault.Invalid, fmt.Sprintf("%q stands below this product: the parents would go round", product.Parent))
			break
		} else if steps > content.MaxParents {
			problems.Add(fault.Place{"parent"}, fault.Invalid, fmt.Sprintf("more than %d products would stand above this one", content.MaxParents))
			break
		}
	}
	return problems
}

func (w *Writer) unique(problems *fault.Problems, field, name, sku string, find func(string) (string, bool)) {
	if name == "" {
		return
	}
	other, taken := find(name)
	if taken && other != sku || !w.claims.claim(claim{field, name}, sku) {
		problems.Add(fault.Place{field}, fault.Conflicting, fmt.Sprintf("another product has the %s %q already", field, name))
	}
}

// claim is a name that only one product can have.
type claim struct{ field, name string }

// claims are the names that products are being given by writes that the catalogue does not show yet.
type claims struct {
	mu    sync.Mutex
	owner map[claim]string
	of    map[string][]claim // by SKU
}

// claim gives a name to a product unless another is being given it.
func (c *claims) claim(name claim, sku string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if owner, taken := c.owner[name]; taken {
		return owner == sku
	}
	if c.owner == nil {
		c.owner, c.of = map[claim]string{}, map[string][]claim{}
	}
	c.owner[name] = sku
	c.of[sku] = append(c.of[sku], name)
	return true
}

// release gives up the names of products whose write is over.
func (c *claims) release(kind content.Kind, outcomes []Outcome) {
	if kind != content.KindProduct {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, outcome := range outcomes {
		for _, name := range c.of[outcome.Key] {
			delete(c.owner, name)
		}
		delete(c.of, outcome.Key)
	}
}
