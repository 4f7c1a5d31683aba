package view

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"unisono/content"
	"unisono/locale"
)

// Number is the value of a NUMBER, or nil.
func (a *Attribute) Number() *float64 {
	number, is := a.Value().Number()
	if !is || a.Type() != content.TypeNumber {
		return nil
	}
	return &number
}

// Boolean is the value of a BOOLEAN, or nil.
func (a *Attribute) Boolean() *bool {
	boolean, is := a.Value().Bool()
	if !is || a.Type() != content.TypeBoolean {
		return nil
	}
	return &boolean
}

// Date is the value of a DATE, or nil. A calendar date is its midnight in UTC.
func (a *Attribute) Date() *time.Time {
	text, is := a.Value().Text()
	if !is || a.Type() != content.TypeDate {
		return nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return &at
		}
	}
	return nil
}

// Quantity is the value of a QUANTITY, or nil.
func (a *Attribute) Quantity() *content.Quantity {
	if a.Type() != content.TypeQuantity {
		return nil
	}
	quantity, is := a.Value().Quantity(a.defaultUnit())
	if !is {
		return nil
	}
	return &quantity
}

func (a *Attribute) defaultUnit() string {
	if a.definition == nil {
		return ""
	}
	return a.definition.Unit
}

// Money is the value of a MONEY: of several amounts the one in the currency of the reader's market, else the first. It is nil for all else.
func (a *Attribute) Money() *content.Money {
	if a.Type() != content.TypeMoney {
		return nil
	}
	amounts := a.Value().Amounts()
	if len(amounts) == 0 {
		return nil
	}
	if own := a.ownCurrency(amounts); own != nil {
		return own
	}
	return &amounts[0]
}

// ownCurrency gives the amount in the currency of the reader's market, or nil.
func (a *Attribute) ownCurrency(amounts []content.Money) *content.Money {
	region, err := language.ParseRegion(a.reader.Market())
	if err != nil {
		return nil
	}
	unit, is := currency.FromRegion(region)
	if !is {
		return nil
	}
	at := slices.IndexFunc(amounts, func(m content.Money) bool { return m.Currency == unit.String() })
	if at < 0 {
		return nil
	}
	return &amounts[at]
}

// Text is the value as a person in the reader's language reads it.
func (a *Attribute) Text() string {
	format := a.reader.Formatter()
	switch a.Type() {
	case content.TypeOption, content.TypeOptions:
		labels := []string{}
		for _, option := range a.Options() {
			labels = append(labels, option.Label)
		}
		return format.List(labels)
	case content.TypeQuantity:
		if quantity := a.Quantity(); quantity != nil {
			return format.Quantity(quantity.Amount, quantity.Unit)
		}
	case content.TypeMoney:
		return a.moneyText(format)
	case content.TypeDate:
		if text, is := a.Value().Text(); is {
			return format.Date(text)
		}
	}
	return plainText(a.Value(), format)
}

// moneyText gives the amount in the currency of the reader's market, or else all of them.
func (a *Attribute) moneyText(format *locale.Formatter) string {
	amounts := a.Value().Amounts()
	if own := a.ownCurrency(amounts); own != nil {
		amounts = []content.Money{*own}
	}
	texts := make([]string, len(amounts))
	for i, amount := range amounts {
		texts[i] = format.Money(amount.Amount, amount.Currency)
	}
	return format.List(texts)
}

// plainText writes a value by its JSON type alone. Of an object it writes the members in the order of their names; rows stand on lines of their own.
func plainText(of content.Value, format *locale.Formatter) string {
	if text, is := of.Text(); is {
		return text
	}
	if number, is := of.Number(); is {
		return format.Number(number)
	}
	if either, is := of.Bool(); is {
		return format.Boolean(either)
	}
	if of.IsList() {
		return plainTexts(of, format)
	}
	cells := make([]string, 0, of.Len())
	for name, member := range of.Members() {
		cells = append(cells, name+": "+plainText(member, format))
	}
	return strings.Join(cells, ", ")
}

func plainTexts(list content.Value, format *locale.Formatter) string {
	texts, isTable := make([]string, 0, list.Len()), false
	for one := range list.Items() {
		isTable = isTable || one.IsObject()
		if text := plainText(one, format); !content.Blank(text) {
			texts = append(texts, text)
		}
	}
	if isTable {
		return strings.Join(texts, "\n")
	}
	return format.List(texts)
}

// Axis is an attribute in which the variants of a model differ.
type Axis struct {
	Key, Label string
	Values     []string
}

// HasAxes says that the product is a model whose variants differ in something.
func (p *Product) HasAxes() bool { return p.lineage.Product().IsModel() }

// Axes gives the axes of a model, with what its variants have for them: each value once, in the order of the variants.
func (p *Product) Axes(variants []*Product) []*Axis {
	axes := []*Axis{}
	for _, key := range p.lineage.Product().Axes {
		axis := &Axis{Key: key, Label: key, Values: []string{}}
		if definition := p.reader.Definitions.Attributes[key]; definition != nil {
			if label, _ := p.reader.Localized(definition.Label); label != "" {
				axis.Label = label
			}
		}
		for _, variant := range variants {
			if attribute := variant.Attribute(key); attribute != nil {
				if text := attribute.Text(); !slices.Contains(axis.Values, text) {
					axis.Values = append(axis.Values, text)
				}
			}
		}
		axes = append(axes, axis)
	}
	return axes
}
