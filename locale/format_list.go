package locale

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// listForm has what stands between items: between two, before the last of more, between the others, and after the first.
type listForm struct {
	two, last, middle, start string
	before                   func(last, next string) string // changes a last one for the item after it; nil if it never does
}

func newListForm(record string, line []Tag) listForm {
	field := fields(record)
	form := listForm{two: field(0, ""), last: field(1, ""), middle: field(2, ""), start: field(3, "")}
	switch language, _, _ := strings.Cut(string(line[0]), "-"); language {
	case "es":
		form.before = spanishAnd
	case "he":
		form.before = hebrewAnd
	}
	return form
}

// List writes items as one list that says "and": "a, b og c" in Danish, "a, b, and c" in English, "a, b and c" in British
// English. Items are written as they stand, empty ones too.
func (f *Formatter) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		return items[0] + f.lists.and(f.lists.two, items[1]) + items[1]
	}
	var text strings.Builder
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			text.WriteString(f.lists.and(f.lists.last, item))
		case i == 1:
			text.WriteString(f.lists.start)
		default:
			text.WriteString(f.lists.middle)
		}
		text.WriteString(item)
	}
	return text.String()
}

func (l *listForm) and(between, next string) string {
	if l.before == nil {
		return between
	}
	return l.before(between, next)
}

// spanishAnd writes e for y before the sound of i: padres e hijos, but nieve y hielo. ICU has the same rule; CLDR's patterns
// cannot say it.
func spanishAnd(between, next string) string {
	if between != " y " {
		return between
	}
	const longest = 4 // bytes that the rule looks at: h, í, and a vowel
	start := strings.ToLower(strings.ToValidUTF8(next[:min(len(next), longest)], ""))
	sound := strings.TrimPrefix(start, "h")
	isI := strings.HasPrefix(sound, "i") || strings.HasPrefix(sound, "í")
	if isDiphthong := sound != start && (strings.HasPrefix(sound, "ia") || strings.HasPrefix(sound, "ie")); isI && !isDiphthong {
		return " e "
	}
	return between
}

// hebrewAnd puts a hyphen between the Hebrew letter that says "and" and a word in other letters, as ICU does.
func hebrewAnd(between, next string) string {
	first, _ := utf8.DecodeRuneInString(next)
	if unicode.Is(unicode.Hebrew, first) {
		return between
	}
	return between + "-"
}
