package catalog

import (
	"slices"
	"time"

	"github.com/tidwall/btree"

	"unisono/content"
	"unisono/targeting"
)

// Snapshot is the catalogue at one moment. It is safe for concurrent use and never changes.
type Snapshot struct {
	definitions *content.Definitions
	contexts    *targeting.Resolver

	products  *btree.Map[string, *content.Product]  // without what no list needs
	fragments *btree.Map[string, *content.Fragment] // without their words
	children  *btree.Map[string, []string]          // by the parent's SKU, in order
	slugs     *btree.Map[string, []string]          // the SKUs that have a slug, in order
	gtins     *btree.Map[string, []string]
	broken    *btree.Map[string, content.Broken] // by kind and key
}

func newSnapshot(definitions *content.Definitions) *Snapshot {
	return &Snapshot{
		definitions: definitions,
		products:    &btree.Map[string, *content.Product]{},
		fragments:   &btree.Map[string, *content.Fragment]{},
		children:    &btree.Map[string, []string]{},
		slugs:       &btree.Map[string, []string]{},
		gtins:       &btree.Map[string, []string]{},
		broken:      &btree.Map[string, content.Broken]{},
	}
}

// copy gives a snapshot that can be changed; the trees are shared until it is.
func (s *Snapshot) copy() *Snapshot {
	return &Snapshot{
		definitions: s.definitions, contexts: s.contexts,
		products: s.products.Copy(), fragments: s.fragments.Copy(),
		children: s.children.Copy(), slugs: s.slugs.Copy(), gtins: s.gtins.Copy(), broken: s.broken.Copy(),
	}
}

// define makes what is derived from the definitions, once they are all there.
func (s *Snapshot) define(config Config) {
	s.definitions.Index()
	contexts, err := targeting.NewResolver(s.definitions, config.Contexts)
	if err != nil {
		config.Logger.Warn("a channel is not right and is left out", "error", err)
	}
	s.contexts = contexts
}

// Definitions gives what the definitions say.
func (s *Snapshot) Definitions() *content.Definitions { return s.definitions }

// Contexts gives the resolver for the contexts of requests.
func (s *Snapshot) Contexts() *targeting.Resolver { return s.contexts }

// Children gives the SKUs of the products whose parent this is, in order of SKU. The caller must not change them.
func (s *Snapshot) Children(sku string) []string {
	children, _ := s.children.Get(sku)
	return children
}

// BySlug gives the SKUs of the products with this slug, in order: one, unless another program gave it to several. The caller must not change them.
func (s *Snapshot) BySlug(slug string) []string { return named(s.slugs, slug) }

// ByGTIN gives the SKUs of the products with this GTIN, as BySlug does.
func (s *Snapshot) ByGTIN(gtin string) []string { return named(s.gtins, gtin) }

func named(of *btree.Map[string, []string], name string) []string {
	skus, _ := of.Get(name)
	return skus
}

// ProductThere says that a product is there for a reader, as [targeting.There] does.
func (s *Snapshot) ProductThere(sku string, reader *targeting.Context) bool {
	product := s.product(sku)
	if product == nil {
		return false
	}
	lineage, whole := content.Trace(product, s.product)
	return whole && targeting.There(lineage, reader)
}

// FragmentThere says that a fragment is there for a reader, as [targeting.FragmentThere] does.
func (s *Snapshot) FragmentThere(key string, reader *targeting.Context) bool {
	fragment, there := s.fragments.Get(key)
	return there && targeting.FragmentThere(fragment, reader)
}

// maxBroken bounds how many documents that are not right are kept to be shown.
const maxBroken = 1000

// inspect notes what is wrong with a document.
func (s *Snapshot) inspect(kind content.Kind, key string, document content.Document, now time.Time) {
	place := string(kind) + "/" + key
	s.broken.Delete(place)
	if document == nil || s.broken.Len() >= maxBroken {
		return
	}
	if problems := content.CheckDocument(document, s.definitions); len(problems) > 0 {
		s.broken.Set(place, content.Broken{Kind: string(kind), Key: key, Reason: problems.Error(), Seen: now})
	}
}

// maxReferences is how far references are followed in search of a way back.
const maxReferences = 8

// goesRound says that a fragment's references lead back to it.
func (s *Snapshot) goesRound(fragment *content.Fragment) bool {
	level, seen := fragment.References, map[string]bool{}
	for range maxReferences {
		next := []string{}
		for _, key := range level {
			if key == fragment.Key {
				return true
			}
			if other, there := s.fragments.Get(key); there && !seen[key] {
				seen[key] = true
				next = append(next, other.References...)
			}
		}
		level = next
	}
	return false
}

