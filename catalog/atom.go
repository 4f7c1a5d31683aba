package catalog

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"unisono/content"
	"unisono/unit"
)

// An atom is a value, or an item of a list, written so that atoms of one kind sort by size and equal values have a common beginning:
//
//	s text
//	b 0 or 1
//	n number, 8 bytes
//	q what is measured, NUL, amount in its base unit, 8 bytes, unit as given
//	m currency, amount, 8 bytes, decimal as given
//
// What is none of these, and text of more than maxAtom bytes, has none: it can be seen to exist, and not be compared.
type atom = string

// maxAtom is how long a text can be and still be compared and counted.
const maxAtom = 64

// atomsOf gives the atoms of a value, each once.
func atomsOf(value content.Value) []atom {
	if !value.IsList() {
		if one := atomOf(value); one != "" {
			return []atom{one}
		}
		return nil
	}
	atoms := make([]atom, 0, value.Len())
	seen := make(map[atom]bool, cap(atoms))
	for item := range value.Items() {
		if one := atomOf(item); one != "" && !seen[one] {
			seen[one] = true
			atoms = append(atoms, one)
		}
	}
	return atoms
}

func atomOf(item content.Value) atom {
	if text, is := item.Text(); is {
		if content.Blank(text) || len(text) > maxAtom {
			return ""
		}
		return "s" + text
	}
	if number, is := item.Number(); is {
		return "n" + sortable(number)
	}
	if quantity, is := item.Quantity(""); is {
		return atomOfQuantity(quantity)
	}
	if money, is := item.Money(); is {
		amount, err := strconv.ParseFloat(money.Amount, 64)
		if err != nil || len(money.Amount) > maxAtom {
			return ""
		}
		return "m" + money.Currency + sortable(amount) + money.Amount
	}
	switch either, is := item.Bool(); {
	case !is:
		return ""
	case either:
		return "b1"
	default:
		return "b0"
	}
}

func atomOfQuantity(quantity content.Quantity) atom {
	if len(quantity.Unit) > maxAtom || strings.Contains(quantity.Unit, "\x00") {
		return ""
	}
	measured := measureOf(quantity.Unit)
	return measured.prefix() + sortable(measured.toBase(quantity.Amount)) + quantity.Unit
}

// measure is a unit that is known, or one that converts into nothing but itself.
type measure struct {
	code string
	unit *unit.Unit
}

func measureOf(code string) measure {
	known, err := unit.Parse(code)
	if err != nil {
		return measure{code: code}
	}
	return measure{code, &known}
}

// prefix is what the atoms of all quantities begin with that convert into this one.
func (m measure) prefix() string {
	if m.unit == nil {
		return "q?" + m.code + "\x00"
	}
	return "q" + m.unit.Dimension() + "\x00"
}

func (m measure) toBase(amount float64) float64 {
	if m.unit == nil {
		return amount
	}
	return m.unit.ToBase(amount)
}

func (m measure) fromBase(amount float64) float64 {
	if m.unit == nil {
		return amount
	}
	return m.unit.FromBase(amount)
}

// sortable writes a number in 8 bytes that sort as numbers do.
func sortable(number float64) string {
	bits := math.Float64bits(number + 0)
	if bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	return string(binary.BigEndian.AppendUint64(nil, bits))
}

func unsortable(text string) float64 {
	bits := binary.BigEndian.Uint64([]byte(text))
	if bits>>63 == 1 {
		bits &^= 1 << 63
	} else {
		bits = ^bits
	}
	return math.Float64frombits(bits)
}

// plain writes a decimal in the only way in which equal ones are the same.
func plain(decimal string) string {
	if strings.Contains(decimal, ".") {
		decimal = strings.TrimRight(strings.TrimRight(decimal, "0"), ".")
	}
	if decimal == "-0" {
		return "0"
	}
	return decimal
}

// base is the unit in which values of an attribute are counted, where its definition names one.
func base(definition *content.Attribute) (measure, bool) {
	if definition == nil || definition.Type != content.TypeQuantity || definition.Unit == "" {
		return measure{}, false
	}
	return measureOf(definition.Unit), true
}

// tally says how the atoms of an attribute are counted and shown.
type tally struct {
	unit   measure
	counts bool // unit is there
}

func tallyOf(definition *content.Attribute) tally {
	unit, counts := base(definition)
	return tally{unit, counts}
}

// key is the same for all atoms that are equal.
func (t tally) key(of atom) string {
	switch of[0] {
	case 'n':
		if t.counts {
			return t.unit.prefix() + sortable(t.unit.toBase(unsortable(of[1:])))
		}
	case 'q':
		if t.counts && strings.HasPrefix(of, t.unit.prefix()) {
			return of[:len(t.unit.prefix())+8]
		}
	case 'm':
		return of[:4+8] + plain(of[4+8:])
	}
	return of
}

// value is what is shown for an atom: in the attribute's unit, or as it was given where that is more than JSON can say to the last digit.
func (t tally) value(of atom) content.Value {
	value, err := t.shown(of)
	if err != nil && t.counts {
		value, err = tally{}.shown(of)
	}
	if err != nil {
		return content.Value{} // never: it was a value before
	}
	return value
}

func (t tally) shown(of atom) (content.Value, error) {
	switch of[0] {
	case 's':
		return content.TextValue(of[1:]), nil
	case 'b':
		return content.BoolValue(of == "b1"), nil
	case 'n':
		number := unsortable(of[1:])
		if t.counts {
			return content.Quantity{Amount: t.unit.fromBase(t.unit.toBase(number)), Unit: t.unit.code}.Value()
		}
		return content.NumberValue(number)
	case 'q':
		at := strings.IndexByte(of, 0) + 1
		unit := measureOf(of[at+8:])
		if t.counts && strings.HasPrefix(of, t.unit.prefix()) {
			unit = t.unit
		}
		return content.Quantity{Amount: unit.fromBase(unsortable(of[at : at+8])), Unit: unit.code}.Value()
	default:
		return content.Money{Amount: of[4+8:], Currency: of[1:4]}.Value(), nil
	}
}
