package catalog

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/btree"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// Snapshot is the catalogue at one moment. It is safe for concurrent use and never changes.
type Snapshot struct {
	definitions *content.Definitions
	contexts    *targeting.Resolver
	languages   map[string]bool // those that a channel lists or that names are in, without region and script

	kept   *views  // of lists; nil: none are
	marks  *marks  // of the index
	by     *change // who may still write to it
	number uint64  // of the last change that it shows

	// Of products there are records, each with its place as its id; a product that changes gets another. What is found by has the ids of records, also of
	// those that are dead: whose product has gone or has another by now.
	records              []*record
	bySKU                *btree.Map[string, uint32] // of those that are alive
	alive                set
	dead                 int
	entries, deadEntries int // in columns, of all records and of the dead

	gates        *btree.Map[string, gate] // who is let in, by gateName
	starts, ends *btree.BTreeG[moment]    // of windows
	families     *btree.Map[string, set]
	categories   *btree.Map[string, set] // without what stands above them
	variants     set                     // have a parent
	dated        set                     // have been published

	columns []*column                    // by number; nil where none has it
	free    []uint32                     // the numbers that none has
	byKey   *btree.Map[string, []uint32] // the columns of each attribute
	scopes  *btree.Map[string, uint32]   // the column for each scope, by scopeName
	epoch   *epoch

	fragments fragmentTable
	children  *btree.Map[string, []string] // by the parent's SKU, in order
	slugs     *btree.Map[string, []string] // the SKUs that have a slug, in order
	gtins     *btree.Map[string, []string]
	broken    *btree.Map[string, content.Broken] // by kind and key

	categoryStamps, familyStamps *btree.Map[string, uint64]

	touched, fragmentsTouched, defined uint64 // the last change of a product, of a fragment, of a definition
}

func newSnapshot(definitions *content.Definitions) *Snapshot {
	s := &Snapshot{
		definitions: definitions, by: &change{}, marks: &marks{},
		fragments: newFragmentTable(), broken: &btree.Map[string, content.Broken]{},
		categoryStamps: &btree.Map[string, uint64]{}, familyStamps: &btree.Map[string, uint64]{},
	}
	s.clearProducts()
	return s
}

// clearProducts takes all products away, and all that is found by.
func (s *Snapshot) clearProducts() {
	moments := func() *btree.BTreeG[moment] {
		return btree.NewBTreeGOptions(momentsBefore, btree.Options{NoLocks: true})
	}
	s.records, s.dead, s.entries, s.deadEntries = nil, 0, 0, 0
	s.alive, s.variants, s.dated = set{}, set{}, set{}
	s.bySKU, s.gates = &btree.Map[string, uint32]{}, &btree.Map[string, gate]{}
	s.starts, s.ends = moments(), moments()
	s.families, s.categories = &btree.Map[string, set]{}, &btree.Map[string, set]{}
	s.columns, s.free, s.byKey, s.scopes = nil, nil, &btree.Map[string, []uint32]{}, &btree.Map[string, uint32]{}
	s.children, s.slugs, s.gtins = &btree.Map[string, []string]{}, &btree.Map[string, []string]{}, &btree.Map[string, []string]{}
}

// copy gives a snapshot that can be changed; the trees are shared until it is.
func (s *Snapshot) copy() *Snapshot {
	next := *s
	next.by, next.number = &change{}, s.number+1
	next.bySKU, next.gates, next.starts, next.ends = s.bySKU.Copy(), s.gates.Copy(), s.starts.Copy(), s.ends.Copy()
	next.families, next.categories = s.families.Copy(), s.categories.Copy()
	next.columns, next.byKey, next.scopes = slices.Clone(s.columns), s.byKey.Copy(), s.scopes.Copy()
	next.fragments, next.children, next.slugs, next.gtins = s.fragments.copy(), s.children.Copy(), s.slugs.Copy(), s.gtins.Copy()
	next.broken, next.categoryStamps, next.familyStamps = s.broken.Copy(), s.categoryStamps.Copy(), s.familyStamps.Copy()
	return &next
}

