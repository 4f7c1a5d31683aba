package akeneo

import (
	"context"
	"strconv"
	"strings"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
)

// models gives the product models, parents first: the file is read once for each level, so that none of it must be held.
func (e *export) models(ctx context.Context) error {
	levels := 0
	for _, m := range e.index.models {
		levels = max(levels, m.depth)
	}
	for level := 0; level <= levels; level++ {
		if err := e.modelsAt(ctx, level); err != nil {
			return err
		}
	}
	return nil
}

// modelsAt gives the models with so many parents. What is wrong with the file itself is reported with the first level.
func (e *export) modelsAt(ctx context.Context, level int) error {
	report := e.report
	if level > 0 {
		report = nobody
	}
	columns := columns{}
	begin := func(t *table) { columns = e.modelColumns(t) }
	return e.read(ctx, modelsFile, report, begin, func(row *row) error {
		m := e.index.models[strings.ToLower(row.cell("code"))]
		switch {
		case m == nil:
			if row.has("code") {
				row.problem("code", fault.Invalid, "the code is missing; the row is passed over")
			}
			return nil
		case m.depth != level:
			return nil
		}
		row.report = e.report // this row is read at this level alone
		defer func() { row.report = report }()
		return e.model(row, m, columns)
	})
}

func (e *export) modelColumns(t *table) columns {
	if !t.has("code") && len(t.header) > 0 {
		t.problem(1, "code", fault.Invalid, "this column is missing, so no model can be read; the file's columns are "+some(t.header))
	}
	if e.variants == nil && t.has("family_variant") {
		t.problem(1, "family_variant", fault.NotFound, variantsFile+" is missing, so the models' family and axes are left as they are")
	}
	return e.readColumns(t, "code", "family_variant", "parent", "categories")
}

func (e *export) model(row *row, m *model, columns columns) error {
	code := row.code("code")
	if m.cyclic {
		row.problem("parent", fault.Invalid, "the parents of %.100q lead back to itself; the row is passed over", code)
		return nil
	}
	p := &patch{}
	p.text("sku", code, "code")
	e.variation(p, row, m)
	p.set("state", content.Published, "code")
	return e.product(p, row, code, columns)
}

// variation sets what a model has from its family variant.
func (e *export) variation(p *patch, row *row, m *model) {
	level := m.depth
	if row.has("parent") {
		parent := e.modelCode(row, "parent", row.code("parent"))
		p.text("parent", parent, "parent")
		if parent != "" && level == 0 { // the parent came by an earlier import
			level = 1
		}
	}
	code := row.cell("family_variant")
	v := e.variants[strings.ToLower(code)]
	switch {
	case e.variants == nil || code == "":
		return
	case v == nil:
		row.problem("family_variant", fault.NotFound, "%s does not define %.100q; the family and the axes are left as they are", variantsFile, code)
		return
	}
	p.text("family", v.family, "family_variant")
	axes := []string{}
	if level < len(v.axes) {
		axes = v.axes[level]
	}
	list(p, "axes", axes, "family_variant")
}

// products gives the products, row by row.
func (e *export) products(ctx context.Context) error {
	columns := columns{}
	ean := ""
	begin := func(t *table) {
		columns = e.readColumns(t, e.identifier, "family", "parent", "categories", "enabled")
		ean = e.gtinColumn(t)
		if !t.has(e.identifier) && len(t.header) > 0 {
			t.problem(1, e.identifier, fault.Invalid, "this column is missing, so no product can be read; the file's columns are "+some(t.header))
		}
	}
	return e.each(ctx, productsFile, begin, func(row *row) error {
		sku := row.code(e.identifier)
		if sku == "" {
			if row.has(e.identifier) {
				row.problem(e.identifier, fault.Invalid, "the SKU is missing; the row is passed over")
			}
			return nil
		}
		p := &patch{}
		p.text("sku", sku, e.identifier)
		e.membership(p, row)
		p.set("state", e.state(row), "enabled")
		if ean != "" {
			e.gtin(p, row, ean)
		}
		return e.product(p, row, sku, columns)
	})
}

// membership sets a product's parent and family. A variant that names no family has that of its model.
func (e *export) membership(p *patch, row *row) {
	parent := ""
	if row.has("parent") {
		parent = e.modelCode(row, "parent", row.code("parent"))
		p.text("parent", parent, "parent")
	}
	family := e.refer(row, "family", row.code("family"), e.index.families, familiesFile)
	if m := e.index.models[strings.ToLower(parent)]; m != nil && family == "" {
		family = m.family
	}
	if row.has("family") || family != "" {
		p.text("family", family, "family")
	}
}

// state says whether a product is published: it is where "enabled" is true, empty or absent.
func (e *export) state(row *row) content.WorkflowState {
	cell := row.cell("enabled")
	if cell == "" {
		return content.Published
	}
	enabled, wrong := truth(cell)
	if wrong != nil {
		row.problem("enabled", wrong.Code, "%s; the product becomes a draft", wrong.Message)
	}
	if enabled == true {
		return content.Published
	}
	return content.Draft
}

// gtin sets the GTIN, which is unique among products: one that several rows claim is nobody's. It is cleared where the row has none, so
// that another product can take it over.
func (e *export) gtin(p *patch, row *row, column string) {
	cell := row.cell(column)
	number, ok := gtin(cell)
	if !ok || e.repeated[number] {
		cell = ""
	}
	p.text("gtin", cell, column)
}

// product sets what products and models have in common, and gives the item.
func (e *export) product(p *patch, row *row, sku string, from columns) error {
	if row.has("categories") {
		categories := row.list("categories")
		for i, code := range categories {
			categories[i] = e.refer(row, "categories", code, e.index.categories, categoriesFile)
		}
		list(p, "categories", dedupe(categories), "categories")
	}
	places := map[string][]string{} // the column of each element of a list
	if len(from.values) > 0 {
		var values []value
		values, places["setAttributes"] = e.values(row, from.values)
		list(p, "setAttributes", values, "")
	}
	if len(from.media) > 0 {
		var media []content.Media
		media, places["media"] = e.media(row, from.media)
		list(p, "media", media, from.media[0].cells[0].name)
	}
	if len(from.relations) > 0 {
		var related []content.Relation
		related, places["related"] = e.relations(row, sku, from.relations)
		list(p, "related", related, from.relations[0].name)
	}
	item, err := p.item(content.KindProduct, row, func(at []string) string {
		if len(at) > 1 {
			place, err := strconv.Atoi(at[1])
			if names := places[at[0]]; err == nil && place >= 0 && place < len(names) {
				return names[place]
			}
		}
		return p.column(at)
	})
	if err != nil {
		return err
	}
	return e.yield(item)
}

// value is what content.AttributeValue reads: a value with its scope.
type value struct {
	Key     string     `json:"key"`
	Value   any        `json:"value"`
	Locale  locale.Tag `json:"locale,omitempty"`
	Channel string     `json:"channel,omitempty"`
}

// values reads all values of a row. Names says which column each came from.
func (e *export) values(row *row, from []target) (values []value, names []string) {
	values, names = make([]value, 0, len(from)), make([]string, 0, len(from))
	for i := range from {
		read, ok := e.value(row, &from[i])
		if !ok {
			continue
		}
		values = append(values, value{
			Key: from[i].attribute.key, Value: read, Locale: from[i].locale, Channel: from[i].channel,
		})
		names = append(names, from[i].cells[0].name)
	}
	return values, names
}
