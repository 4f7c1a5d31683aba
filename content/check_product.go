package content

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"unisono/fault"
)

// Settle gives a product the form in which it is kept: times in UTC, values that are missing left out, a new product a draft, and
// the moment of its first publication where this is it. It changes the product that it is called on, so that must not be shared yet.
func (p *Product) Settle(now time.Time) {
	if p.State == "" {
		p.State = Draft
	}
	p.PublishFrom, p.PublishUntil, p.FirstPublished = moment(p.PublishFrom), moment(p.PublishUntil), moment(p.FirstPublished)
	if p.State == Published && p.FirstPublished == nil {
		p.FirstPublished = moment(&now)
	}
	p.Attributes = settleValues(p.Attributes)
	if len(p.SetAttributes) > 0 {
		p.Attributes, p.SetAttributes = setValues(p.Attributes, p.SetAttributes), nil
	}
	p.Media = settleMedia(p.Media)
}

func settleValues(values []AttributeValue) []AttributeValue {
	kept := make([]AttributeValue, 0, len(values))
	for _, value := range values {
		if value.Value.Missing() {
			continue
		}
		value.fold()
		value.ValidFrom, value.ValidUntil = moment(value.ValidFrom), moment(value.ValidUntil)
		kept = append(kept, value)
	}
	return kept
}

// setValues gives the values with each of the changes in the place of the one that has its scope, or behind all others. A missing
// value takes the old one away.
func setValues(values, changes []AttributeValue) []AttributeValue {
	changes = slices.Clone(changes)
	for i := range changes {
		changes[i].ValidFrom, changes[i].ValidUntil = moment(changes[i].ValidFrom), moment(changes[i].ValidUntil)
	}
	changed := make(map[string]*AttributeValue, len(changes))
	for i := range changes {
		changed[changes[i].Scope()] = &changes[i]
	}
	kept := make([]AttributeValue, 0, len(values)+len(changes))
	for _, value := range values {
		scope := value.Scope()
		if change, is := changed[scope]; is {
			delete(changed, scope)
			value = *change
		}
		kept = append(kept, value)
	}
	for i := range changes {
		if changed[changes[i].Scope()] == &changes[i] {
			kept = append(kept, changes[i])
		}
	}
	return settleValues(kept)
}

// fold writes a number beside a unit or a currency as the quantity or the amount of money that it is.
func (v *AttributeValue) fold() {
	amount, isNumber := v.Value.Number()
	text, isText := v.Value.Text()
	switch {
	case v.Unit != "" && v.Currency == "" && isNumber:
		v.Value = pair(v.Value, unitName, v.Unit)
	case v.Currency != "" && v.Unit == "" && isNumber:
		v.Value = Money{strconv.FormatFloat(amount, 'f', -1, 64), v.Currency}.Value()
	case v.Currency != "" && v.Unit == "" && isText:
		v.Value = Money{text, v.Currency}.Value()
	default:
		return
	}
	v.Unit, v.Currency = "", ""
}

// Check says what is wrong with a product, given the definitions that it refers to. Parents, fragments and relations may come later
// than the product that names them, so they are not looked for.
func (p *Product) Check(definitions *Definitions) fault.Problems {
	c, at := &checker{definitions: definitions}, fault.Place{}
	c.key(at.Field("sku"), p.SKU)
	c.optionalKey(at.Field("slug"), p.Slug)
	c.gtin(at.Field("gtin"), p.GTIN)
	c.optionalKey(at.Field("parent"), p.Parent)
	if p.Parent != "" && p.Parent == p.SKU {
		c.add(at.Field("parent"), "a product cannot be its own parent")
	}
	c.optionalKey(at.Field("family"), p.Family)
	c.keys(at.Field("axes"), p.Axes)
	enum(c, at.Field("state"), p.State, states)
	c.keys(at.Field("categories"), p.Categories)
	c.channels(at.Field("channels"), p.Channels)
	c.markets(at.Field("markets"), p.Markets)
	c.audiences(at.Field("audiences"), p.Audiences)
	c.time(at.Field("firstPublished"), p.FirstPublished)
	c.window(at, "publishFrom", "publishUntil", p.PublishFrom, p.PublishUntil)
	c.attributeValues(at.Field("attributes"), p.Attributes)
	c.media(at.Field("media"), p.Media)
	c.slots(at.Field("fragments"), p.Fragments)
	c.relations(at.Field("related"), p)
	return c.problems
}