// Broken gives the documents that are there and not as they should be, by kind and key, and then the fragments whose references lead back to them; 1,000 at
// the most. The latter are found anew each time, since they are broken or mended by what is done to others.
func (s *Snapshot) Broken(now time.Time) []content.Broken {
	broken := s.broken.Values()
	s.fragments.Scan(func(key string, fragment *content.Fragment) bool {
		if s.goesRound(fragment) {
			broken = append(broken, content.Broken{Kind: string(content.KindFragment), Key: key, Reason: "its references lead back to it", Seen: now})
		}
		return len(broken) < maxBroken
	})
	return broken
}

// put sets a document, or takes it away where it is nil.
func (s *Snapshot) put(kind content.Kind, key string, document content.Document) {
	switch kind {
	case content.KindProduct:
		product, _ := document.(*content.Product)
		s.putProduct(key, product)
	case content.KindFragment:
		if fragment, there := document.(*content.Fragment); there {
			s.fragments.Set(key, wordless(fragment))
		} else {
			s.fragments.Delete(key)
		}
	default:
		s.definitions.Put(kind, key, document)
	}
}

func (s *Snapshot) putProduct(sku string, product *content.Product) {
	before, _ := s.products.Get(sku)
	was, is := names(before), names(product)
	for i, of := range []*btree.Map[string, []string]{s.children, s.slugs, s.gtins} {
		if was[i] != is[i] {
			unlink(of, was[i], sku)
			link(of, is[i], sku)
		}
	}
	if product == nil {
		s.products.Delete(sku)
		return
	}
	s.products.Set(sku, listed(product))
}

// names are those by which a product is found besides its SKU: its parent, its slug, its GTIN.
func names(product *content.Product) [3]string {
	if product == nil {
		return [3]string{}
	}
	return [3]string{product.Parent, product.Slug, product.GTIN}
}

func link(of *btree.Map[string, []string], name, sku string) {
	if name == "" {
		return
	}
	skus, _ := of.Get(name)
	if at, found := slices.BinarySearch(skus, sku); !found {
		of.Set(name, slices.Insert(slices.Clone(skus), at, sku))
	}
}

func unlink(of *btree.Map[string, []string], name, sku string) {
	skus, _ := of.Get(name)
	at, found := slices.BinarySearch(skus, sku)
	switch {
	case !found:
	case len(skus) == 1:
		of.Delete(name)
	default:
		of.Set(name, slices.Delete(slices.Clone(skus), at, at+1))
	}
}

// listed gives a product with only what lists need: who may see it, and what it is filtered and ordered by.
func listed(product *content.Product) *content.Product {
	return &content.Product{
		SKU: product.SKU, Slug: product.Slug, GTIN: product.GTIN, Parent: product.Parent, Family: product.Family,
		State: product.State, Categories: product.Categories, Channels: product.Channels, Markets: product.Markets,
		Audiences: product.Audiences, PublishFrom: product.PublishFrom, PublishUntil: product.PublishUntil,
		FirstPublished: product.FirstPublished,
		Attributes:     slices.DeleteFunc(slices.Clone(product.Attributes), func(v content.AttributeValue) bool { return v.Key != "name" }),
	}
}

// wordless gives a fragment with its words replaced by one letter, which is enough to choose a variant.
func wordless(fragment *content.Fragment) *content.Fragment {
	const word = "x"
	lean := *fragment
	lean.Variants = slices.Clone(fragment.Variants)
	for i := range lean.Variants {
		variant := &lean.Variants[i]
		if !variant.Wordless() { // one without words is there for those alone who may see its media
			variant.Title, variant.Media = word, nil
		}
		variant.Body, variant.CallToAction = "", nil
	}
	return &lean
}

// ParentOf gives the SKU of a product's parent, or "".
func (s *Snapshot) ParentOf(sku string) string {
	if product := s.product(sku); product != nil {
		return product.Parent
	}
	return ""
}

// Members gives up to most SKUs, in order and behind one, of the products that are there for a reader and of a family which demands something in the reader's
// channel.
func (s *Snapshot) Members(reader *targeting.Context, after string, most int) []string {
	skus := []string{}
	s.products.Ascend(after, func(sku string, product *content.Product) bool {
		lineage, whole := content.Trace(product, s.product)
		family := s.definitions.Families[lineage.Family()]
		if sku != after && family != nil && family.RequiredIn(reader.Channel.Key) != nil && whole && targeting.There(lineage, reader) {
			skus = append(skus, sku)
		}
		return len(skus) < most
	})
	return skus
}
