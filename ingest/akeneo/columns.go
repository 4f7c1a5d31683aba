package akeneo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"unisono/fault"
	"unisono/locale"
)

// scope is the attribute that a column belongs to, and for whom its values are.
type scope struct {
	attribute *attribute
	locale    locale.Tag
	channel   string
}

// cell is a column that holds (a part of) a value.
type cell struct {
	name     string
	place    int
	currency string // of money; "": the cell names it
}

// target is one value of a product, read from one column or from several.
type target struct {
	scope
	cells []cell
	unit  *cell // of a quantity, where there is such a column
}

// columns says what each column of products.csv or product_models.csv is for.
type columns struct {
	values    []target
	media     []target // each of one cell
	relations []relationColumn
}

// passedOver are columns that are known and mean nothing here, in lower case.
var passedOver = []string{"groups", "uuid", "created", "updated", "root_parent"}

// columnReader finds out what columns are for, once for each file.
type columnReader struct {
	*index
	table   *table
	fields  []string // the columns that are fields of a product
	columns columns
	targets map[scope]int
	guessed map[string]*attribute // without attributes.csv
}

// readColumns reads the header of a file of products. A column that fits nothing is reported, once, and passed over.
func (x *index) readColumns(t *table, fields ...string) columns {
	r := &columnReader{index: x, table: t, fields: fields, targets: map[scope]int{}, guessed: map[string]*attribute{}}
	for place, name := range t.header {
		if t.columns[name] != place || slices.Contains(fields, name) || slices.Contains(passedOver, strings.ToLower(name)) {
			continue
		}
		if wrong := r.read(place, name); wrong != nil {
			t.problem(1, name, wrong.Code, wrong.Message+"; the column is passed over")
		}
	}
	r.columns.values = slices.DeleteFunc(r.columns.values, func(t target) bool {
		if len(t.cells) == 0 {
			r.table.problem(1, t.unit.name, fault.Invalid, "there is no column with the numbers that these units are for")
		}
		return len(t.cells) == 0
	})
	return r.columns
}

