package akeneo

import (
	"strings"

	"unisono/content"
	"unisono/fault"
)

// relationColumn is a column ASSOCIATION-products or ASSOCIATION-product_models.
type relationColumn struct {
	cell
	kind   content.RelationKind
	models bool // it holds codes of product models
}

// relationKinds says what Akeneo's usual association types become, by their code in lower case. They are named by the house, so other
// names cannot be known. What is merely related is an accessory, and another variant an alternative.
var relationKinds = map[string]content.RelationKind{
	"x_sell": content.Accessory, "xsell": content.Accessory, "cross_sell": content.Accessory, "crosssell": content.Accessory,
	"accessory": content.Accessory, "accessories": content.Accessory, "related": content.Accessory,
	"upsell": content.Upsell, "up_sell": content.Upsell,
	"substitution": content.Alternative, "substitute": content.Alternative, "alternative": content.Alternative,
	"similar": content.Alternative, "variant": content.Alternative,
	"pack": content.Bundle, "bundle": content.Bundle, "set": content.Bundle,
	"spare_part": content.SparePart, "spare_parts": content.SparePart, "spareparts": content.SparePart,
	"consumable": content.Consumable, "consumables": content.Consumable,
	"successor": content.Successor, "replacement": content.Successor, "replaced_by": content.Successor,
}

// relation takes in a column of associations, if it is one.
func (r *columnReader) relation(place int, name, base string, parts []string) (is bool, wrong *fault.Problem) {
	suffix := strings.Join(parts, "-")
	switch suffix {
	case "products", "product_models":
	case "groups", "products-quantity", "product_models-quantity", "product_uuids", "product_uuids-quantity":
		return true, nil
	default:
		return false, nil
	}
	kind, known := relationKinds[strings.ToLower(base)]
	if !known {
		return true, refuse(fault.Invalid, "nothing is known about the association type %.60q; those that are known are X_SELL, UPSELL, SUBSTITUTION, "+
			"PACK, SPARE_PART, CONSUMABLE and SUCCESSOR", base)
	}
	r.columns.relations = append(r.columns.relations, relationColumn{
		cell: cell{name: name, place: place}, kind: kind, models: suffix == "product_models",
	})
	return true, nil
}

// relations reads all associations of a row. Names says which column each came from.
func (e *export) relations(row *row, sku string, from []relationColumn) (relations []content.Relation, names []string) {
	seen := map[content.Relation]bool{}
	for _, column := range from {
		for _, other := range splitList(row.cells[column.place]) {
			if column.models {
				other = e.modelCode(row, column.name, other)
			}
			relation := content.Relation{Kind: column.kind, SKU: other}
			switch {
			case other == sku:
				row.problem(column.name, fault.Invalid, "%.100q is associated with itself; that is left out", sku)
			case !seen[relation]:
				seen[relation] = true
				relations, names = append(relations, relation), append(names, column.name)
			}
		}
	}
	return relations, names
}

// modelCode gives the code of a product model in the spelling of product_models.csv, and reports one that is not there.
func (e *export) modelCode(row *row, column, code string) string {
	if m := e.index.models[strings.ToLower(code)]; m != nil {
		return m.code
	}
	if e.index.models != nil && code != "" {
		row.problem(column, fault.NotFound, "%s does not define %.100q; it is kept as it stands", modelsFile, code)
	}
	return code
}