// define makes what is derived from the definitions, once they are all there.
func (s *Snapshot) define(config Config) {
	s.definitions.Index()
	contexts, err := targeting.NewResolver(s.definitions, config.Contexts)
	if err != nil {
		config.Logger.Warn("a channel is not right and is left out", "error", err)
	}
	s.contexts, s.defined = contexts, s.number
}

// know finds out which languages are known. Where those are others than before, every list may have another order, and another text may find it.
func (s *Snapshot) know() {
	before := s.languages
	s.languages = map[string]bool{}
	learn := func(tag locale.Tag) {
		if language, _, _ := strings.Cut(string(tag), "-"); language != "" {
			s.languages[language] = true
		}
	}
	for _, channel := range s.definitions.Channels {
		learn(channel.DefaultLocale)
		for _, tag := range channel.Locales {
			learn(tag)
		}
	}
	numbers, _ := s.byKey.Get(nameKey)
	for _, number := range numbers {
		learn(s.columns[number].scope.Locale)
	}
	if !maps.Equal(before, s.languages) {
		s.defined = s.number
	}
}

// Definitions gives what the definitions say.
func (s *Snapshot) Definitions() *content.Definitions { return s.definitions }

// Size is how many products and fragments there are, whoever may see them and whatever their state. It costs nothing.
func (s *Snapshot) Size() (products, fragments int) { return s.bySKU.Len(), s.fragments.ids.Len() }

// Contexts gives the resolver for the contexts of requests.
func (s *Snapshot) Contexts() *targeting.Resolver { return s.contexts }

// Children gives the SKUs of the products whose parent this is, in order of SKU. The caller must not change them.
func (s *Snapshot) Children(sku string) []string { return named(s.children, sku) }

// BySlug gives the SKUs of the products with this slug, in order: one, unless another program gave it to several. The caller must not change them.
func (s *Snapshot) BySlug(slug string) []string { return named(s.slugs, slug) }

// ByGTIN gives the SKUs of the products with this GTIN, as BySlug does.
func (s *Snapshot) ByGTIN(gtin string) []string { return named(s.gtins, gtin) }

func named(of *btree.Map[string, []string], name string) []string {
	skus, _ := of.Get(name)
	return slices.Clip(skus) // behind the end there may be what only later snapshots know
}

// FragmentThere says that a fragment is there for a reader, as [targeting.FragmentThere] does.
func (s *Snapshot) FragmentThere(key string, reader *targeting.Context) bool {
	r := s.fragments.get(key)
	return r != nil && targeting.FragmentThere(r.gate, reader)
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
func (s *Snapshot) goesRound(fragment *fragmentRecord) bool {
	level, seen := fragment.references, map[string]bool{}
	for range maxReferences {
		next := []string{}
		for _, key := range level {
			if key == fragment.key {
				return true
			}
			if other := s.fragments.get(key); other != nil && !seen[key] {
				seen[key] = true
				next = append(next, other.references...)
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
	s.fragments.ids.Scan(func(key string, id uint32) bool {
		if s.goesRound(s.fragments.records[id]) {
			broken = append(broken, content.Broken{Kind: string(content.KindFragment), Key: key, Reason: "its references lead back to it", Seen: now})
		}
		return len(broken) < maxBroken
	})
	return broken
}

// set puts a document other than a product, or takes it away where it is nil.
func (s *Snapshot) set(kind content.Kind, key string, document content.Document) {
	if kind != content.KindFragment {
		s.definitions.Put(kind, key, document)
		return
	}
	s.fragmentsTouched = s.number
	s.marks.raise(askedFragmentThere, key, s.number)
	fragment, _ := document.(*content.Fragment)
	s.fragments.set(key, fragment, s.by)
}

func link(of *btree.Map[string, []string], name, sku string) {
	if name == "" {
		return
	}
	skus, _ := of.Get(name)
	switch at, found := slices.BinarySearch(skus, sku); {
	case found:
	case at == len(skus):
		of.Set(name, append(skus, sku)) // behind the end that older snapshots know
	default:
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
