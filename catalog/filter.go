package catalog

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
	units "unisono/unit"
)

// filter is an AttributeFilter made ready: what the atoms of a value must be like.
type filter struct {
	key        string
	conditions []condition     // all of them must hold
	names      []map[atom]bool // of each condition which texts fulfil it, where it is asked of names
	exists     *bool
}

// condition holds where one of its alternatives does.
type condition []alternative

// alternative holds where each thing that is wanted is there.
type alternative []wanted

// wanted is fulfilled by an atom that lies within one of its spans.
type wanted []span

// span is a part of all atoms, both ends included. Of money all that lies within has one size; decimal says which it must be to the last digit.
type span struct {
	low, high atom
	decimal   string
}

// behind stands behind whatever follows a size: the unit or the decimal as given.
const behind = "\xff"

func (s span) holds(one atom) bool {
	return s.low <= one && one <= s.high && (s.decimal == "" || plain(one[4+8:]) == s.decimal)
}

func (w wanted) holds(one atom) bool {
	return slices.ContainsFunc(w, func(s span) bool { return s.holds(one) })
}

// fewSpans is up to how many spans are looked at one by one. More are those of values, in order, of which only equal ones overlap. A variable for tests, which ask
// for few values.
var fewSpans = 8

// finds is holds for many spans.
func (w wanted) finds(one atom) bool {
	if len(w) <= fewSpans {
		return w.holds(one)
	}
	behind := sort.Search(len(w), func(i int) bool { return w[i].low > one })
	for i := behind - 1; i >= 0 && w[i].low == w[behind-1].low; i-- {
		if w[i].holds(one) {
			return true
		}
	}
	return false
}

// fits says that a value fulfils the filter.
func (f *filter) fits(value *content.AttributeValue) bool {
	if f.exists != nil && *f.exists != (value != nil) {
		return false
	}
	if len(f.conditions) == 0 {
		return true
	}
	if value == nil {
		return false
	}
	atoms := atomsOf(value.Value)
	holds := func(all alternative) bool {
		return !slices.ContainsFunc(all, func(w wanted) bool { return !slices.ContainsFunc(atoms, w.finds) })
	}
	return !slices.ContainsFunc(f.conditions, func(c condition) bool { return !slices.ContainsFunc(c, holds) })
}

// ready checks a filter and makes it ready. The error is of kind BadUserInput and names the place.
func (s *Snapshot) ready(at string, asked *AttributeFilter) (*filter, error) {
	f := &filter{key: asked.Key, exists: asked.Exists}
	definition := s.definitions.Attributes[asked.Key]
	if asked.Equals != nil {
		all, err := equalTo(at+".equals", *asked.Equals, definition)
		if err != nil {
			return nil, err
		}
		f.conditions = append(f.conditions, condition{all})
	}
	if asked.In != nil {
		single, in := wanted{}, condition{}
		for i, value := range asked.In {
			all, err := equalTo(fmt.Sprintf("%s.in[%d]", at, i), value, definition)
			if err != nil {
				return nil, err
			}
			if len(all) == 1 {
				single = append(single, all[0]...)
				continue
			}
			if in = append(in, all); len(in) > maxLists {
				return nil, fault.New(fault.BadUserInput, "%s.in: at most %d lists of several items are expected", at, maxLists)
			}
		}
		slices.SortFunc(single, func(a, b span) int { return strings.Compare(a.low, b.low) })
		f.conditions = append(f.conditions, append(in, alternative{single}))
	}
	if asked.Min != nil || asked.Max != nil {
		spans, err := between(at, asked, definition)
		if err != nil {
			return nil, err
		}
		f.conditions = append(f.conditions, condition{{spans}})
	} else if asked.Unit != "" {
		return nil, fault.New(fault.BadUserInput, "%s.unit: it is the unit of min and max, and neither is given", at)
	}
	if f.key == nameKey {
		for _, condition := range f.conditions {
			f.names = append(f.names, condition.texts())
		}
	}
	if len(f.conditions) == 0 && f.exists == nil {
		return nil, fault.New(fault.BadUserInput, "%s: nothing is asked of %.100q; one of equals, in, min, max and exists is expected", at, asked.Key)
	}
	return f, nil
}

