package content

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"unisono/fault"
)

var decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// value checks a value against the definition of its attribute, where there is one.
func (c *checker) value(at fault.Place, value *AttributeValue) {
	c.form(at, value.Value.Any(), true)
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
func (c *checker) form(at fault.Place, of any, listAllowed bool) {
	switch of := of.(type) {
	case string:
		c.text(at, of, maxTextBytes)
	case []any:
		if !listAllowed {
			c.add(at, "a list stands directly inside a list; let it hold objects, one a row")
			return
		}
		c.count(at, len(of), maxAttributeValues)
		for i, one := range of {
			c.form(at.Index(i), one, false)
		}
	case map[string]any:
		c.count(at, len(of), maxListItems)
		for _, name := range slices.Sorted(maps.Keys(of)) {
			if name == "" || strings.HasPrefix(name, "$") || strings.ContainsAny(name, ".\x00") {
				c.add(at, "%.40q is no name for a member: it is empty, begins with $ or holds a dot", name)
			}
			c.form(at.Field(name), of[name], true)
		}
	}
}

// mismatch says what a value of this type looks like, where the value does not; otherwise nothing.
func mismatch(definition *Attribute, value Value) string {
	switch definition.Type {
	case TypeURL:
		text, _ := value.Text()
		return unless(CheckURL(text) == nil, "a web address")
	case TypeText, TypeOption:
		return unless(isText(value.Any()), "a string")
	case TypeNumber:
		return unless(isNumber(value.Any()), "a number")
	case TypeBoolean:
		_, ok := value.Any().(bool)
		return unless(ok, "true or false")
	case TypeDate:
		text, _ := value.Text()
		return unless(IsDate(text), "a date such as 2026-03-01, or a time with an offset")
	case TypeOptions:
		return unless(isTextList(value.Any()), "a list of strings")
	case TypeQuantity:
		return unless(isQuantity(value.Any(), definition.Unit), `{"amount": 1.5, "unit": "kg"}`)
	case TypeMoney:
		return unless(isMoney(value.Any()), `{"amount": "12.50", "currency": "EUR"}, or a list with one for each currency,`)
	case TypeTable:
		return unless(isRows(value.Any()), "a list of objects, one a row,")
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

func isText(of any) bool {
	_, ok := of.(string)
	return ok
}

func isNumber(of any) bool {
	_, ok := of.(float64)
	return ok
}

func isTextList(of any) bool { return isList(of, isText) }

func isRows(of any) bool {
	return isList(of, func(one any) bool { _, ok := one.(map[string]any); return ok })
}

func isList(of any, each func(any) bool) bool {
	items, ok := of.([]any)
	for _, item := range items {
		ok = ok && each(item)
	}
	return ok
}

func isQuantity(of any, unit string) bool {
	if isNumber(of) {
		return unit != ""
	}
	object, _ := of.(map[string]any)
	text, _ := object["unit"].(string)
	return len(object) == 2 && isNumber(object["amount"]) && text != ""
}

// isMoney takes one amount, or a list of amounts in different currencies.
func isMoney(of any) bool {
	if items, ok := of.([]any); ok {
		currencies := map[any]bool{}
		for _, item := range items {
			object, _ := item.(map[string]any)
			if !isMoneyObject(object) || currencies[object["currency"]] {
				return false
			}
			currencies[object["currency"]] = true
		}
		return true
	}
	object, _ := of.(map[string]any)
	return isMoneyObject(object)
}

func isMoneyObject(object map[string]any) bool {
	amount, _ := object["amount"].(string)
	currency, _ := object["currency"].(string)
	return len(object) == 2 && decimalForm.MatchString(amount) && IsCurrencyCode(currency)
}

// IsDecimal says that a text is an exact decimal, such as -12.50.
func IsDecimal(text string) bool { return decimalForm.MatchString(text) }

// IsCurrencyCode says that a text has the form of an ISO 4217 code: three capital letters.
func IsCurrencyCode(text string) bool {
	return len(text) == 3 && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'Z' })
}

func quoted(text string) string {
	if len(text) > maxKeyBytes {
		text = text[:maxKeyBytes]
	}
	return `"` + strings.ToValidUTF8(text, "?") + `"`
}
