package view

import (
	"context"
	"slices"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// Completeness says how much of what a product must say in a channel it says in a language. Scores go from 0 to 100, as in Akeneo's PIM: the weights of what
// is there, of those of all that is required, rounded down; 100 where nothing is required.
type Completeness struct {
	Channel   string
	Locale    locale.Tag
	Strict    int      // counts what is in the language itself, or needs none
	Effective int      // counts fallbacks too: what a reader sees
	Missing   []string // what a reader does not see, in the order in which it is required
	Fallbacks []string // what a reader sees in another language
}

// Measure says how complete the product is for its reader's channel and language.
func (p *Product) Measure() *Completeness {
	own := p.reader.Locale()
	c := &Completeness{Channel: p.reader.Context.Channel().Key, Locale: own, Strict: 100, Effective: 100, Missing: []string{}, Fallbacks: []string{}}
	required := p.required()
	if required == nil {
		return c
	}
	alone := p.reader.With(func(s *targeting.Situation) { s.Chain = []locale.Tag{own} })
	strict, effective, all := 0, 0, 0
	for _, key := range required.Attributes {
		weight := required.Weight(key)
		all += weight
		inOwn, seen := filled(p.lineage, key, alone), filled(p.lineage, key, p.reader.Context)
		switch {
		case inOwn:
			strict += weight
			effective += weight
		case seen:
			effective += weight
			c.Fallbacks = append(c.Fallbacks, key)
		default:
			c.Missing = append(c.Missing, key)
		}
	}
	if all > 0 {
		c.Strict, c.Effective = 100*strict/all, 100*effective/all
	}
	return c
}

func (p *Product) required() *content.Required {
	family := p.reader.Definitions.Families[p.lineage.Family()]
	if family == nil {
		return nil
	}
	return family.RequiredIn(p.reader.Context.Channel().Key)
}

// filled says that a product has, for a reader, a value of an attribute or an asset of this role.
func filled(lineage content.Lineage, key string, reader *targeting.Context) bool {
	return targeting.Value(lineage, key, reader) != nil ||
		slices.ContainsFunc(targeting.Media(lineage, reader), func(m *content.Media) bool { return m.Role == key })
}

// Gap is a product that does not say all that it must.
type Gap struct {
	Product      *Product
	Completeness *Completeness
}

// Previewing gives the reader as they are in a preview.
func (r *Reader) Previewing() *Reader {
	editor := *r
	editor.Context = r.With(func(s *targeting.Situation) { s.Preview = true })
	return &editor
}

// Gaps gives those of some products that do not say, in their own language, all that they must in the reader's channel and language. Drafts are among them.
func (a *Assembler) Gaps(ctx context.Context, reader *Reader, skus []string) ([]*Gap, error) {
	products, err := a.Products(ctx, reader.Previewing(), skus)
	if err != nil {
		return nil, err
	}
	gaps := []*Gap{}
	for _, product := range products {
		if product == nil {
			continue
		}
		if complete := product.Measure(); complete.Strict < 100 {
			gaps = append(gaps, &Gap{product, complete})
		}
	}
	return gaps, nil
}