func (c *checker) gtin(at fault.Place, gtin string) {
	isDigits := !strings.ContainsFunc(gtin, func(r rune) bool { return r < '0' || r > '9' })
	if gtin != "" && (!isDigits || len(gtin) < 8 || len(gtin) > 14) {
		c.add(at, "%.40q is no GTIN; 8 to 14 digits are expected", gtin)
	}
}

func (c *checker) attributeValues(at fault.Place, values []AttributeValue) {
	c.count(at, len(values), maxAttributeValues)
	scopes := map[string]int{}
	for i := range values {
		value, place := &values[i], at.Index(i)
		c.key(place.Field("key"), value.Key)
		c.optionalKey(place.Field("channel"), value.Channel)
		c.channel(place.Field("channel"), value.Channel)
		c.audiences(place.Field("audiences"), value.Audiences)
		c.markets(place.Field("markets"), value.Markets)
		c.window(place, "validFrom", "validUntil", value.ValidFrom, value.ValidUntil)
		c.value(place.Field("value"), value)
		if value.Unit != "" || value.Currency != "" {
			c.add(place, "a unit goes with a number, a currency with a number or a decimal, and not both with one value")
		}
		scope := value.Scope()
		if first, twice := scopes[scope]; twice {
			c.add(place, "%q has a value for this scope already, at %d; one of them would never be seen", value.Key, first)
			continue
		}
		scopes[scope] = i
	}
}

// Scope names what a value is for: two values of a product with one scope could not both be right.
func (v *AttributeValue) Scope() string {
	scope := strings.Builder{}
	for _, part := range [][]string{{v.Key}, {string(v.Locale)}, {v.Channel}, v.Audiences, v.Markets, {stamp(v.ValidFrom)}, {stamp(v.ValidUntil)}} {
		for _, word := range slices.Compact(slices.Sorted(slices.Values(part))) {
			fmt.Fprintf(&scope, "%q,", word)
		}
		scope.WriteByte('|')
	}
	return scope.String()
}

func stamp(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func (c *checker) slots(at fault.Place, slots []Slot) {
	c.count(at, len(slots), maxListItems)
	seen := map[Slot]bool{}
	for i, slot := range slots {
		c.key(at.Index(i).Field("slot"), slot.Slot)
		c.key(at.Index(i).Field("fragment"), slot.Fragment)
		if seen[slot] {
			c.add(at.Index(i), "%q stands in slot %q already", slot.Fragment, slot.Slot)
		}
		seen[slot] = true
	}
}

func (c *checker) relations(at fault.Place, p *Product) {
	c.count(at, len(p.Related), maxListItems)
	seen := map[Relation]bool{}
	for i, relation := range p.Related {
		place := at.Index(i)
		required(c, place.Field("kind"), relation.Kind, relationKinds)
		c.key(place.Field("sku"), relation.SKU)
		switch {
		case relation.SKU == p.SKU:
			c.add(place.Field("sku"), "a product cannot be related to itself")
		case seen[relation]:
			c.add(place, "this relation stands in the list already")
		}
		seen[relation] = true
	}
}

func (c *checker) media(at fault.Place, media []Media) {
	c.count(at, len(media), maxListItems)
	for i := range media {
		one, place := &media[i], at.Index(i)
		c.url(place.Field("url"), one.URL)
		c.text(place.Field("mimeType"), one.MimeType, maxKeyBytes)
		c.optionalKey(place.Field("role"), one.Role)
		enum(c, place.Field("medium"), one.Medium, mediums)
		c.localized(place.Field("alt"), one.Alt)
		c.channels(place.Field("channels"), one.Channels)
		c.audiences(place.Field("audiences"), one.Audiences)
	}
}
