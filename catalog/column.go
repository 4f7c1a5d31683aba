package catalog

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/btree"

	"unisono/content"
	"unisono/targeting"
)

// nameKey is the attribute that lists are ordered by and searched in. Nearly every product has a name of its own, so names are kept with the products
// and not by value.
const nameKey = "name"

// column holds the values of one attribute in one scope: which products have one, and which have which. Which scope counts for a reader is asked of
// package targeting.
type column struct {
	number uint32
	key    string
	scope  *content.AttributeValue // the scope of all its values
	has    set
	texts  set // of names: those that are text, which are not in values
	values *btree.Map[atom, set]
	by     *change // may be written to by this change alone
}

// of gives a column that a change may write to.
func (c *column) of(by *change) *column {
	if c.by == by {
		return c
	}
	own := *c
	own.by = by
	own.values = c.values.Copy()
	return &own
}

// add says that a product has a value here.
func (c *column) add(id uint32, own *ownValue, by *change) {
	c.has = c.has.with(id, by)
	if own.text != "" {
		c.texts = c.texts.with(id, by)
	}
	for _, one := range own.atoms {
		ids, known := c.values.Get(one)
		if !known {
			one = strings.Clone(one) // it is a part of all that its product says, which would stay in memory with it
		}
		c.values.Set(one, ids.with(id, by))
	}
}

// columnOf gives the number of the column for a value's scope. A new one is made where there is none.
func (s *Snapshot) columnOf(value *content.AttributeValue) uint32 {
	name := scopeName(value)
	if number, there := s.scopes.Get(name); there {
		return number
	}
	scope := *value
	scope.Value, scope.Unknown = content.TextValue("any"), content.Unknown{}
	scope.Key = strings.Clone(scope.Key)
	number := s.freeColumn()
	made := &column{number: number, key: scope.Key, scope: &scope, values: &btree.Map[atom, set]{}, by: s.by}
	s.columns[number] = made
	numbers, _ := s.byKey.Get(scope.Key)
	s.byKey.Set(scope.Key, append(numbers, number)) // behind the end that older snapshots know
	s.scopes.Set(strings.Clone(name), number)
	return number
}

// freeColumn gives a number that no column has.
func (s *Snapshot) freeColumn() uint32 {
	if last := len(s.free) - 1; last >= 0 {
		number := s.free[last]
		s.free = s.free[:last:last]
		return number
	}
	s.columns = append(s.columns, nil)
	return uint32(len(s.columns) - 1) //nolint:gosec // far fewer than 2³²
}

// dropColumns takes away the columns in which nothing is left, and frees their numbers.
func (s *Snapshot) dropColumns() {
	s.free = nil
	fewer := map[string]bool{}
	for number, column := range s.columns {
		if column != nil && column.has.empty() {
			fewer[column.key] = true
			s.scopes.Delete(scopeName(column.scope))
			s.columns[number] = nil
		}
		if s.columns[number] == nil {
			s.free = append(s.free, uint32(number)) //nolint:gosec // far fewer than 2³²
		}
	}
	for key := range fewer {
		numbers, _ := s.byKey.Get(key)
		if rest := slices.DeleteFunc(slices.Clone(numbers), func(number uint32) bool { return s.columns[number] == nil }); len(rest) > 0 {
			s.byKey.Set(key, rest)
		} else {
			s.byKey.Delete(key)
		}
	}
}

// scopeName tells scopes apart as AttributeValue.Scope does, which takes long to write; most scopes are a language, a channel or neither.
func scopeName(value *content.AttributeValue) string {
	if len(value.Audiences) > 0 || len(value.Markets) > 0 || value.ValidFrom != nil || value.ValidUntil != nil {
		return value.Scope()
	}
	return value.Key + "\x00" + string(value.Locale) + "\x00" + value.Channel
}

