package locale

import (
	"slices"
	"strings"
	"sync"

	"github.com/bojanz/currency"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Formatter writes values as a person who reads a language writes them: 1.234,5 kg in Danish, 1,234.5 kg in English. Its
// data is CLDR's (format_tables.go, written by testdata/cldr), and so is that of bojanz/currency, which formats amounts of
// money. A Formatter does not change once made, and any number of goroutines may use it. What it writes is for people: it
// is not meant to be read back.
//
// golang.org/x/text is used for plurals alone: its numbers are of CLDR 32 (2017), and know nothing of languages that do
// not group four digits (1234,5 in Spanish).
type Formatter struct {
	numbers  numberForm
	dates    dateForm
	lists    listForm
	booleans [2]string // yes, no
	units    map[string]unitForm
	beside   string // what stands between a number and a unit that is not in units
	plurals  language.Tag
	money    *currency.Formatter

	pluralChange func(whole, decimals int) (plural.Form, bool) // nil where plurals is right
}

// NewFormatter makes a Formatter, which takes some thirty microseconds: keep it. A locale that has no data of its own formats as
// its nearest ancestor does, a language without any as the language that its readers understand best by CLDR's language
// matching (French for Breton), and else like CLDR's root: 1,234.5 and 2026-03-01. Extensions of a tag (-u-nu-, -u-ca-)
// make no difference: digits are those that CLDR gives as the locale's default, ١٢٣ for ar-EG and 123 for ar and hi, and
// the calendar is always the Gregorian one.
//
// A language can have data for one kind of value and not for another; units then are symbols.
func NewFormatter(t Tag) *Formatter {
	line := relative(t)
	f := &Formatter{
		numbers: newNumberForm(record(numberForms, line)),
		dates:   newDateForm(record(dateForms, line), record(monthNames, line)),
		lists:   newListForm(record(listForms, line), line),
		plurals: language.Make(string(line[0])),
		money:   currency.NewFormatter(currencyLocale(line)),
	}
	base, _ := f.plurals.Base()
	f.pluralChange = pluralChanges[base.String()]
	f.booleans[0], f.booleans[1], _ = strings.Cut(record(booleanForms, line), "|")
	f.units, f.beside = newUnitForms(record(unitForms, line))
	return f
}

// Boolean writes yes or no in the language, with a capital letter: Ja, Nej.
func (f *Formatter) Boolean(b bool) string {
	if b {
		return f.booleans[0]
	}
	return f.booleans[1]
}

// root is what CLDR calls the locale above all others.
const root Tag = "und"

// record finds the record for the first of a line that has one, else the root's.
func record(records map[Tag]string, line []Tag) string {
	for _, tag := range line {
		if found, ok := records[tag]; ok {
			return unescape.Replace(found)
		}
	}
	return unescape.Replace(records[root])
}

// unescape reads the sign by which the tables keep a no-break space visible.
var unescape = strings.NewReplacer("~", "\u00a0")

// relative gives t and its ancestors, or those of the language with data that readers of t understand best. The line is
// never empty.
func relative(t Tag) []Tag {
	line := Ancestors(t)
	for _, tag := range line {
		if _, ok := numberForms[tag]; ok {
			return line
		}
	}
	wanted, err := language.Parse(string(t))
	if err != nil || !hasLanguage(wanted) {
		return []Tag{root}
	}
	known := matchable()
	if _, i, confidence := known.matcher.Match(wanted); confidence > language.No {
		return Ancestors(known.tags[i])
	}
	return []Tag{root}
}

// matching finds the language with data that is nearest to one without.
type matching struct {
	tags    []Tag
	matcher language.Matcher
}

var matchable = sync.OnceValue(func() matching {
	m := matching{tags: []Tag{root}}
	tags := []language.Tag{language.Und}
	for tag := range numberForms {
		// Two tags that are one to the matcher would be told apart by chance, so only languages are there.
		if tag != root && !strings.Contains(string(tag), "-") {
			m.tags = append(m.tags, tag)
		}
	}
	slices.Sort(m.tags[1:])
	for _, tag := range m.tags[1:] {
		tags = append(tags, language.Make(string(tag)))
	}
	m.matcher = language.NewMatcher(tags)
	return m
})
