package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"unisono/content"
)

// pool holds texts and lists of which many products have the same, so that they are kept once. It is for one goroutine.
type pool struct {
	texts map[string]string
	lists map[string][]string
	gates map[string]*content.Product
}

// maxPool is how many of each are held. Then they are forgotten, which costs only memory.
const maxPool = 50_000

func newPool() *pool {
	return &pool{map[string]string{}, map[string][]string{}, map[string]*content.Product{}}
}

func held[V any](in map[string]V, name string, made func() V) V {
	if known, there := in[name]; there {
		return known
	}
	if len(in) >= maxPool {
		clear(in)
	}
	in[name] = made()
	return in[name]
}

func (p *pool) one(text string) string {
	if text == "" {
		return ""
	}
	return held(p.texts, text, func() string { return strings.Clone(text) })
}

func (p *pool) list(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return held(p.lists, fmt.Sprintf("%q", texts), func() []string {
		list := slices.Clone(texts)
		for i := range list {
			list[i] = p.one(list[i])
		}
		return list
	})
}

// gate gives a product that says to whom another is shown and nothing else; its SKU is a name for that.
func (p *pool) gate(product *content.Product) *content.Product {
	name := strconv.Quote(string(product.State)) // which another program may have written: a lineage's name is of such names
	if len(product.Channels)+len(product.Markets)+len(product.Audiences) > 0 {
		name = fmt.Sprintf("%q %q %q %q", product.State, product.Channels, product.Markets, product.Audiences)
	}
	return held(p.gates, name, func() *content.Product {
		return &content.Product{
			SKU: name, State: product.State, Channels: p.list(product.Channels), Markets: p.list(product.Markets), Audiences: p.list(product.Audiences),
		}
	})
}