// equalTo gives what a value must have that equals another: of a list each item.
func equalTo(at string, value content.Value, definition *content.Attribute) (alternative, error) {
	if value.IsList() && value.Len() == 0 {
		return nil, fault.New(fault.BadUserInput, "%s: the list is empty; exists: false finds what has no value", at)
	}
	all := alternative{}
	for item := range value.Items() {
		spans, err := same(at, item, definition)
		if err != nil {
			return nil, err
		}
		all = append(all, spans)
	}
	return all, nil
}

// same gives the spans of what equals an item.
func same(at string, item content.Value, definition *content.Attribute) (wanted, error) {
	if text, is := item.Text(); is && len(text) > maxAtom {
		return nil, fault.New(fault.BadUserInput, "%s: texts of up to %d bytes can be compared; this one has %d", at, maxAtom, len(text))
	}
	one := atomOf(item)
	if one == "" {
		return nil, fault.New(fault.BadUserInput, "%s: a text, a number, true, false, a quantity {amount, unit} or an amount of money {amount, currency} is expected", at)
	}
	unit, counts := base(definition)
	switch one[0] {
	case 'n':
		equal := wanted{{low: one, high: one}}
		if counts {
			number, _ := item.Number()
			size := unit.prefix() + sortable(unit.toBase(number))
			equal = append(equal, span{low: size, high: size + behind})
		}
		return equal, nil
	case 'q':
		size := one[:strings.IndexByte(one, 0)+1+8]
		equal := wanted{{low: size, high: size + behind}}
		if counts && strings.HasPrefix(size, unit.prefix()) {
			equal = append(equal, numbersOf(unit, size[len(size)-8:], size[len(size)-8:]))
		}
		return equal, nil
	case 'm':
		return wanted{{low: one[:4+8], high: one[:4+8] + behind, decimal: plain(one[4+8:])}}, nil
	default:
		return wanted{{low: one, high: one}}, nil
	}
}

// numbersOf gives the span of plain numbers that lie, in a unit, between two sizes in its base.
func numbersOf(unit measure, low, high string) span {
	return span{low: "n" + sortable(unit.fromBase(unsortable(low))), high: "n" + sortable(unit.fromBase(unsortable(high)))}
}

// numeric are the types of attribute whose values have a size.
var numeric = []content.AttributeType{content.TypeNumber, content.TypeQuantity, content.TypeMoney}

// between gives the spans of what lies within bounds.
func between(at string, asked *AttributeFilter, definition *content.Attribute) (wanted, error) {
	if definition != nil && !slices.Contains(numeric, definition.Type) {
		return nil, fault.New(fault.BadUserInput, "%s: min and max are for numbers, quantities and money; the attribute %s is of type %s", at, definition.Key, definition.Type)
	}
	low, high := sortable(-maxSize), sortable(maxSize)
	scaled := func(convert func(float64) float64) (string, string) {
		from, to := low, high
		if asked.Min != nil {
			from = sortable(convert(*asked.Min))
		}
		if asked.Max != nil {
			to = sortable(convert(*asked.Max))
		}
		return from, to
	}
	unscaled := func(number float64) float64 { return number }
	isMoney := definition != nil && definition.Type == content.TypeMoney
	own, counts := base(definition)
	currency := content.IsCurrencyCode(asked.Unit)
	if isMoney || currency && !counts && (definition == nil || definition.Type != content.TypeNumber) {
		if !currency {
			return nil, fault.New(fault.BadUserInput, "%s.unit: the attribute %s is money; a currency is expected, such as EUR", at, asked.Key)
		}
		from, to := scaled(unscaled)
		return wanted{{low: "m" + asked.Unit + from, high: "m" + asked.Unit + to + behind}}, nil
	}
	if asked.Unit == "" && !counts {
		from, to := scaled(unscaled)
		return wanted{{low: "n" + from, high: "n" + to}}, nil
	}
	unit, err := boundsIn(at, asked, definition, own, counts)
	if err != nil {
		return nil, err
	}
	from, to := scaled(unit.toBase)
	spans := wanted{{low: unit.prefix() + from, high: unit.prefix() + to + behind}}
	if counts && own.prefix() == unit.prefix() {
		from, to := scaled(func(number float64) float64 { return own.fromBase(unit.toBase(number)) })
		spans = append(spans, span{low: "n" + from, high: "n" + to})
	}
	return spans, nil
}

