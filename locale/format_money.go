package locale

import (
	"strings"

	"github.com/bojanz/currency"
	"golang.org/x/text/language"
)

// Bounds of what bojanz/currency formats without loss: it computes with 19 digits at least, and writes 6 decimals.
const (
	maxMoneyDigits   = 18
	maxMoneyDecimals = 6
)

// Money writes an amount, given as decimal text such as "-1234.50", with the symbol of a currency (ISO 4217) where the
// locale puts it: 1.234,50 kr. in Danish. The amount is exact: it has the decimals that are usual for the currency, and
// more if it has more. It is never rounded.
//
// With a code that is no currency in use, or more digits than any price has (18, or 6 decimals), the code follows the
// formatted number: 1.234,50 XYZ. What is no decimal number is returned as it stands, with the code.
func (f *Formatter) Money(amount, code string) string {
	whole, fraction, ok := decimalParts(amount)
	if !ok {
		return withCode(amount, code)
	}
	if len(whole) <= maxMoneyDigits && len(fraction) <= maxMoneyDecimals {
		if exact, err := currency.NewAmount(amount, code); err == nil {
			return f.money.Format(exact)
		}
	}
	return withCode(f.numbers.decimalText(amount), code)
}

func withCode(amount, code string) string {
	if amount == "" || code == "" {
		return amount + code
	}
	return amount + "\u00a0" + code
}

// decimalParts splits digits with at most one point between them, and a minus sign before them or none.
func decimalParts(amount string) (whole, fraction string, ok bool) {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(amount, "-"), ".")
	return whole, fraction, whole != "" && (fraction != "" || !point) && allDigits(whole) && allDigits(fraction)
}

func allDigits(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// currencyLocale names a locale to bojanz/currency, which finds zh-Hant-TW by its script, and not zh-TW by none.
func currencyLocale(line []Tag) currency.Locale {
	base, script, region := language.Make(string(line[0])).Raw()
	name := currency.Locale{Language: base.String()}
	for _, ancestor := range line {
		if script == (language.Script{}) {
			_, script, _ = language.Make(string(ancestor)).Raw()
		}
	}
	if script != (language.Script{}) {
		name.Script = script.String()
	}
	if region != (language.Region{}) {
		name.Territory = region.String()
	}
	return name
}
