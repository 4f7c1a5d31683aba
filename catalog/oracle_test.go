package catalog_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"unisono/catalog"
	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// oracle answers what an index answers from the documents themselves, one after the other.
type oracle struct {
	products    map[string]*content.Product
	fragments   map[string]*content.Fragment
	definitions *content.Definitions
}

func oracleOf(documents map[catalog.Ref]content.Document) *oracle {
	o := &oracle{map[string]*content.Product{}, map[string]*content.Fragment{}, content.NewDefinitions()}
	for ref, document := range documents {
		switch document := document.(type) {
		case *content.Product:
			o.products[ref.Key] = document
		case *content.Fragment:
			o.fragments[ref.Key] = document
		default:
			o.definitions.Put(ref.Kind, ref.Key, document)
		}
	}
	o.definitions.Index()
	return o
}

// place is where an item stands in a list.
type place struct {
	named bool   // it has a name
	name  []byte // its collation key
	at    *time.Time
	key   string
}

// compare compares two places. To be read from the end, those with a name are turned round, ties and all.
func (p place) compare(other place, order catalog.Order) int {
	byKey := cmp.Compare(p.key, other.key)
	switch order {
	case catalog.ByName, catalog.ByNameDesc:
		if p.named && other.named {
			byName := cmp.Or(bytes.Compare(p.name, other.name), byKey)
			if order == catalog.ByNameDesc {
				return -byName
			}
			return byName
		}
		return cmp.Or(cmp.Compare(truth(other.named), truth(p.named)), byKey)
	case catalog.Newest:
		if p.at != nil && other.at != nil {
			return cmp.Or(other.at.Compare(*p.at), byKey)
		}
		return cmp.Or(cmp.Compare(truth(other.at != nil), truth(p.at != nil)), byKey)
	default:
		return byKey
	}
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

// collatorOf gives the collator of the language in which a reader's lists are ordered.
func collatorOf(reader *targeting.Context) *locale.Collator {
	made, _ := collators.LoadOrStore(reader.Locale(), sync.OnceValue(func() *locale.Collator { return locale.NewCollator(reader.Locale()) }))
	return made.(func() *locale.Collator)()
}

var collators sync.Map // by language: they take longer to make than all the rest of a case

func (o *oracle) product(sku string) *content.Product { return o.products[sku] }

// there gives the lineage of a product, where it is there for a reader.
func (o *oracle) there(sku string, reader *targeting.Context) (content.Lineage, bool) {
	lineage, whole := content.Trace(o.products[sku], o.product)
	return lineage, whole && targeting.There(lineage, reader)
}

// listed gives the lineages of the products that a list holds, and their places, in order.
func (o *oracle) listed(query catalog.ProductQuery, reader *targeting.Context) ([]place, []content.Lineage) {
	places, lineages := []place{}, map[string]content.Lineage{}
	for sku := range o.products {
		lineage, there := o.there(sku, reader)
		if !there || !o.fits(query, lineage, reader) {
			continue
		}
		name := strings.TrimSpace(targeting.Text(lineage, "name", reader))
		one := place{named: name != "", at: lineage.Product().FirstPublished, key: sku}
		if query.Order == catalog.ByName || query.Order == catalog.ByNameDesc {
			one.name = collatorOf(reader).Key(name)
		}
		places, lineages[sku] = append(places, one), lineage
	}
	slices.SortFunc(places, func(a, b place) int { return a.compare(b, query.Order) })
	inOrder := []content.Lineage{}
	for _, one := range places {
		inOrder = append(inOrder, lineages[one.key])
	}
	return places, inOrder
}

// among says that a list is not given, or that one of the items is in it.
func among[E comparable](list []E, items ...E) bool {
	return list == nil || slices.ContainsFunc(items, func(one E) bool { return slices.Contains(list, one) })
}

func (o *oracle) fits(query catalog.ProductQuery, lineage content.Lineage, reader *targeting.Context) bool {
	categories := []string{}
	for _, key := range lineage.Categories() {
		if path := o.definitions.Path(key); targeting.CategoryThere(path, reader) {
			for _, category := range path {
				categories = append(categories, category.Key)
			}
		}
	}
	fits := among(query.SKUs, lineage.Product().SKU) && among(query.Families, lineage.Family()) && among(query.Categories, categories...) &&
		(query.Levels == nil || slices.Contains(query.Levels, o.level(lineage.Product(), reader))) && o.hasText(query.Text, lineage, reader)
	for i := range query.Attributes {
		fits = fits && o.fitsFilter(&query.Attributes[i], lineage, reader)
	}
	return fits
}

func (o *oracle) level(product *content.Product, reader *targeting.Context) catalog.Level {
	for sku, child := range o.products {
		if child.Parent != product.SKU {
			continue
		}
		if _, there := o.there(sku, reader); there {
			return catalog.Model
		}
	}
	if product.Parent != "" {
		return catalog.Variant
	}
	return catalog.Simple
}

// hasText says that a product's name has a word for each term of a text.
func (o *oracle) hasText(text string, lineage content.Lineage, reader *targeting.Context) bool {
	folder := locale.NewFolder(reader.Locale())
	terms, words := folder.Terms(text), folder.Words(targeting.Text(lineage, "name", reader))
	return !slices.ContainsFunc(terms, func(term locale.Term) bool { return !term.In(words) })
}

func (o *oracle) fitsFilter(filter *catalog.AttributeFilter, lineage content.Lineage, reader *targeting.Context) bool {
	value := targeting.Value(lineage, filter.Key, reader)
	if filter.Exists != nil && *filter.Exists != (value != nil) {
		return false
	}
	if filter.Equals == nil && filter.In == nil && filter.Min == nil && filter.Max == nil {
		return true
	}
	if value == nil {
		return false
	}
	items := o.sizesOf(filter.Key, value.Value)
	equals := func(wanted content.Value) bool {
		for _, one := range o.sizesOf(filter.Key, wanted) {
			if !slices.ContainsFunc(items, func(item size) bool { return item.kind != "" && item.in("") == one.in("") }) {
				return false
			}
		}
		return true
	}
	return (filter.Equals == nil || equals(*filter.Equals)) && (filter.In == nil || slices.ContainsFunc(filter.In, equals)) &&
		(filter.Min == nil && filter.Max == nil || slices.ContainsFunc(items, func(item size) bool { return o.within(item, filter) }))
}

// within says that an item lies between a filter's bounds.
func (o *oracle) within(item size, filter *catalog.AttributeFilter) bool {
	unit := cmp.Or(filter.Unit, o.unitOf(filter.Key))
	bound := func(of *float64) *big.Rat {
		if of == nil {
			return item.amount
		}
		return measured(*of, unit).amount
	}
	return item.amount != nil && item.kind == measured(0, unit).kind && bound(filter.Min).Cmp(item.amount) <= 0 && item.amount.Cmp(bound(filter.Max)) <= 0
}

// size is what one item of a value comes to. Kinds differ where nothing of the one is like anything of the other.
type size struct {
	kind   string // what it is, or what it is measured in; "": nothing that can be compared
	amount *big.Rat
	text   string // of what has no amount
	unit   string // in which it was written
}

// in says the size in words: in another unit where that measures the same, and in kilograms and volts for "".
func (s size) in(unit string) string {
	switch {
	case s.amount == nil:
		return s.kind + " " + s.text
	case unit != "" && measured(0, unit).kind == s.kind && unit == "g":
		return "g " + new(big.Rat).Mul(s.amount, big.NewRat(1000, 1)).RatString()
	case unit != "" && measured(0, unit).kind == s.kind:
		return unit + " " + s.amount.RatString()
	default:
		return s.kind + " " + s.amount.RatString()
	}
}

// measured is a number in a unit, a currency, or in nothing.
func measured(number float64, unit string) size {
	amount, _ := new(big.Rat).SetString(strconv.FormatFloat(number, 'f', -1, 64)) // as people write it: 0.7 kg are 700 g
	switch {
	case unit == "g":
		return size{kind: "kg", amount: amount.Mul(amount, big.NewRat(1, 1000)), unit: unit}
	case content.IsCurrencyCode(unit):
		return size{kind: "money in " + unit, amount: amount, unit: unit}
	default:
		return size{kind: cmp.Or(unit, "number"), amount: amount, unit: unit}
	}
}

func (o *oracle) unitOf(key string) string {
	if definition := o.definitions.Attributes[key]; definition != nil {
		return definition.Unit
	}
	return ""
}

// sizesOf gives the sizes of the items of a value.
func (o *oracle) sizesOf(key string, value content.Value) []size {
	items, isList := value.Any().([]any)
	if !isList {
		items = []any{value.Any()}
	}
	sizes := []size{}
	for _, item := range items {
		sizes = append(sizes, o.sizeOf(key, item))
	}
	return sizes
}

func (o *oracle) sizeOf(key string, of any) size {
	item := said(of)
	if quantity, is := item.Quantity(o.unitOf(key)); is {
		return measured(quantity.Amount, quantity.Unit)
	}
	switch of := of.(type) {
	case string:
		return size{kind: "text", text: of}
	case bool:
		return size{kind: "truth", text: strconv.FormatBool(of)}
	case float64:
		return measured(of, "")
	}
	for _, money := range item.Amounts() {
		amount, _ := new(big.Rat).SetString(money.Amount)
		return size{kind: "money in " + money.Currency, amount: amount, unit: money.Currency}
	}
	return size{}
}

// said is a value of anything that JSON can say.
func said(of any) content.Value {
	value, err := content.NewValue(of)
	if err != nil {
		panic(fmt.Sprintf("%v: %v", of, err))
	}
	return value
}

// shown says in words the value that stands for an item in a facet, or "" where none does.
func (o *oracle) shown(key string, item size) string {
	switch unit := o.unitOf(key); {
	case item.kind == "" || item.kind == "text" && len(item.text) > 64:
		return ""
	case unit != "" && measured(0, unit).kind == item.kind:
		return item.in(unit)
	default:
		return item.in(item.unit)
	}
}

// facet counts what values of an attribute a list shows, by what shown says, and how many have one.
func (o *oracle) facet(key string, lineages []content.Lineage, reader *targeting.Context) (counts map[string]int, total int) {
	counts = map[string]int{}
	for _, lineage := range lineages {
		value := targeting.Value(lineage, key, reader)
		if value == nil {
			continue
		}
		total++
		own := map[string]bool{}
		for _, item := range o.sizesOf(key, value.Value) {
			own[o.shown(key, item)] = true
		}
		delete(own, "")
		for one := range own {
			counts[one]++
		}
	}
	return counts, total
}

// fragmentsListed gives the fragments that a list holds, in order.
func (o *oracle) fragmentsListed(query catalog.FragmentQuery, reader *targeting.Context) []place {
	places := []place{}
	for _, key := range slices.Sorted(maps.Keys(o.fragments)) {
		fragment := o.fragments[key]
		if among(query.Keys, key) && among(query.Kinds, fragment.Type) && among(query.Labels, fragment.Labels...) && targeting.FragmentThere(fragment, reader) {
			places = append(places, place{key: key})
		}
	}
	return places
}

// pageOf gives the part of a list that lies behind one place and before another; nil is no such place.
func pageOf(places []place, order catalog.Order, after, before *place, first int, backward bool) *catalog.Page {
	begin, end := 0, len(places)
	for i, one := range places {
		if after != nil && one.compare(*after, order) <= 0 {
			begin = i + 1
		}
		if before != nil && one.compare(*before, order) >= 0 {
			end = min(end, i)
		}
	}
	between := places[begin:max(begin, end)]
	skipped := max(0, len(between)-first)
	page := &catalog.Page{Total: len(places), Previous: begin > 0, Next: begin+len(between) < len(places)}
	if backward {
		between, page.Previous = between[skipped:], begin+skipped > 0
	} else {
		between, page.Next = between[:len(between)-skipped], begin+len(between)-skipped < len(places)
	}
	for _, one := range between {
		page.Keys = append(page.Keys, one.key)
	}
	return page
}
