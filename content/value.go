package content

import (
	json1 "encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Value is the value of an attribute: anything that JSON can say. A measurement is {amount: number, unit}, an amount of
// money {amount: "decimal", currency}. The zero Value is null. A Value is never changed once made, nor may be what Any
// gives out.
type Value struct{ of any }

// maxExactInteger is the largest integer that a float64 tells from its neighbours, and with it most programs that read JSON.
const maxExactInteger = 1<<53 - 1

// maxValueDepth bounds lists in lists, and objects.
const maxValueDepth = 8

// NewValue makes a value of nil, a string, a bool, a number, a list or a map with string keys, and of lists and maps of those.
// Anything else is an error, and so is a number that a float64 cannot hold exactly or at all.
func NewValue(of any) (Value, error) {
	canonical, err := canonicalValue(of, maxValueDepth)
	return Value{canonical}, err
}

// TextValue is the value of a text.
func TextValue(text string) Value { return Value{text} }

// Any gives the value as nil, string, float64, bool, []any or map[string]any.
func (v Value) Any() any { return v.of }

// Missing says that the value counts as absent everywhere: null, "", white space alone, an empty list or object, and a
// list of nothing but such. False and 0 are values.
func (v Value) Missing() bool { return missing(v.of) }

func missing(of any) bool {
	switch of := of.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(of) == ""
	case []any:
		return !slices.ContainsFunc(of, func(one any) bool { return !missing(one) })
	case map[string]any:
		return len(of) == 0
	default:
		return false
	}
}

// Equal says that both values say the same, member for member.
func (v Value) Equal(other Value) bool { return reflect.DeepEqual(v.of, other.of) }

// Text gives the value where it is a text.
func (v Value) Text() (string, bool) {
	text, ok := v.of.(string)
	return text, ok
}

// Texts gives the text or the texts that the value consists of; what is not a text is left out.
func (v Value) Texts() []string {
	switch of := v.of.(type) {
	case string:
		return []string{of}
	case []any:
		texts := make([]string, 0, len(of))
		for _, one := range of {
			if text, ok := one.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	default:
		return nil
	}
}

func canonicalValue(of any, depth int) (any, error) {
	if depth == 0 {
		return nil, fmt.Errorf("it is nested more than %d deep", maxValueDepth)
	}
	switch of := of.(type) {
	case nil, string, bool:
		return of, nil
	case Value:
		return of.of, nil
	case []any:
		list := make([]any, len(of))
		for i, one := range of {
			canonical, err := canonicalValue(one, depth-1)
			if err != nil {
				return nil, err
			}
			list[i] = canonical
		}
		return list, nil
	case map[string]any:
		object := make(map[string]any, len(of))
		for _, name := range slices.Sorted(maps.Keys(of)) {
			canonical, err := canonicalValue(of[name], depth-1)
			if err != nil {
				return nil, err
			}
			object[name] = canonical
		}
		return object, nil
	default:
		return canonicalNumber(of)
	}
}

func canonicalNumber(of any) (any, error) {
	if digits, is := of.(json1.Number); is {
		read, err := strconv.ParseFloat(digits.String(), 64)
		if err != nil {
			return nil, fmt.Errorf("the number %.40s has too many digits to be kept exactly: send it as a string", digits)
		}
		of = read
	}
	var number float64
	switch reflected := reflect.ValueOf(of); {
	case reflected.CanInt():
		if whole := reflected.Int(); whole > maxExactInteger || whole < -maxExactInteger {
			return nil, fmt.Errorf("the number %d has too many digits to be kept exactly: send it as a string", whole)
		}
		number = float64(reflected.Int())
	case reflected.CanUint():
		if whole := reflected.Uint(); whole > maxExactInteger {
			return nil, fmt.Errorf("the number %d has too many digits to be kept exactly: send it as a string", whole)
		}
		number = float64(reflected.Uint())
	case reflected.CanFloat():
		number = reflected.Float()
	default:
		return nil, fmt.Errorf("a %T is not a value that JSON can say", of)
	}
	switch {
	case math.IsNaN(number), math.IsInf(number, 0):
		return nil, fmt.Errorf("%v is not a number that JSON can say", number)
	case number == math.Trunc(number) && math.Abs(number) > maxExactInteger:
		return nil, fmt.Errorf("the number %v has too many digits to be kept exactly: send it as a string", number)
	default:
		return number + 0, nil // never −0, which not every engine tells from 0
	}
}

// MarshalJSONTo writes the value as JSON.
func (v Value) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, v.of, json.Deterministic(true))
}

