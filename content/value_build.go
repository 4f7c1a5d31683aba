package content

import (
	"encoding/binary"
	json1 "encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// maxExactInteger is the largest integer that a float64 tells from its neighbours, and with it most programs that read JSON.
const maxExactInteger = 1<<53 - 1

// usualSize is how many bytes most lists and objects have at the most.
const usualSize = 64

// maxValueDepth bounds lists in lists, and objects.
const maxValueDepth = 8

// NewValue makes a value of nil, a string, a bool, a number, a list or a map with string keys, and of lists and maps of those.
// Anything else is an error, and so is a number that a float64 cannot hold exactly or at all.
func NewValue(of any) (Value, error) {
	switch of.(type) {
	case []any, map[string]any:
		b := ValueBuilder{}
		if err := b.add(of); err != nil {
			return Value{}, err
		}
		return b.Value(), nil
	default:
		return newScalar(of)
	}
}

func newScalar(of any) (Value, error) {
	switch of := of.(type) {
	case nil:
		return Value{}, nil
	case string:
		return TextValue(of), nil
	case bool:
		return BoolValue(of), nil
	case Value:
		return of, nil
	case float64:
		return NumberValue(of)
	default:
		number, err := numberOf(of)
		if err != nil {
			return Value{}, err
		}
		return NumberValue(number)
	}
}

func numberOf(of any) (float64, error) {
	if digits, is := of.(json1.Number); is {
		read, err := strconv.ParseFloat(digits.String(), 64)
		if err != nil {
			return 0, fmt.Errorf("the number %.40s has too many digits to be kept exactly: send it as a string", digits)
		}
		return read, nil
	}
	switch reflected := reflect.ValueOf(of); {
	case reflected.CanInt():
		if whole := reflected.Int(); whole > maxExactInteger || whole < -maxExactInteger {
			return 0, fmt.Errorf("the number %d has too many digits to be kept exactly: send it as a string", whole)
		}
		return float64(reflected.Int()), nil
	case reflected.CanUint():
		if whole := reflected.Uint(); whole > maxExactInteger {
			return 0, fmt.Errorf("the number %d has too many digits to be kept exactly: send it as a string", whole)
		}
		return float64(reflected.Uint()), nil
	case reflected.CanFloat():
		return reflected.Float(), nil
	default:
		return 0, fmt.Errorf("a %T is not a value that JSON can say", of)
	}
}

// exact gives a number as values hold it, or says why none does.
func exact(number float64) (float64, error) {
	switch {
	case math.IsNaN(number), math.IsInf(number, 0):
		return 0, fmt.Errorf("%v is not a number that JSON can say", number)
	case number == math.Trunc(number) && math.Abs(number) > maxExactInteger:
		return 0, fmt.Errorf("the number %v has too many digits to be kept exactly: send it as a string", number)
	default:
		return number + 0, nil // never −0, which not every engine tells from 0
	}
}

// pair is the value of an object with an amount and a text that says of what.
func pair(amount Value, name, of string) Value {
	b := ValueBuilder{}
	b.begin(markObject)
	b.Name(amountName)
	b.put(amount.of)
	b.Name(name)
	b.put(TextValue(of).of)
	b.End()
	return b.Value()
}

// ValueBuilder makes a list or an object as it is read, without a tree of it in between. The zero ValueBuilder is ready: begin with
// List or Object, put into it what it holds, each member behind its Name, and close it with End; another order makes it panic.
// Where one of its methods gives an error, there is no such value, and the builder is of no more use.
type ValueBuilder struct {
	made  []byte
	open  [maxValueDepth]int // where the lists and objects begin that are not closed
	deep  int
	named bool // a name was given, and its value is to come
}

// List begins a list.
func (b *ValueBuilder) List() error {
	if len(b.made) > 0 {
		if err := b.expects(); err != nil {
			return err
		}
	}
	b.begin(markList)
	return nil
}

// Object begins an object. Of members with the same name the last counts.
func (b *ValueBuilder) Object() error {
	if len(b.made) > 0 {
		if err := b.expects(); err != nil {
			return err
		}
	}
	b.begin(markObject)
	return nil
}

// Name is the name of the member that comes next.
func (b *ValueBuilder) Name(name string) {
	if b.named || !b.inObject() {
		panic("content: a name that is not a member's")
	}
	b.named = true
	b.made = appendWithLength(b.made, name)
}

// Add puts a value into what was begun last.
func (b *ValueBuilder) Add(value Value) error {
	if err := b.expects(); err != nil {
		return err
	}
	b.put(value.of)
	return nil
}

// Number puts a number into what was begun last.
func (b *ValueBuilder) Number(number float64) error {
	if err := b.expects(); err != nil {
		return err
	}
	number, err := exact(number)
	if err != nil {
		return err
	}
	b.named = false
	at := len(b.made)
	b.made = appendNumber(append(b.made, 0), number)
	b.made[at] = byte(len(b.made) - at - 1)
	return nil
}

// Value gives what was made.
func (b *ValueBuilder) Value() Value {
	if b.deep != 0 {
		panic("content: a list or an object is not closed")
	}
	return Value{string(b.made)}
}

func (b *ValueBuilder) put(of string) {
	b.named = false
	b.made = appendWithLength(b.made, of)
}

func (b *ValueBuilder) inObject() bool { return b.deep > 0 && b.made[b.open[b.deep-1]] == markObject }

// expects says why nothing more can stand here.
func (b *ValueBuilder) expects() error {
	switch {
	case b.named != b.inObject():
		panic("content: a member without a name")
	case b.deep == 0:
		panic("content: nothing was begun")
	default:
		return b.tooDeep()
	}
}

func (b *ValueBuilder) tooDeep() error {
	if b.deep == maxValueDepth {
		return fmt.Errorf("it is nested more than %d deep", maxValueDepth)
	}
	return nil
}

// begin leaves a byte for the length of what stands in something else; few are longer than it can say.
func (b *ValueBuilder) begin(mark byte) {
	b.named = false
	if b.deep > 0 {
		b.made = append(b.made, 0)
	} else {
		b.made = make([]byte, 0, usualSize)
	}
	b.open[b.deep] = len(b.made)
	b.deep++
	b.made = append(b.made, mark)
}

// End closes what was begun last.
func (b *ValueBuilder) End() {
	if b.named {
		panic("content: a name without a value")
	}
	b.deep--
	at := b.open[b.deep]
	if b.made[at] == markObject {
		b.inOrder(at)
		b.compact(at)
	}
	if b.deep == 0 {
		return
	}
	length := len(b.made) - at
	if length < 0x80 {
		b.made[at-1] = byte(length)
		return
	}
	var room [binary.MaxVarintLen64]byte
	b.made = slices.Replace(b.made, at-1, at, room[:binary.PutUvarint(room[:], uint64(length))]...)
}

// inOrder puts the members of the object that begins there in the order of their names. Mostly they are.
func (b *ValueBuilder) inOrder(at int) {
	before, ordered := []byte(nil), true
	for name, rest := []byte(nil), b.made[at+1:]; len(rest) > 0 && ordered; before = name {
		name, rest = cut(rest)
		_, rest = cut(rest)
		ordered = before == nil || string(before) < string(name)
	}
	if ordered {
		return
	}
	type member struct{ name, value string }
	members := []member{}
	for name, value := range (Value{string(b.made[at:])}).Members() {
		members = append(members, member{name, value.of})
	}
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	b.made = b.made[:at+1]
	for i, member := range members {
		if i+1 < len(members) && members[i+1].name == member.name {
			continue
		}
		b.made = appendWithLength(appendWithLength(b.made, member.name), member.value)
	}
}

// compact writes the object that begins there as a measurement or an amount of money, where it is one.
func (b *ValueBuilder) compact(at int) {
	if len(b.made) == at+1 {
		return
	}
	name, rest := cut(b.made[at+1:])
	if string(name) != amountName {
		return
	}
	amount, rest := cut(rest)
	if len(rest) == 0 || len(amount) == 0 {
		return
	}
	name, rest = cut(rest)
	of, rest := cut(rest)
	if len(rest) > 0 || len(of) == 0 {
		return
	}
	switch {
	case string(name) == unitName && amount[0] == markNumber && (of[0] < markNumber || of[0] == markText && len(of) > 1):
		var room [10]byte
		number := append(append(room[:0], byte(len(amount))), amount...)
		b.made = append(append(append(b.made[:at], markQuantity), number...), of...)
	case string(name) == currencyName && isDecimal(amount) && isCurrencyCode(of):
		currency := [currencySize]byte(of)
		b.made = append(append(append(b.made[:at], markMoney), currency[:]...), amount...)
	}
}

// add puts something into what was begun last, or makes it the value.
func (b *ValueBuilder) add(of any) error {
	switch of := of.(type) {
	case []any:
		if err := b.List(); err != nil {
			return err
		}
		for _, one := range of {
			if err := b.add(one); err != nil {
				return err
			}
		}
		b.End()
		return nil
	case map[string]any:
		if err := b.Object(); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(of)) {
			b.Name(name)
			if err := b.add(of[name]); err != nil {
				return err
			}
		}
		b.End()
		return nil
	default:
		if err := b.tooDeep(); err != nil {
			return err
		}
		value, err := newScalar(of)
		if err != nil {
			return err
		}
		return b.Add(value)
	}
}
