package content

import (
	"encoding/binary"
	"iter"
	"math"
	"strings"
)

// Value is the value of an attribute: anything that JSON can say. A measurement is {amount: number, unit}, an amount of
// money {amount: "decimal", currency}. The zero Value is null. A Value is never changed once made, and equal values are ==.
//
// Catalogues are made of values, and most of them are a few bytes: so a value is one string, without a pointer in it, and what it
// holds is read in place. A text is itself; all else, and a text that could be taken for such, begins with a byte that begins
// no text in UTF-8:
//
//	nothing: null
//	markText, a text
//	markNumber, its bits from the highest, without zeroes at the end
//	markTrue, markFalse
//	markList, of each item its length and itself
//	markObject, of each member the length of its name, the name, the length of its value, the value; in the order of the names
//	markQuantity, the length of the amount, the amount, the unit: {amount: number, unit} where the unit is not empty
//	markMoney, the currency, the amount: {amount, currency} where both have the form
//
// Lengths are varints. There is one way to write each value, so that equal values are equal strings.
type Value struct{ of string }

const (
	markNumber byte = 0xF8 + iota // the first byte that begins no text
	markFalse
	markTrue
	markList
	markObject
	markQuantity
	markMoney
	markText // an empty text, or one that begins with a mark
)

// The members of measurements and of amounts of money.
const (
	amountName   = "amount"
	unitName     = "unit"
	currencyName = "currency"
)

// currencySize is how many bytes a currency code has.
const currencySize = 3

// TextValue is the value of a text.
func TextValue(text string) Value {
	if text == "" || text[0] >= markNumber {
		return Value{string([]byte{markText}) + text}
	}
	return Value{text}
}

// BoolValue is true or false.
func BoolValue(of bool) Value {
	if of {
		return Value{string([]byte{markTrue})}
	}
	return Value{string([]byte{markFalse})}
}

// NumberValue is the value of a number. The error says so where a float64 cannot hold it exactly or at all.
func NumberValue(number float64) (Value, error) {
	number, err := exact(number)
	if err != nil {
		return Value{}, err
	}
	var room [9]byte
	return Value{string(appendNumber(room[:0], number))}, nil
}

// mark is what kind of value this is; 0 for null.
func (v Value) mark() byte {
	switch {
	case v.of == "":
		return 0
	case v.of[0] < markNumber:
		return markText
	default:
		return v.of[0]
	}
}

// Equal says that both values say the same, member for member.
func (v Value) Equal(other Value) bool { return v.of == other.of }

// IsNull says that the value is null.
func (v Value) IsNull() bool { return v.of == "" }

// IsList says that the value is a list.
func (v Value) IsList() bool { return v.mark() == markList }

// IsObject says that the value is an object, as measurements and amounts of money are.
func (v Value) IsObject() bool {
	mark := v.mark()
	return mark == markObject || mark == markQuantity || mark == markMoney
}

// Missing says that the value counts as absent everywhere: null, "", white space alone, an empty list or object, and a
// list of nothing but such. False and 0 are values.
func (v Value) Missing() bool {
	switch v.mark() {
	case 0:
		return true
	case markText:
		text, _ := v.Text()
		return Blank(text)
	case markList:
		for item := range v.Items() {
			if !item.Missing() {
				return false
			}
		}
		return true
	case markObject:
		return len(v.of) == 1
	default:
		return false
	}
}

// Text gives the value where it is a text.
func (v Value) Text() (string, bool) {
	switch {
	case v.mark() != markText:
		return "", false
	case v.of[0] == markText:
		return v.of[1:], true
	default:
		return v.of, true
	}
}

// Number gives the value where it is a number.
func (v Value) Number() (float64, bool) {
	if v.mark() != markNumber {
		return 0, false
	}
	bits := uint64(0)
	for i := 1; i < len(v.of); i++ {
		bits |= uint64(v.of[i]) << (64 - 8*i)
	}
	return math.Float64frombits(bits), true
}

// Bool gives the value where it is true or false.
func (v Value) Bool() (is, ok bool) {
	mark := v.mark()
	return mark == markTrue, mark == markTrue || mark == markFalse
}

// Items gives the items of a list. Anything else is its own and only item.
func (v Value) Items() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if !v.IsList() {
			yield(v)
			return
		}
		for item, rest := "", v.of[1:]; rest != ""; {
			if item, rest = cut(rest); !yield(Value{item}) {
				return
			}
		}
	}
}

// Members gives the members of an object in the order of their names; anything else has none.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		switch v.mark() {
		case markQuantity:
			amount, unit := cut(v.of[1:])
			_ = yield(amountName, Value{amount}) && yield(unitName, Value{unit})
		case markMoney:
			_ = yield(amountName, Value{v.of[1+currencySize:]}) && yield(currencyName, Value{v.of[1 : 1+currencySize]})
		case markObject:
			for name, value, rest := "", "", v.of[1:]; rest != ""; {
				name, rest = cut(rest)
				if value, rest = cut(rest); !yield(name, Value{value}) {
					return
				}
			}
		}
	}
}

