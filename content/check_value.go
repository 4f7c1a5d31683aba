package content

import (
	"strings"
	"time"

	"unisono/fault"
)

// value checks a value against the definition of its attribute, where there is one.
func (c *checker) value(at fault.Place, value *AttributeValue) {
	c.form(at, value.Value, true)
	definition := c.definitions.Attributes[value.Key]
	if definition == nil || value.Value.Missing() {
		return
	}
	if want := mismatch(definition, value.Value); want != "" {
		c.add(at, "%q is of type %s: %s is expected", value.Key, definition.Type, want)
	}
	if definition.Type == TypeOption || definition.Type == TypeOptions {
		for _, key := range value.Value.Texts() {
			if _, there := c.definitions.Options[OptionID(value.Key, key)]; !there {
				c.problems.Add(at, fault.NotFound, "the attribute "+value.Key+" has no option "+quoted(key))
			}
		}
	}
}

// form checks what every engine can keep: no list directly inside a list, no member name that a database would take for something else.
func (c *checker) form(at fault.Place, of Value, listAllowed bool) {
	if text, is := of.Text(); is {
		c.text(at, text, maxTextBytes)
		return
	}
	if of.IsList() {
		if !listAllowed {
			c.add(at, "a list stands directly inside a list; let it hold objects, one a row")
			return
		}
		c.count(at, of.Len(), maxAttributeValues)
		i := 0
		for one := range of.Items() {
			c.form(at.Index(i), one, false)
			i++
		}
		return
	}
	c.count(at, of.Len(), maxListItems)
	for name, member := range of.Members() {
		if name == "" || strings.HasPrefix(name, "$") || strings.ContainsAny(name, ".\x00") {
			c.add(at, "%.40q is no name for a member: it is empty, begins with $ or holds a dot", name)
		}
		c.form(at.Field(name), member, true)
	}
}

// mismatch says what a value of this type looks like, where the value does not; otherwise nothing.
func mismatch(definition *Attribute, value Value) string {
	switch definition.Type {
	case TypeURL:
		text, _ := value.Text()
		return unless(CheckURL(text) == nil, "a web address")
	case TypeText, TypeOption:
		return unless(value.isText(), "a string")
	case TypeNumber:
		_, ok := value.Number()
		return unless(ok, "a number")
	case TypeBoolean:
		_, ok := value.Bool()
		return unless(ok, "true or false")
	case TypeDate:
		text, _ := value.Text()
		return unless(IsDate(text), "a date such as 2026-03-01, or a time with an offset")
	case TypeOptions:
		return unless(value.isTextList(), "a list of strings")
	case TypeQuantity:
		_, ok := value.Quantity(definition.Unit)
		return unless(ok, `{"amount": 1.5, "unit": "kg"}`)
	case TypeMoney:
		return unless(value.isMoney(), `{"amount": "12.50", "currency": "EUR"}, or a list with one for each currency,`)
	case TypeTable:
		return unless(value.isListOf(Value.IsObject), "a list of objects, one a row,")
	default:
		return ""
	}
}

func unless(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

// IsDate says that a text is a calendar date, or a time with an offset as in RFC 3339.
func IsDate(text string) bool {
	if _, err := time.Parse(time.DateOnly, text); err == nil {
		return true
	}
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

func (v Value) isText() bool {
	_, is := v.Text()
	return is
}

func (v Value) isTextList() bool { return v.isListOf(Value.isText) }

func (v Value) isListOf(is func(Value) bool) bool {
	if !v.IsList() {
		return false
	}
	for item := range v.Items() {
		if !is(item) {
			return false
		}
	}
	return true
}

// isMoney takes one amount, or a list of amounts in different currencies.
func (v Value) isMoney() bool {
	amounts := v.Amounts()
	currencies := make(map[string]bool, len(amounts))
	for _, amount := range amounts {
		currencies[amount.Currency] = true
	}
	return amounts != nil && len(currencies) == len(amounts)
}

// IsDecimal says that a text is an exact decimal, such as -12.50.
func IsDecimal(text string) bool { return isDecimal(text) }

// isDecimal takes what the expression -?(0|[1-9][0-9]*)(\.[0-9]+)? does, without its cost: each amount of money that is read is looked at.
func isDecimal[T string | []byte](text T) bool {
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
	}
	whole := digits(text)
	if whole == 0 || whole > 1 && text[0] == '0' {
		return false
	}
	if whole == len(text) {
		return true
	}
	rest := text[whole+1:]
	return text[whole] == '.' && len(rest) > 0 && digits(rest) == len(rest)
}

// digits is how many digits a text begins with.
func digits[T string | []byte](text T) int {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return i
		}
	}
	return len(text)
}

// IsCurrencyCode says that a text has the form of an ISO 4217 code: three capital letters.
func IsCurrencyCode(text string) bool { return isCurrencyCode(text) }

func isCurrencyCode[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] < 'A' || text[i] > 'Z' {
			return false
		}
	}
	return len(text) == currencySize
}

func quoted(text string) string {
	if len(text) > maxKeyBytes {
		text = text[:maxKeyBytes]
	}
	return `"` + strings.ToValidUTF8(text, "?") + `"`
}