func refuse(code fault.Code, format string, args ...any) *fault.Problem {
	return &fault.Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// read takes one column in.
func (r *columnReader) read(place int, name string) *fault.Problem {
	base, rest, _ := strings.Cut(name, "-")
	parts := []string{}
	if rest != "" {
		parts = strings.Split(rest, "-")
	}
	switch is, wrong := r.relation(place, name, base, parts); {
	case wrong != nil:
		return wrong
	case is:
		return nil
	}
	if r.attributes == nil {
		return r.guess(place, name, base, parts)
	}
	a := r.attributes[strings.ToLower(base)]
	if a == nil {
		return r.unknown(name, base)
	}
	return r.value(place, name, a, parts)
}

// unknown says what would have been right.
func (r *columnReader) unknown(name, base string) *fault.Problem {
	keys := r.attributeKeys()
	hint, best := "", max(1, len(base)/3)+1
	for _, key := range append(slices.Clone(r.fields), keys...) {
		if distance := levenshtein.ComputeDistance(strings.ToLower(base), strings.ToLower(key)); distance < best {
			best, hint = distance, fmt.Sprintf("; did you mean %.100q", key+strings.TrimPrefix(name, base))
		}
	}
	return refuse(fault.Invalid, "%s defines no attribute %.60q%s; columns are %s, ASSOCIATION-products and those of the attributes %s",
		attributesFile, base, hint, strings.Join(r.fields, ", "), some(keys))
}

// value takes in a column of an attribute that attributes.csv defines, which says what the parts of the name must be.
func (r *columnReader) value(place int, name string, a *attribute, parts []string) *fault.Problem {
	where := scope{attribute: a}
	rest := parts
	if a.localizable {
		if len(rest) == 0 {
			return r.form(a)
		}
		tag, err := locale.Parse(rest[0])
		if err != nil {
			return refuse(fault.Invalid, "%s", publicText(err))
		}
		where.locale, rest = tag, rest[1:]
	}
	if a.scopable {
		if len(rest) == 0 {
			return r.form(a)
		}
		channel, known := r.channels.spell(rest[0])
		if !known {
			return refuse(fault.NotFound, "%s defines no channel %.60q; there are %s", channelsFile, rest[0], some(r.channels.sorted()))
		}
		where.channel, rest = channel, rest[1:]
	}
	switch {
	case len(rest) == 0:
		return r.add(where, cell{name: name, place: place})
	case len(rest) == 1 && a.form == money && isCurrency(rest[0]):
		return r.add(where, cell{name: name, place: place, currency: strings.ToUpper(rest[0])})
	case len(rest) == 1 && a.form == quantity && rest[0] == "unit":
		r.target(where).unit = &cell{name: name, place: place}
		return nil
	default:
		return r.form(a)
	}
}

// form says how the columns of an attribute are named.
func (r *columnReader) form(a *attribute) *fault.Problem {
	name := a.key
	if a.localizable {
		name += "-LOCALE"
	}
	if a.scopable {
		name += "-CHANNEL"
	}
	switch a.form {
	case money:
		name += "-CURRENCY"
	case quantity:
		name += " and " + name + "-unit"
	}
	return refuse(fault.Invalid, "by %s, columns of the attribute %s have the form %s", attributesFile, a.key, name)
}

func isCurrency(text string) bool {
	return len(text) == 3 && strings.Trim(strings.ToUpper(text), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// target gives the value with a scope, a new one if need be.
func (r *columnReader) target(where scope) *target {
	place, is := r.targets[where]
	if !is {
		place = len(r.columns.values)
		r.targets[where] = place
		r.columns.values = append(r.columns.values, target{scope: where})
	}
	return &r.columns.values[place]
}

// add takes in a cell of a value. Only money has several, one for each currency.
func (r *columnReader) add(where scope, c cell) *fault.Problem {
	if where.attribute.form == media {
		r.columns.media = append(r.columns.media, target{scope: where, cells: []cell{c}})
		return nil
	}
	t := r.target(where)
	for _, other := range t.cells {
		if where.attribute.form != money || other.currency == c.currency {
			return refuse(fault.Invalid, "the column %s says the same", other.name)
		}
	}
	t.cells = append(t.cells, c)
	return nil
}

var (
	localeForm = regexp.MustCompile(`^[a-z]{2,3}(_[A-Za-z]{4})?_([A-Z]{2}|[0-9]{3})$`)
	codeForm   = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
)

// guess takes in a column without attributes.csv: the form of its name must do.
func (r *columnReader) guess(place int, name, base string, parts []string) *fault.Problem {
	where, rest := scope{}, parts
	if len(rest) > 0 && localeForm.MatchString(rest[0]) {
		tag, err := locale.Parse(rest[0])
		if err != nil {
			return refuse(fault.Invalid, "%s", publicText(err))
		}
		where.locale, rest = tag, rest[1:]
	}
	last := len(rest) - 1
	isUnit := last >= 0 && rest[last] == "unit"
	isMoney := last >= 0 && isCurrency(rest[last]) && strings.ToUpper(rest[last]) == rest[last]
	if isUnit || isMoney {
		rest = rest[:last]
	}
	if len(rest) == 1 {
		channel, known := r.channels.spell(rest[0])
		if !known {
			return refuse(fault.Invalid, "without %s, %.60q is taken for a channel, and %s does not define it", attributesFile, rest[0], channelsFile)
		}
		where.channel, rest = channel, nil
	}
	if len(rest) > 0 || !codeForm.MatchString(base) {
		return refuse(fault.Invalid, "a column is named ATTRIBUTE, ATTRIBUTE-LOCALE, ATTRIBUTE-CHANNEL or ATTRIBUTE-LOCALE-CHANNEL")
	}
	where.attribute = r.guessAttribute(base, isMoney, r.table.has(name+"-unit") || isUnit)
	c := cell{name: name, place: place}
	switch {
	case isUnit:
		r.target(where).unit = &c
		return nil
	case isMoney:
		c.currency = parts[len(parts)-1]
	}
	return r.add(where, c)
}

func (r *columnReader) guessAttribute(key string, isMoney, isQuantity bool) *attribute {
	a := r.guessed[key]
	if a == nil {
		a = &attribute{key: key}
		r.guessed[key] = a
	}
	switch {
	case isMoney:
		a.form = money
	case isQuantity:
		a.form = quantity
	}
	return a
}