// maxSize is beyond all numbers that values can be.
const maxSize = 1.7976931348623157e308

// boundsIn gives the unit of the bounds, which must measure what the attribute does.
func boundsIn(at string, asked *AttributeFilter, definition *content.Attribute, own measure, counts bool) (measure, error) {
	if asked.Unit == "" {
		return own, nil
	}
	if len(asked.Unit) > maxAtom || strings.Contains(asked.Unit, "\x00") {
		return measure{}, fault.New(fault.BadUserInput, "%s.unit: %.40q is no unit; a UCUM code is expected, such as kg", at, asked.Unit)
	}
	unit := measureOf(asked.Unit)
	switch {
	case definition != nil && definition.Type == content.TypeNumber:
		return measure{}, fault.New(fault.BadUserInput, "%s.unit: the attribute %s is a number without a unit", at, definition.Key)
	case counts && own.prefix() != unit.prefix() && unit.unit == nil:
		_, err := units.Parse(asked.Unit)
		return measure{}, fault.New(fault.BadUserInput, "%s.unit: %s; the attribute %s is in %s", at, fault.Public(err), definition.Key, own.code)
	case counts && own.prefix() != unit.prefix():
		return measure{}, fault.New(fault.BadUserInput, "%s.unit: %.40q does not convert into %s, the unit of the attribute %s", at, asked.Unit, own.code, definition.Key)
	}
	return unit, nil
}

// whose gives those of some products whose value for the reader fits the filter.
func (s *Snapshot) whose(f *filter, of *bitmap, reader *targeting.Context) *bitmap {
	fitting, seen := newBitmap(), newBitmap()
	s.each(f.key, of, reader, func(column *column, here *bitmap) {
		seen.Or(here)
		for i, condition := range f.conditions {
			met := meeting(column, condition, here)
			if f.key == nameKey {
				s.addNamed(met, column, f.names[i], here)
			}
			here = met
		}
		fitting.Or(here)
	})
	switch {
	case f.exists == nil || *f.exists:
		return fitting
	case len(f.conditions) > 0:
		return newBitmap() // what has no value fits nothing
	default:
		rest := of.Clone()
		rest.AndNot(seen)
		return rest
	}
}

// meeting gives those of some products whose value in a column meets a condition.
func meeting(column *column, condition condition, of *bitmap) *bitmap {
	meeting := newBitmap()
	for _, all := range condition {
		here := of
		for _, wanted := range all {
			here = within(column, wanted, here)
		}
		meeting.Or(here)
	}
	return meeting
}

// within gives those of some products that have, in a column, an atom that is wanted.
func within(column *column, wanted wanted, of *bitmap) *bitmap {
	having := newBitmap()
	if len(wanted) > column.values.Len() && len(wanted) > fewSpans {
		column.values.Scan(func(one atom, ids set) bool {
			if wanted.finds(one) {
				ids.addTo(having)
			}
			return true
		})
		having.And(of)
		return having
	}
	for _, span := range wanted {
		column.values.Ascend(span.low, func(one atom, ids set) bool {
			if one > span.high {
				return false
			}
			if span.holds(one) {
				ids.addTo(having)
			}
			return true
		})
	}
	having.And(of)
	return having
}

// addNamed adds those of some products whose name in a column is one of these texts. It looks at each name once, however many are asked for.
func (s *Snapshot) addNamed(found *bitmap, column *column, texts map[atom]bool, of *bitmap) {
	if len(texts) == 0 {
		return
	}
	for ids := column.texts.and(of).Iterator(); ids.HasNext(); {
		if id := ids.Next(); texts[nameAtom(s.records[id].name(column.number))] {
			found.Add(id)
		}
	}
}

// texts gives the texts that fulfil a condition by themselves.
func (c condition) texts() map[atom]bool {
	texts := map[atom]bool{}
	for _, all := range c {
		for _, span := range all[0] {
			if span.low[0] == 's' && !slices.ContainsFunc(all[1:], func(w wanted) bool { return !w.holds(span.low) }) {
				texts[span.low] = true
			}
		}
	}
	return texts
}

// nameAtom is the atom of a name, which is kept with its product; one that is long has none.
func nameAtom(name string) atom {
	if name == "" || len(name) > maxAtom {
		return ""
	}
	return "s" + name
}