// Member gives a member of an object, or null where there is none of this name.
func (v Value) Member(name string) Value {
	for other, value := range v.Members() {
		if other == name {
			return value
		}
	}
	return Value{}
}

// Len is how many items a list has, or members an object; 0 for all else.
func (v Value) Len() int {
	n := 0
	if v.IsList() {
		for range v.Items() {
			n++
		}
	}
	for range v.Members() {
		n++
	}
	return n
}

// Texts gives the text or the texts that the value consists of; what is not a text is left out.
func (v Value) Texts() []string {
	if _, is := v.Text(); !is && !v.IsList() {
		return nil
	}
	texts := make([]string, 0, max(1, v.Len()))
	for item := range v.Items() {
		if text, is := item.Text(); is {
			texts = append(texts, text)
		}
	}
	return texts
}

// Quantity is a measurement.
type Quantity struct {
	Amount float64
	Unit   string // a UCUM code
}

// Quantity gives the value where it is a measurement, or a number whose unit is known from elsewhere.
func (v Value) Quantity(unit string) (Quantity, bool) {
	if amount, is := v.Number(); is && unit != "" {
		return Quantity{amount, unit}, true
	}
	if v.mark() != markQuantity {
		return Quantity{}, false
	}
	first, second := cut(v.of[1:])
	amount, _ := Value{first}.Number()
	own, _ := Value{second}.Text()
	return Quantity{amount, own}, true
}

// Value is the measurement as a value. The error says so where a float64 cannot hold its amount exactly or at all.
func (q Quantity) Value() (Value, error) {
	amount, err := NumberValue(q.Amount)
	if err != nil {
		return Value{}, err
	}
	return pair(amount, unitName, q.Unit), nil
}

// Money is an amount of money.
type Money struct {
	Amount   string // an exact decimal
	Currency string // ISO 4217
}

// Money gives the value where it is one amount of money.
func (v Value) Money() (Money, bool) {
	if v.mark() != markMoney {
		return Money{}, false
	}
	return Money{Amount: v.of[1+currencySize:], Currency: v.of[1 : 1+currencySize]}, true
}

// Amounts gives the amounts of money that the value consists of: one, or one for each currency; nil where it is something else.
func (v Value) Amounts() []Money {
	amounts := make([]Money, 0, max(1, v.Len()))
	for item := range v.Items() {
		amount, is := item.Money()
		if !is {
			return nil
		}
		amounts = append(amounts, amount)
	}
	return amounts
}

// Value is the amount as a value, whether it has the form of one or not.
func (m Money) Value() Value { return pair(TextValue(m.Amount), currencyName, m.Currency) }

// Any gives the value as nil, string, float64, bool, []any or map[string]any, made anew each time: it is for the few who want it so. To read a value, ask it for what it is.
func (v Value) Any() any {
	switch v.mark() {
	case 0:
		return nil
	case markText:
		text, _ := v.Text()
		return text
	case markNumber:
		number, _ := v.Number()
		return number
	case markTrue, markFalse:
		return v.mark() == markTrue
	case markList:
		list := make([]any, 0, v.Len())
		for item := range v.Items() {
			list = append(list, item.Any())
		}
		return list
	default:
		object := make(map[string]any, v.Len())
		for name, member := range v.Members() {
			object[name] = member.Any()
		}
		return object
	}
}

// Blank says that a text counts as absent: it is empty or white space alone.
func Blank(text string) bool { return strings.TrimSpace(text) == "" }

// Type is the type of attribute that has such values, for attributes that are not defined.
func (v Value) Type() AttributeType {
	switch v.mark() {
	case markTrue, markFalse:
		return TypeBoolean
	case markNumber:
		return TypeNumber
	case markMoney:
		return TypeMoney
	case markQuantity:
		return TypeQuantity
	case markList:
		if v.isTextList() {
			return TypeOptions
		}
		return TypeTable
	case markObject:
		return TypeTable
	default:
		return TypeText
	}
}

// cut gives what stands behind its length, and what comes after it.
func cut[T string | []byte](of T) (first, rest T) {
	length, shift, i := 0, 0, 0
	for ; of[i] >= 0x80; i++ {
		length |= int(of[i]&0x7F) << shift
		shift += 7
	}
	length |= int(of[i]) << shift
	return of[i+1 : i+1+length], of[i+1+length:]
}

func appendWithLength(to []byte, of string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(of))), of...)
}

func appendNumber(to []byte, number float64) []byte {
	to = append(to, markNumber)
	for bits := math.Float64bits(number); bits != 0; bits <<= 8 {
		to = append(to, byte(bits>>56))
	}
	return to
}