// UnmarshalJSONFrom reads any JSON value.
func (v *Value) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	canonical, err := readJSON(dec, maxValueDepth)
	if err != nil {
		return err
	}
	v.of = canonical
	return nil
}

// readJSON reads one JSON value with the checks of NewValue made on the digits as they were written.
func readJSON(dec *jsontext.Decoder, depth int) (any, error) {
	if depth == 0 {
		return nil, fmt.Errorf("it is nested more than %d deep", maxValueDepth)
	}
	switch dec.PeekKind() {
	case '[':
		return readJSONList(dec, depth)
	case '{':
		return readJSONObject(dec, depth)
	}
	token, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return token.Bool(), nil
	case '"':
		return token.String(), nil
	default:
		number, err := token.Float()
		if whole := number == math.Trunc(number); err != nil || math.IsInf(number, 0) || whole && math.Abs(number) > maxExactInteger {
			return nil, fmt.Errorf("the number %.40s has too many digits to be kept exactly: send it as a string", token.String())
		}
		return number + 0, nil
	}
}

func readJSONList(dec *jsontext.Decoder, depth int) (any, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	list := []any{}
	for dec.PeekKind() != ']' {
		one, err := readJSON(dec, depth-1)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	_, err := dec.ReadToken()
	return list, err
}

func readJSONObject(dec *jsontext.Decoder, depth int) (any, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	object := map[string]any{}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String()
		if object[key], err = readJSON(dec, depth-1); err != nil {
			return nil, err
		}
	}
	_, err := dec.ReadToken()
	return object, err
}

// Blank says that a text counts as absent: it is empty or white space alone.
func Blank(text string) bool { return strings.TrimSpace(text) == "" }

// Type is the type of attribute that has such values, for attributes that are not defined.
func (v Value) Type() AttributeType {
	switch of := v.of.(type) {
	case bool:
		return TypeBoolean
	case float64:
		return TypeNumber
	case []any:
		if isTextList(of) {
			return TypeOptions
		}
		return TypeTable
	case map[string]any:
		switch {
		case isMoneyObject(of):
			return TypeMoney
		case isQuantity(of, ""):
			return TypeQuantity
		}
		return TypeTable
	default:
		return TypeText
	}
}

// Quantity is a measurement.
type Quantity struct {
	Amount float64
	Unit   string // a UCUM code
}

// Quantity gives the value where it is a measurement, or a number whose unit is known from elsewhere.
func (v Value) Quantity(unit string) (Quantity, bool) {
	if amount, is := v.of.(float64); is && unit != "" {
		return Quantity{amount, unit}, true
	}
	if !isQuantity(v.of, "") {
		return Quantity{}, false
	}
	object := v.of.(map[string]any)
	return Quantity{object["amount"].(float64), object["unit"].(string)}, true
}

// Money is an amount of money.
type Money struct {
	Amount   string // an exact decimal
	Currency string // ISO 4217
}

// Money gives the amounts that the value consists of: one, or one for each currency; none where it is something else.
func (v Value) Money() []Money {
	items, isList := v.of.([]any)
	if !isList {
		items = []any{v.of}
	}
	amounts := make([]Money, 0, len(items))
	for _, item := range items {
		object, _ := item.(map[string]any)
		if !isMoneyObject(object) {
			return nil
		}
		amounts = append(amounts, Money{object["amount"].(string), object["currency"].(string)})
	}
	return amounts
}
