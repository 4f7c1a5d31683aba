package locale

import (
	"maps"
	"math"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
)

// unitForm is how a unit is written with a number, which # stands for: in general, and for the plural categories that differ.
// A form can do without the number, as Arabic does for one and two of something.
type unitForm struct {
	other string
	by    map[plural.Form]string
}

// sameUnit has UCUM's second spellings of litres.
var sameUnit = map[string]string{"l": "L", "ml": "mL", "cl": "cL", "dl": "dL", "hl": "hL"}

// unitSymbols are symbols that CLDR has no unit for and that are not spelled as in UCUM; they are the same in all languages.
var unitSymbols = map[string]string{
	"mOhm": "mΩ", "kOhm": "kΩ", "MOhm": "MΩ", "uA": "μA", "uV": "μV", "uW": "μW", "uF": "μF", "uH": "μH",
	"uL": "μL", "ul": "μL", "u[IU]": "μIU", "mm2": "mm²", "dm2": "dm²", "mm3": "mm³", "dm3": "dm³", "KiBy": "KiB", "MiBy": "MiB",
	"GiBy": "GiB", "TiBy": "TiB", "PBy": "PB", "mm[Hg]": "mmHg", "cal_[15]": "cal", "[Cal]": "kcal", "circ": "rev",
	"kW.h/a": "kWh/a", "W.h": "Wh", "MW.h": "MWh", "A.h": "Ah", "mA.h": "mAh", "V.A": "VA", "L/(100.km)": "l/100 km",
}

var pluralForms = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many,
}

// newUnitForms gives the forms by UCUM code. A record begins with # and what stands between a number and those symbols of
// the root's that the locale has too and that are therefore not in it; the root's own record does not. Then come codes with
// their forms: mo=# months|one:# month.
func newUnitForms(own string) (forms map[string]unitForm, beside string) {
	forms = maps.Clone(rootUnits())
	beside, own, isOwn := strings.Cut(own, ";")
	if !isOwn || strings.Contains(beside, "=") {
		return forms, "\u00a0"
	}
	beside = strings.TrimPrefix(beside, "#")
	for code, form := range forms {
		if symbol, ok := strings.CutPrefix(form.other, "#\u00a0"); ok {
			forms[code] = unitForm{other: "#" + beside + strings.ReplaceAll(symbol, "\u00a0", " ")}
		}
	}
	maps.Copy(forms, parseUnitForms(own))
	return forms, beside
}

// rootUnits are the forms of the root: symbols after a no-break space, or right after the number (#°).
var rootUnits = sync.OnceValue(func() map[string]unitForm {
	return parseUnitForms(record(unitForms, nil))
})

func parseUnitForms(record string) map[string]unitForm {
	forms := map[string]unitForm{}
	for entry := range strings.SplitSeq(record, ";") {
		code, patterns, _ := strings.Cut(entry, "=")
		other, special, _ := strings.Cut(patterns, "|")
		form := unitForm{other: other}
		for one := range strings.SplitSeq(special, "|") {
			if category, pattern, ok := strings.Cut(one, ":"); ok {
				if form.by == nil {
					form.by = map[plural.Form]string{}
				}
				form.by[pluralForms[category]] = pattern
			}
		}
		forms[code] = form
	}
	return forms
}

// Quantity writes an amount of a UCUM unit as people write it, not as computers do: 24 months for 24 mo, 5 °C for 5 Cel.
// Hours, days, weeks, months and years are words in the plural that the number needs, other units CLDR's short forms,
// with the kind of space that CLDR has. In languages without data, units are symbols after a no-break space.
//
// A unit made of known ones gets their symbols (W/m2 is W/m²). Another one is its code, without the brackets and braces that
// UCUM has around what is no metric unit; no unit, or UCUM's 1, is the number alone.
func (f *Formatter) Quantity(amount float64, unit string) string {
	number := f.Number(amount)
	switch unit {
	case "", "1":
		return number
	case "%":
		return f.negativeFirst(number, f.numbers.percent)
	case "[ppth]":
		return f.negativeFirst(number, f.numbers.permille)
	}
	if same, ok := sameUnit[unit]; ok {
		unit = same
	}
	form, ok := f.units[unit]
	if !ok {
		symbol := symbolOf(unit)
		if symbol == "" {
			return number
		}
		return number + f.beside + symbol
	}
	if len(form.by) > 0 {
		// A word alone cannot say minus one.
		if text, ok := form.by[f.plural(amount)]; ok && (amount >= 0 || strings.Contains(text, "#")) {
			return strings.Replace(text, "#", number, 1)
		}
	}
	return strings.Replace(form.other, "#", number, 1)
}