// fitting gives the columns of an attribute that count for a reader and that some of these products have, the one that beats the others first. Those that others alone have are not looked at, so that what is read of the
// reader tells nothing of them.
func (s *Snapshot) fitting(key string, of *bitmap, reader *targeting.Context) []*column {
	numbers, _ := s.byKey.Get(key)
	columns := make([]*column, 0, len(numbers))
	for _, number := range numbers {
		if column := s.columns[number]; column.has.isIn(of) && targeting.Fits(column.scope, reader) {
			columns = append(columns, column)
		}
	}
	slices.SortFunc(columns, func(a, b *column) int { return targeting.CompareScopes(a.scope, b.scope, reader) })
	return columns
}

// each calls with every column that counts for a reader and those of some products to whom it gives their value: none that a better column has one for.
func (s *Snapshot) each(key string, of *bitmap, reader *targeting.Context, call func(*column, *bitmap)) {
	rest := of.Clone()
	for _, column := range s.fitting(key, of, reader) {
		if rest.IsEmpty() {
			return
		}
		if here := column.has.and(rest); !here.IsEmpty() {
			call(column, here)
			rest.AndNot(here)
		}
	}
}

// ownValue is what a product itself says of one attribute in one scope, as its column keeps it.
type ownValue struct {
	column uint32
	hides  bool   // it is in a scope that no reader is in: there is no value, and none is inherited
	text   string // of a name that is text: the beginning
	atoms  []atom // of all else
}

// maxName is how much of a name, in bytes, lists are ordered by and searched in.
const maxName = 256

// ownValues gives what a product says itself, each scope once.
func (s *Snapshot) ownValues(product *content.Product) []ownValue {
	values, places := make([]ownValue, 0, len(product.Attributes)), make(map[uint32]int, len(product.Attributes))
	for i := range product.Attributes {
		value := &product.Attributes[i]
		if value.Value.Missing() {
			continue // another program wrote a value that is none: it hides nothing
		}
		own := ownValue{column: s.columnOf(value), hides: len(value.Unknown) > 0}
		at, twice := places[own.column]
		if twice && (own.hides || !values[at].hides) {
			continue // another program wrote a scope twice: the first counts
		}
		if text, is := value.Value.Text(); is && value.Key == nameKey {
			if text = cut(text); strings.TrimSpace(text) != "" {
				own.text = text
			}
		} else {
			own.atoms = atomsOf(value.Value)
		}
		if twice {
			values[at] = own
			continue
		}
		places[own.column] = len(values)
		values = append(values, own)
	}
	return values
}

// cut gives the beginning of a name, of whole characters.
func cut(name string) string {
	if len(name) <= maxName {
		return name
	}
	end := maxName
	for end > maxName-utf8.UTFMax && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}

// pack writes values in little memory, for a build that meets all products before it can put the first one.
func pack(values []ownValue) string {
	packed := []byte{}
	for i := range values {
		own := &values[i]
		packed = binary.AppendUvarint(packed, uint64(own.column)<<1|uint64(one(own.hides)))
		packed = appendText(packed, own.text)
		packed = binary.AppendUvarint(packed, uint64(len(own.atoms)))
		for _, one := range own.atoms {
			packed = appendText(packed, one)
		}
	}
	return string(packed)
}

func unpack(packed string) []ownValue {
	values := []ownValue{}
	for len(packed) > 0 {
		own := ownValue{}
		head := uint64(0)
		head, packed = cutNumber(packed)
		own.column, own.hides = uint32(head>>1), head&1 == 1 //nolint:gosec // it was one
		own.text, packed = cutText(packed)
		count := uint64(0)
		count, packed = cutNumber(packed)
		for range count {
			one := ""
			one, packed = cutText(packed)
			own.atoms = append(own.atoms, one)
		}
		values = append(values, own)
	}
	return values
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

func appendText(packed []byte, text string) []byte {
	return append(binary.AppendUvarint(packed, uint64(len(text))), text...)
}

func cutText(packed string) (text, rest string) {
	length, rest := cutNumber(packed)
	return rest[:length], rest[length:]
}

func cutNumber(packed string) (number uint64, rest string) {
	for shift := 0; ; shift += 7 {
		digit := packed[0]
		packed = packed[1:]
		number |= uint64(digit&0x7f) << shift
		if digit < 0x80 {
			return number, packed
		}
	}
}
