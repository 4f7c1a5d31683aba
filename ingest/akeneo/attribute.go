package akeneo

import (
	"context"
	"slices"
	"strings"

	"unisono/content"
	"unisono/fault"
)

// attribute is what the reading of values needs to know of an attribute.
type attribute struct {
	key    string
	source string // Akeneo's type
	kind   content.AttributeType
	form   form

	localizable, scopable bool

	family string // of measurements
	unit   string // Akeneo's code of the default unit
}

// form says how a cell is read.
type form int

const (
	plain    form = iota // the text as it stands
	number               // a decimal number
	boolean              // 1 or 0
	date                 // a calendar date
	option               // the code of an option
	options              // codes of options, separated by commas
	quantity             // a number, and its unit in a column beside it
	money                // amounts, a column for each currency
	media                // the path of a file
	rows                 // JSON: a list of objects
)

// types says what Akeneo's types become. Types of reference data are in attributeType.
var types = map[string]struct {
	kind content.AttributeType
	form form
}{
	"pim_catalog_identifier":             {content.TypeText, plain},
	"pim_catalog_text":                   {content.TypeText, plain},
	"pim_catalog_textarea":               {content.TypeText, plain},
	"pim_catalog_number":                 {content.TypeNumber, number},
	"pim_catalog_boolean":                {content.TypeBoolean, boolean},
	"pim_catalog_date":                   {content.TypeDate, date},
	"pim_catalog_simpleselect":           {content.TypeOption, option},
	"pim_catalog_multiselect":            {content.TypeOptions, options},
	"pim_catalog_metric":                 {content.TypeQuantity, quantity},
	"pim_catalog_price_collection":       {content.TypeMoney, money},
	"pim_catalog_image":                  {content.TypeURL, media},
	"pim_catalog_file":                   {content.TypeURL, media},
	"pim_catalog_table":                  {content.TypeTable, rows},
	"akeneo_reference_entity":            {content.TypeText, plain},
	"akeneo_reference_entity_collection": {content.TypeText, plain},
	"pim_catalog_asset_collection":       {content.TypeText, plain},
	"pim_assets_collection":              {content.TypeText, plain},
}

// attribute reads what values need of a row of attributes.csv.
func (x *index) attribute(row *row, code string) *attribute {
	a := &attribute{
		key: code, source: row.code("type"),
		localizable: row.cell("localizable") == "1", scopable: row.cell("scopable") == "1",
		family: row.code("metric_family"), unit: row.code("default_metric_unit"),
	}
	a.kind, a.form = x.attributeType(a)
	if a.source == "pim_catalog_identifier" && (x.identifier == "" || code == "sku") {
		x.identifier = code
	}
	return a
}

// attributeType says what an attribute's values are. Reference data are options where attribute_options.csv lists them.
func (x *index) attributeType(a *attribute) (content.AttributeType, form) {
	listed := len(x.options[strings.ToLower(a.key)]) > 0
	switch {
	case a.source == "pim_reference_data_simpleselect" && listed:
		return content.TypeOption, option
	case a.source == "pim_reference_data_multiselect" && listed:
		return content.TypeOptions, options
	}
	if known, is := types[a.source]; is {
		return known.kind, known.form
	}
	return content.TypeText, plain
}

func (e *export) attributes(ctx context.Context) error {
	places := 0
	return e.defining(ctx, attributesFile, content.KindAttribute, func(p *patch, row *row, names labels) {
		places++
		a := e.index.attribute(row, row.code("code"))
		if _, is := types[a.source]; !is && !strings.HasPrefix(a.source, "pim_reference_data_") {
			row.problem("type", fault.Invalid, "%.60q is no type that is known; the values are read as texts", a.source)
		}
		p.text("key", a.key, "code")
		p.set("type", a.kind, "type")
		names.set(p, "label", row)
		if row.has("group") {
			p.text("group", e.refer(row, "group", row.cell("group"), e.groups, groupsFile), "group")
		}
		if a.form == quantity {
			e.unit(p, row, a)
		}
		p.set("position", order(row, places), "sort_order")
	})
}

// unit sets the unit in which values without one are measured.
func (e *export) unit(p *patch, row *row, a *attribute) {
	const column = "default_metric_unit"
	if !row.has(column) {
		return
	}
	code, known := ucum(a.family, a.unit)
	if !known && a.unit != "" {
		row.problem(column, fault.Invalid, "the unit %.60q of %.60q has no UCUM code that is known; it is left out", a.unit, a.family)
	}
	p.text("unit", code, column)
}

// attributeKeys lists every attribute in order, for messages.
func (x *index) attributeKeys() []string {
	keys := make([]string, 0, len(x.attributes))
	for _, a := range x.attributes {
		keys = append(keys, a.key)
	}
	slices.Sort(keys)
	return keys
}
