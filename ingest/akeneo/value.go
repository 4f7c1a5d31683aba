package akeneo

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"

	"unisono/content"
	"unisono/fault"
)

// value reads one value of a product. The value of empty cells is null. What cannot be read is reported, and ok is false: then the
// product keeps what it has.
func (e *export) value(row *row, from *target) (value any, ok bool) {
	switch from.attribute.form {
	case quantity:
		return e.quantity(row, from)
	case money:
		return e.money(row, from)
	}
	text := row.cells[from.cells[0].place]
	if strings.TrimSpace(text) == "" {
		return nil, true
	}
	value, wrong := e.single(from.attribute, text)
	if wrong != nil {
		row.problem(from.cells[0].name, wrong.Code, "%s; the value is left out", wrong.Message)
		return nil, false
	}
	return value, true
}

// single reads a value that stands in one cell, which is not blank.
func (e *export) single(a *attribute, text string) (any, *fault.Problem) {
	trimmed := strings.TrimSpace(text)
	switch a.form {
	case number:
		amount, err := float(trimmed)
		if err != nil {
			return nil, refuse(fault.Invalid, "%.60q: %v", trimmed, err)
		}
		return amount, nil
	case boolean:
		return truth(trimmed)
	case date:
		if !content.IsDate(trimmed) {
			return nil, refuse(fault.Invalid, "%.60q is no date; one such as 2026-03-01 is expected", trimmed)
		}
		return trimmed, nil
	case option:
		return e.option(a, trimmed)
	case options:
		return e.optionList(a, trimmed)
	case rows:
		return tableRows(trimmed)
	default:
		return text, nil
	}
}

func truth(text string) (any, *fault.Problem) {
	switch strings.ToLower(text) {
	case "1", "true", "yes":
		return true, nil
	case "0", "false", "no":
		return false, nil
	default:
		return nil, refuse(fault.Invalid, "%.60q is neither 1 nor 0", text)
	}
}

// option gives the code of an option as attribute_options.csv spells it. Without that file it is taken as it stands: the options may have
// come by an earlier import.
func (e *export) option(a *attribute, code string) (any, *fault.Problem) {
	if e.index.options == nil {
		return code, nil
	}
	defined := e.index.options[strings.ToLower(a.key)]
	if spelling, is := defined[strings.ToLower(code)]; is {
		return spelling, nil
	}
	if len(defined) == 0 {
		return nil, refuse(fault.NotFound, "%s defines no option of %s, so not %.100q either", optionsFile, a.key, code)
	}
	return nil, refuse(fault.NotFound, "%s does not define %.100q as an option of %s; there are %s", optionsFile, code, a.key, some(defined.sorted()))
}

func (e *export) optionList(a *attribute, cell string) (any, *fault.Problem) {
	keys := []any{}
	for _, code := range splitList(cell) {
		key, wrong := e.option(a, code)
		if wrong != nil {
			return nil, wrong
		}
		keys = append(keys, key)
	}
	return dedupe(keys), nil
}

// tableRows reads the rows of a table, which Akeneo writes as JSON.
func tableRows(cell string) (any, *fault.Problem) {
	value := content.Value{}
	if err := json.Unmarshal([]byte(cell), &value); err != nil {
		return nil, refuse(fault.Invalid, "the rows of a table are expected as JSON: %v", err)
	}
	isRows := value.IsList()
	for one := range value.Items() {
		isRows = isRows && one.IsObject()
	}
	if !isRows {
		return nil, refuse(fault.Invalid, "the rows of a table are expected as JSON: a list of objects")
	}
	return value, nil
}

// quantity reads a number and its unit: from the column beside it, or from behind the number in the same cell. Where neither says one,
// it is the attribute's default.
func (e *export) quantity(row *row, from *target) (any, bool) {
	column := from.cells[0].name
	text := strings.TrimSpace(row.cells[from.cells[0].place])
	if text == "" {
		return nil, true
	}
	unit, unitColumn := "", column
	if from.unit != nil {
		unit, unitColumn = strings.TrimSpace(row.cells[from.unit.place]), from.unit.name
	} else if i := strings.LastIndexFunc(text, unicode.IsSpace); i > 0 && unicode.IsLetter(rune(text[len(text)-1])) {
		text, unit = strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
	}
	if unit == "" {
		unit = from.attribute.unit
	}
	code, known := ucum(from.attribute.family, unit)
	amount, err := float(text)
	switch {
	case err != nil:
		row.problem(column, fault.Invalid, "%.60q: %v; the value is left out", text, err)
	case unit == "":
		row.problem(unitColumn, fault.Invalid, "the unit is missing; the value is left out")
	case !known:
		row.problem(unitColumn, fault.Invalid, "the unit %.60q has no UCUM code that is known; the value is left out", unit)
	default:
		return map[string]any{"amount": amount, "unit": code}, true
	}
	return nil, false
}

// money gathers the amounts of all currencies into one value: an amount, or a list with one for each currency, by their codes. One
// amount that cannot be read makes the whole value unreadable, since without it the old one would be lost.
func (e *export) money(row *row, from *target) (any, bool) {
	amounts := []any{}
	for _, column := range from.cells {
		found, wrong := prices(row.cells[column.place], column.currency)
		if wrong != nil {
			row.problem(column.name, wrong.Code, "%s; the value is left out", wrong.Message)
			return nil, false
		}
		amounts = append(amounts, found...)
	}
	slices.SortStableFunc(amounts, func(a, b any) int { return strings.Compare(currency(a), currency(b)) })
	for i := 1; i < len(amounts); i++ {
		if currency(amounts[i]) == currency(amounts[i-1]) {
			row.problem(from.cells[0].name, fault.Invalid, "there are two amounts in %s; the value is left out", currency(amounts[i]))
			return nil, false
		}
	}
	switch len(amounts) {
	case 0:
		return nil, true
	case 1:
		return amounts[0], true
	default:
		return amounts, true
	}
}

func currency(amount any) string {
	object, _ := amount.(map[string]any)
	text, _ := object["currency"].(string)
	return text
}

// prices reads a cell of money: one amount where the column names the currency, otherwise "10.00 EUR,12.50 USD".
func prices(text, currency string) ([]any, *fault.Problem) {
	found := []any{}
	parts := []string{text}
	if currency == "" {
		parts = strings.Split(text, ",")
	}
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		amount, code := part, currency
		if code == "" {
			var said bool
			if amount, code, said = strings.Cut(part, " "); !said || !isCurrency(strings.TrimSpace(code)) {
				return nil, refuse(fault.Invalid, "%.60q: an amount and a currency are expected, such as 10.50 EUR", part)
			}
			code = strings.ToUpper(strings.TrimSpace(code))
		}
		plain, err := decimal(amount)
		if err != nil {
			return nil, refuse(fault.Invalid, "%.60q: %v", amount, err)
		}
		found = append(found, map[string]any{"amount": plain, "currency": code})
	}
	return found, nil
}
