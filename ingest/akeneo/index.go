package akeneo

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"unisono/ingest"
)

// index is what must be known of all files before the first item is given: which codes there are and how they are spelled.
type index struct {
	channels, groups, categories, families, associations codes // nil: the file is missing; so too below

	attributes map[string]*attribute // by the code in lower case
	options    map[string]codes      // by the attribute's key
	variants   map[string]*variant
	models     map[string]*model

	identifier string // the column of products.csv that holds the SKU
	repeated   map[uint64]bool
	rows       int
}

// codes gives the spelling of a code by its lower case.
type codes map[string]string

func (c codes) add(code string) {
	if lower := strings.ToLower(code); code != "" && c[lower] == "" {
		c[lower] = code
	}
}

// spell gives a code as its definition spells it. It is not known where the file that defines it is there and does not.
func (c codes) spell(code string) (spelling string, known bool) {
	if spelling, is := c[strings.ToLower(code)]; is {
		return spelling, true
	}
	return code, c == nil
}

// sorted gives every spelling in order, for messages.
func (c codes) sorted() []string { return slices.Sorted(maps.Values(c)) }

// variant says in which attributes the products of one model differ, level by level.
type variant struct {
	family string
	axes   [][]string
}

// model is a product model.
type model struct {
	code, parent string
	family       string // through its family variant
	depth        int    // 0: it has no parent in the file
	cyclic       bool   // its parents lead back to it
}

// index reads all files for their codes. What is wrong with them is reported when they are read for their items.
func (s *source) index(ctx context.Context) (*index, error) {
	if s.known != nil {
		return s.known, nil
	}
	x := &index{}
	for _, read := range []func(context.Context, *source) error{
		x.readCodes, x.readOptions, x.readAttributes, x.readVariants, x.readModels, x.readProducts,
	} {
		if err := read(ctx, s); err != nil {
			return nil, err
		}
	}
	s.known = x
	return x, nil
}

func nobody(ingest.Problem) {}

func (x *index) readCodes(ctx context.Context, s *source) error {
	for _, file := range []struct {
		name  string
		codes *codes
		items bool
	}{
		{channelsFile, &x.channels, true},
		{groupsFile, &x.groups, false},
		{categoriesFile, &x.categories, true},
		{familiesFile, &x.families, true},
		{associationsFile, &x.associations, false},
	} {
		begin := func(*table) { *file.codes = codes{} }
		err := s.read(ctx, file.name, nobody, begin, func(row *row) error {
			file.codes.add(row.code("code"))
			if file.items {
				x.rows++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *index) readOptions(ctx context.Context, s *source) error {
	begin := func(*table) { x.options = map[string]codes{} }
	return s.read(ctx, optionsFile, nobody, begin, func(row *row) error {
		x.rows++
		attribute := strings.ToLower(row.cell("attribute"))
		if x.options[attribute] == nil {
			x.options[attribute] = codes{}
		}
		x.options[attribute].add(row.code("code"))
		return nil
	})
}

func (x *index) readAttributes(ctx context.Context, s *source) error {
	begin := func(*table) { x.attributes = map[string]*attribute{} }
	return s.read(ctx, attributesFile, nobody, begin, func(row *row) error {
		x.rows++
		code := row.code("code")
		if lower := strings.ToLower(code); code != "" && x.attributes[lower] == nil {
			x.attributes[lower] = x.attribute(row, code)
		}
		return nil
	})
}

func (x *index) readVariants(ctx context.Context, s *source) error {
	begin := func(*table) { x.variants = map[string]*variant{} }
	return s.read(ctx, variantsFile, nobody, begin, func(row *row) error {
		family, _ := x.families.spell(row.code("family"))
		v := &variant{family: family}
		for level := 1; row.has("variant-axes_" + strconv.Itoa(level)); level++ {
			axes := row.list("variant-axes_" + strconv.Itoa(level))
			for i, axis := range axes {
				axes[i] = x.attributeKey(strings.Clone(axis))
			}
			v.axes = append(v.axes, axes)
		}
		x.variants[strings.ToLower(row.cell("code"))] = v
		return nil
	})
}

func (x *index) readModels(ctx context.Context, s *source) error {
	begin := func(*table) { x.models = map[string]*model{} }
	err := s.read(ctx, modelsFile, nobody, begin, func(row *row) error {
		x.rows++
		code := row.code("code")
		lower := strings.ToLower(code)
		if code == "" || x.models[lower] != nil {
			return nil
		}
		m := &model{code: code, parent: strings.ToLower(row.cell("parent"))}
		if v := x.variants[strings.ToLower(row.cell("family_variant"))]; v != nil {
			m.family = v.family
		}
		x.models[lower] = m
		return nil
	})
	for _, m := range x.models {
		m.depth, m.cyclic = x.depth(m)
	}
	return err
}

// maxDepth bounds the way from a model to its root. Akeneo has two levels; a longer way than this goes round.
const maxDepth = 16

// depth counts the parents of a model.
func (x *index) depth(m *model) (depth int, cyclic bool) {
	for parent := x.models[m.parent]; parent != nil; parent = x.models[parent.parent] {
		if depth++; depth > maxDepth {
			return 0, true
		}
	}
	return depth, false
}

// readProducts counts the products and finds the GTINs that more than one of them claims.
func (x *index) readProducts(ctx context.Context, s *source) error {
	numbers := []uint64{}
	column := ""
	if x.identifier == "" {
		x.identifier = "sku"
	}
	begin := func(t *table) { column, x.identifier = x.gtinColumn(t), x.skuColumn(t) }
	err := s.read(ctx, productsFile, nobody, begin, func(row *row) error {
		x.rows++
		if number, ok := gtin(row.cell(column)); ok && column != "" {
			numbers = append(numbers, number)
		}
		return nil
	})
	slices.Sort(numbers)
	x.repeated = map[uint64]bool{}
	for i := 1; i < len(numbers); i++ {
		if numbers[i] == numbers[i-1] {
			x.repeated[numbers[i]] = true
		}
	}
	return err
}

// gtinColumn names the column that holds products' GTINs, if there is one for every channel and language alike.
func (x *index) gtinColumn(t *table) string {
	for _, wanted := range []string{"gtin", "ean"} {
		for _, name := range t.header {
			if strings.EqualFold(name, wanted) {
				return name
			}
		}
	}
	return ""
}

// gtin reads a Global Trade Item Number. The same number with zeros before it is the same GTIN.
func gtin(cell string) (number uint64, ok bool) {
	if len(cell) < 8 || len(cell) > 14 || strings.Trim(cell, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.ParseUint(cell, 10, 64)
	return number, err == nil && number > 0
}

// skuColumn names the column that identifies products: the attribute that attributes.csv calls the identifier, whatever its letters' case.
// Of several identifiers it is "sku", else the first in attributes.csv that is a column.
func (x *index) skuColumn(t *table) string {
	if t.has(x.identifier) {
		return x.identifier
	}
	for _, name := range t.header {
		if a := x.attributes[strings.ToLower(name)]; a != nil && a.source == "pim_catalog_identifier" || strings.EqualFold(name, x.identifier) {
			return name
		}
	}
	return x.identifier
}

// attributeKey gives an attribute's code in the spelling of attributes.csv.
func (x *index) attributeKey(code string) string {
	if a := x.attributes[strings.ToLower(code)]; a != nil {
		return a.key
	}
	return code
}