// negativeFirst puts a number in a pattern, its sign before the whole: -%5 in Turkish.
func (f *Formatter) negativeFirst(number, pattern string) string {
	digits, negative := strings.CutPrefix(number, f.numbers.minus)
	return f.numbers.sign(negative) + strings.Replace(pattern, "#", digits, 1)
}

// plural gives the plural category for a number as Number writes it, by CLDR's rules as golang.org/x/text has them.
func (f *Formatter) plural(n float64) plural.Form {
	var scratch [48]byte
	digits, exponent := shortest(scratch[:0], math.Abs(n))
	if exponent != 0 {
		return plural.Other
	}
	whole, fraction, _ := strings.Cut(string(digits), ".")
	i, t := remainder(whole), remainder(fraction)
	if f.pluralChange != nil {
		if form, changed := f.pluralChange(i, t); changed {
			return form
		}
	}
	return plural.Cardinal.MatchPlural(f.plurals, i, len(fraction), len(fraction), t, t)
}

// pluralChanges are what CLDR 48 says otherwise than the CLDR 32 of x/text, for languages with words for units: given a whole
// part and the decimals after it, which category is right, where it changed.
var pluralChanges = map[string]func(whole, decimals int) (plural.Form, bool){
	"ca": pluralOfMillions, "es": pluralOfMillions, "fr": pluralOfMillions, "it": pluralOfMillions, "pt": pluralOfMillions,
	"he": func(whole, decimals int) (plural.Form, bool) {
		if whole == 0 && decimals != 0 {
			return plural.One, true
		}
		return plural.Other, whole > 2
	},
	"is": func(_, decimals int) (plural.Form, bool) {
		return plural.Other, decimals != 0 && (decimals%10 != 1 || decimals%100 == 11)
	},
}

// pluralOfMillions is the category for un millón de años.
func pluralOfMillions(whole, decimals int) (plural.Form, bool) {
	return plural.Many, whole != 0 && whole%1_000_000 == 0 && decimals == 0
}

// remainder gives what plural rules look at of a row of digits: it itself while it is small, else one as large as need be
// with the same last digits.
func remainder(digits string) int {
	const kept = 7
	n := 0
	if extra := len(digits) - kept; extra > 0 {
		digits = digits[extra:]
		n = 1
	}
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// symbolOf makes a symbol for a unit without a form.
func symbolOf(unit string) string {
	if symbol, ok := unitSymbols[unit]; ok {
		return symbol
	}
	if composed, ok := compose(unit); ok {
		return composed
	}
	return withoutBrackets.Replace(unit)
}

var withoutBrackets = strings.NewReplacer("[", "", "]", "", "{", "", "}", "")

// compose writes a product or quotient of units whose symbols are all known, such as W/m2 or 1/min.
func compose(unit string) (string, bool) {
	const longest = 32
	if len(unit) > longest || !strings.ContainsAny(unit, "./") {
		return "", false
	}
	text, rest := "", unit
	for {
		end := strings.IndexAny(rest, "./")
		if end < 0 {
			symbol, ok := factor(rest)
			return text + symbol, ok
		}
		symbol, ok := factor(rest[:end])
		if rest[:end] == "1" {
			symbol, ok = "1", true
		}
		if !ok {
			return "", false
		}
		text += symbol + strings.Replace(rest[end:end+1], ".", "⋅", 1)
		rest = rest[end+1:]
	}
}

// factor gives the symbol of a unit, to the second or third power if its code says so. It is the root's in all languages: in
// a compound, words would need the language's grammar.
func factor(code string) (string, bool) {
	if symbol, ok := rootSymbol(code); ok {
		return symbol, true
	}
	base := strings.TrimRight(code, "23")
	symbol, ok := rootSymbol(base)
	switch code[len(base):] {
	case "2":
		return symbol + "²", ok
	case "3":
		return symbol + "³", ok
	}
	return "", false
}

func rootSymbol(code string) (string, bool) {
	if same, ok := sameUnit[code]; ok {
		code = same
	}
	if symbol, ok := unitSymbols[code]; ok {
		return symbol, true
	}
	form, ok := rootUnits()[code]
	return strings.TrimLeft(form.other, "#\u00a0"), ok
}
