package akeneo

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bounds of a number in a cell.
const (
	maxNumberBytes = 60
	maxExponent    = 30
)

var errNumber = errors.New("a number is expected, such as 1234.5 or 1234,5")

// groupMarks are characters that people write between groups of digits, besides the point and the comma.
var groupMarks = strings.NewReplacer(" ", "_", "\u00a0", "_", "\u202f", "_", "\u2009", "_", "'", "_", "’", "_")

// decimal reads a number as people and spreadsheets write it and gives it as a plain decimal: digits, a point, digits. A point or comma
// that stands there once is the decimal mark; with both, the last one is and the other groups the digits by three; several of one kind
// group them too.
func decimal(cell string) (string, error) {
	text := strings.TrimSpace(cell)
	if len(text) > maxNumberBytes {
		return "", fmt.Errorf("it has %d characters; %w", len(text), errNumber)
	}
	sign := ""
	for _, mark := range []string{"-", "\u2212", "+"} {
		if rest, is := strings.CutPrefix(text, mark); is {
			text = rest
			if mark != "+" {
				sign = "-"
			}
			break
		}
	}
	if strings.Contains(text, "_") {
		return "", errNumber
	}
	mantissa, power, hasPower := cutAny(text, "eE")
	whole, fraction, ok := mantissaParts(groupMarks.Replace(mantissa))
	if !ok {
		return "", errNumber
	}
	if hasPower {
		exponent, err := strconv.Atoi(power)
		if err != nil || exponent > maxExponent || exponent < -maxExponent {
			return "", errNumber
		}
		whole, fraction = shift(whole, fraction, exponent)
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if strings.Trim(whole+fraction, "0") == "" {
		sign = ""
	}
	if fraction != "" {
		return sign + whole + "." + fraction, nil
	}
	return sign + whole, nil
}

func cutAny(text, letters string) (before, after string, found bool) {
	if i := strings.IndexAny(text, letters); i >= 0 {
		return text[:i], text[i+1:], true
	}
	return text, "", false
}

// mantissaParts splits a number without sign and exponent into the digits before and behind its decimal mark.
func mantissaParts(text string) (whole, fraction string, ok bool) {
	points, commas, others := strings.Count(text, "."), strings.Count(text, ","), strings.Count(text, "_")
	mark, group := "", ""
	switch {
	case others > 0 && points+commas <= 1:
		mark, group = lastMark(text), "_"
	case others > 0:
		return "", "", false
	case points > 0 && commas > 0:
		mark = lastMark(text)
		group = strings.Trim(".,", mark)
	case points == 1 || commas == 1:
		mark = lastMark(text)
	default:
		group = lastMark(text)
	}
	whole = text
	if mark != "" {
		whole, fraction, _ = strings.Cut(text, mark)
		if fraction == "" || !digits(fraction) {
			return "", "", false
		}
	}
	if group != "" {
		groups := strings.Split(whole, group)
		if !grouped(groups) {
			return "", "", false
		}
		whole = strings.Join(groups, "")
	}
	return whole, fraction, digits(whole) && whole+fraction != ""
}

// lastMark gives the last comma or point that stands in a text, or nothing.
func lastMark(text string) string {
	if i := strings.LastIndexAny(text, ".,"); i >= 0 {
		return text[i : i+1]
	}
	return ""
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// grouped says that digits stand in groups of three, but for the first, which may be shorter.
func grouped(groups []string) bool {
	for i, group := range groups {
		if !digits(group) || group == "" || len(group) > 3 || i > 0 && len(group) < 3 {
			return false
		}
	}
	return true
}

// shift moves the decimal mark to the right, or to the left.
func shift(whole, fraction string, by int) (string, string) {
	if by >= 0 {
		fraction += strings.Repeat("0", max(0, by-len(fraction)))
		return whole + fraction[:by], fraction[by:]
	}
	whole = strings.Repeat("0", max(0, -by-len(whole))) + whole
	at := len(whole) + by
	return whole[:at], whole[at:] + fraction
}

// float reads a number as JSON keeps it.
func float(cell string) (float64, error) {
	plain, err := decimal(cell)
	if err != nil {
		return 0, err
	}
	value, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return 0, errNumber
	}
	const exact = 1 << 53
	if value == math.Trunc(value) && math.Abs(value) > exact {
		return 0, errors.New("it has too many digits to be kept exactly; make the attribute a text")
	}
	return value, nil
}
