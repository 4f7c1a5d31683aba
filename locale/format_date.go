package locale

import (
	"strings"
	"time"
)

// dateForm is how a locale writes dates and times. Its record has the patterns of a date, of a date with a time, of a time
// and of one with seconds (if that is not withSeconds of the other), the words for before and after noon, and the patterns
// of an offset, of none, and of its number.
type dateForm struct {
	date          []dateField
	minutes       []dateField // a time of day
	seconds       []dateField // one with seconds
	between       [3]string   // what stands before, between and after the parts of a date with a time
	timeFirst     bool
	months        []string
	am, pm        string
	zone          [2]string // what stands before and after an offset
	noOffset      string
	east, west    [2]string // what stands before and after the number in an offset
	offsetBetween string
}

// dateField is a letter of CLDR's patterns (UTS #35, part 4) and how often it stands there, or a text (letter 0).
type dateField struct {
	letter byte
	width  int
	text   string
}

func newDateForm(record, months string) dateForm {
	field := fields(record)
	short := field(2, "HH:mm")
	d := dateForm{
		date:    parseDatePattern(field(0, "y-MM-dd")),
		minutes: parseDatePattern(short), seconds: parseDatePattern(field(3, withSeconds(short))),
		am: field(4, ""), pm: field(5, ""), noOffset: field(7, "GMT"), months: strings.Split(months, "|"),
	}
	both := unquote(field(1, "{1} {0}"))
	date, clock := strings.Index(both, "{1}"), strings.Index(both, "{0}")
	d.timeFirst = clock < date
	first, second := min(date, clock), max(date, clock)
	d.between = [3]string{both[:first], both[first+3 : second], both[second+3:]}
	d.zone[0], d.zone[1], _ = strings.Cut(unquote(field(6, "GMT{0}")), "{0}")
	east, west, _ := strings.Cut(field(8, "+HH:mm;-HH:mm"), ";")
	d.east, d.offsetBetween = offsetParts(east)
	d.west, _ = offsetParts(west)
	return d
}

// withSeconds gives the pattern for a time with seconds, for locales that have it like the one without.
func withSeconds(pattern string) string {
	minute := strings.IndexByte(pattern, 'm')
	if minute < 0 {
		return pattern
	}
	between := pattern[strings.LastIndexAny(pattern[:minute], "hH")+1 : minute]
	end := minute + len(pattern[minute:]) - len(strings.TrimLeft(pattern[minute:], "m"))
	return pattern[:end] + between + strings.Repeat("s", end-minute) + pattern[end:]
}

func unquote(pattern string) string { return strings.ReplaceAll(pattern, "'", "") }

// offsetParts reads a pattern such as +HH:mm.
func offsetParts(pattern string) (around [2]string, between string) {
	start, end := strings.IndexByte(pattern, 'H'), strings.LastIndexByte(pattern, 'm')
	if start < 0 || end < start {
		return [2]string{"+", ""}, ":"
	}
	return [2]string{pattern[:start], pattern[end+1:]}, strings.Trim(pattern[start:end], "Hm")
}

// parseDatePattern reads a pattern of CLDR, in which letters are fields and text stands in apostrophes where it has any.
func parseDatePattern(pattern string) []dateField {
	var list []dateField
	text := func(s string) {
		if n := len(list); n > 0 && list[n-1].letter == 0 {
			list[n-1].text += s
		} else if s != "" {
			list = append(list, dateField{text: s})
		}
	}
	for pattern != "" {
		c := pattern[0]
		switch {
		case c == '\'':
			quoted, rest, _ := strings.Cut(pattern[1:], "'")
			if quoted == "" {
				quoted = "'"
			}
			text(quoted)
			pattern = rest
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			rest := strings.TrimLeft(pattern, string(c))
			list = append(list, dateField{letter: c, width: len(pattern) - len(rest)})
			pattern = rest
		default:
			text(pattern[:1])
			pattern = pattern[1:]
		}
	}
	return list
}

// Date writes a calendar date (2026-03-01) in the medium form of the locale: 1. mar. 2026 in Danish. A time as in RFC 3339 is
// written with its date, its hours and minutes, seconds only if there are any, and its offset: 1. mar. 2026, 15.04 GMT+1. It
// is not converted, for the time on the wall of the place that the offset is of is what was meant; fractions of a second are
// left out. Text that is neither is returned as it stands.
//
// The calendar is the Gregorian one, also where another is more usual (th, fa): the year in a product's data is then the
// year that a reader sees.
func (f *Formatter) Date(text string) string {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return string(f.appendFields(nil, f.dates.date, day))
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	d := &f.dates
	first, second := d.date, d.minutes
	if at.Second() != 0 {
		second = d.seconds
	}
	written := make([]byte, 0, 64)
	written = append(written, d.between[0]...)
	if d.timeFirst {
		written = f.appendFields(written, second, at)
		written = f.appendOffset(append(written, ' '), at)
		written = f.appendFields(append(written, d.between[1]...), first, at)
		return string(append(written, d.between[2]...))
	}
	written = f.appendFields(written, first, at)
	written = f.appendFields(append(written, d.between[1]...), second, at)
	written = f.appendOffset(append(written, ' '), at)
	return string(append(written, d.between[2]...))
}

func (f *Formatter) appendFields(to []byte, list []dateField, t time.Time) []byte {
	for _, field := range list {
		number := 0
		switch field.letter {
		case 0:
			to = append(to, field.text...)
			continue
		case 'y':
			number = t.Year()
			if field.width == 2 {
				number %= 100
			}
		case 'M':
			if field.width > 2 && len(f.dates.months) == 12 {
				to = append(to, f.dates.months[t.Month()-1]...)
				continue
			}
			number = int(t.Month())
		case 'd':
			number = t.Day()
		case 'H':
			number = t.Hour()
		case 'h':
			number = (t.Hour()+11)%12 + 1
		case 'm':
			number = t.Minute()
		case 's':
			number = t.Second()
		case 'a', 'B':
			if t.Hour() < 12 {
				to = append(to, f.dates.am...)
			} else {
				to = append(to, f.dates.pm...)
			}
			continue
		}
		to = f.numbers.appendPadded(to, number, min(field.width, 2))
	}
	return to
}

// appendOffset writes the offset of a time in CLDR's short form: GMT+1, GMT+5:30.
func (f *Formatter) appendOffset(to []byte, t time.Time) []byte {
	_, seconds := t.Zone()
	minutes := seconds / 60
	if minutes == 0 {
		return append(to, f.dates.noOffset...)
	}
	around := f.dates.east
	if minutes < 0 {
		minutes, around = -minutes, f.dates.west
	}
	to = append(append(to, f.dates.zone[0]...), around[0]...)
	to = f.numbers.appendPadded(to, minutes/60, 1)
	if minutes%60 != 0 {
		to = f.numbers.appendPadded(append(to, f.dates.offsetBetween...), minutes%60, 2)
		to = append(to, around[1]...)
	}
	return append(to, f.dates.zone[1]...)
}
