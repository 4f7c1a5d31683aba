package locale

import (
	"math"
	"strconv"
	"strings"
)

// Bounds of Number. Outside of the first two, a number has an exponent; a float64 keeps 15 digits of any decimal number,
// and every whole number up to the last bound.
const (
	tooSmall         = 1e-15
	tooLarge         = 1e21
	maxDecimalDigits = 15
	maxExactInteger  = 1 << 53
)

// numberForm is how a locale writes numbers. Its record has the decimal mark, the grouping mark, the minus sign, the pattern
// of percent, the digits needed before the last group, the sizes of the last and the other groups, the digit zero, and the
// signs of percent and permille.
type numberForm struct {
	decimal, group, minus string
	percent, permille     string // with # for the number
	zero                  rune   // the digits are this one and the nine after it
	first, other          int    // digits in the last group before the decimal mark and in those before it; 0 is no grouping
	least                 int    // digits that must stand before the last group for there to be groups
}

func newNumberForm(record string) numberForm {
	field := fields(record)
	n := numberForm{decimal: field(0, ""), group: field(1, ""), minus: field(2, "")}
	sign := field(7, "%")
	n.percent = strings.ReplaceAll(field(3, "#%"), "%", sign)
	n.permille = strings.ReplaceAll(field(3, "#%"), "%", field(8, "‰"))
	n.least, _ = strconv.Atoi(field(4, "1"))
	sizes := field(5, "3")
	n.first = int(sizes[0] - '0')
	n.other = int(sizes[len(sizes)-1] - '0')
	n.zero = []rune(field(6, "0"))[0]
	return n
}

// fields reads the fields of a record; what is empty or not there is the usual text.
func fields(record string) func(i int, usual string) string {
	list := strings.Split(record, "|")
	return func(i int, usual string) string {
		if i >= len(list) || list[i] == "" {
			return usual
		}
		return list[i]
	}
}

// Number writes a number with the digits, grouping, decimal mark and minus sign of the locale: 1.234,5 in Danish,
// 12,34,567.5 in Indian English, 1234,5 in Spanish, which groups from five digits.
//
// The decimals are the fewest that read back as the same float64, but not more than 15 significant digits, so that
// 0.1 + 0.2 is 0.3; whole numbers up to 2⁵³ keep all of theirs. From 1e21, and below 1e-15, there is an exponent (1,5E21):
// content has no whole number above 2⁵³. Minus zero is 0. What JSON cannot say is NaN, ∞ and -∞.
func (f *Formatter) Number(n float64) string {
	switch {
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 0):
		return f.numbers.sign(n < 0) + "∞"
	}
	var scratch [48]byte
	digits, exponent := shortest(scratch[:0], math.Abs(n))
	text := make([]byte, 0, 2*len(digits)+8)
	if n < 0 {
		text = append(text, f.numbers.minus...)
	}
	text = f.numbers.append(text, digits)
	if exponent != 0 {
		text = append(text, 'E')
		if exponent < 0 {
			text = append(text, f.numbers.minus...)
		}
		var number [8]byte
		text = f.numbers.appendDigits(text, strconv.AppendInt(number[:0], int64(max(exponent, -exponent)), 10))
	}
	return string(text)
}

// shortest appends a number that is not negative in plain ASCII, as 1234.5, and gives the power of ten that it is to be
// multiplied with.
func shortest(to []byte, n float64) (digits []byte, exponent int) {
	if n != 0 && (n < tooSmall || n >= tooLarge) {
		to = strconv.AppendFloat(to, n, 'e', -1, 64)
		mantissa, power, _ := strings.Cut(string(to), "e")
		if len(mantissa) > maxDecimalDigits+1 {
			mantissa, power, _ = strings.Cut(strconv.FormatFloat(n, 'e', maxDecimalDigits-1, 64), "e")
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		}
		exponent, _ = strconv.Atoi(power)
		return append(to[:0], mantissa...), exponent
	}
	if n == math.Trunc(n) && n <= maxExactInteger {
		return strconv.AppendUint(to, uint64(n), 10), 0
	}
	to = strconv.AppendFloat(to, n, 'f', -1, 64)
	if significant(to) > maxDecimalDigits {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(n, 'g', maxDecimalDigits, 64), 64)
		to = strconv.AppendFloat(to[:0], rounded, 'f', -1, 64)
	}
	return to, 0
}

// significant counts the digits from the first that is not zero to the last that is not.
func significant(number []byte) int {
	count, zeros := 0, 0
	for _, c := range number {
		switch {
		case c == '.' || c == '0' && count == 0:
		case c == '0':
			zeros++
		default:
			count += zeros + 1
			zeros = 0
		}
	}
	return count
}

// decimalText writes a number that is given as plain decimal text, however long, digit for digit.
func (n *numberForm) decimalText(number string) string {
	digits, negative := strings.CutPrefix(number, "-")
	text := make([]byte, 0, 2*len(number)+8)
	text = append(text, n.sign(negative)...)
	return string(n.append(text, []byte(digits)))
}

func (n *numberForm) sign(negative bool) string {
	if negative {
		return n.minus
	}
	return ""
}

// append writes a number in plain ASCII without a sign as the locale does.
func (n *numberForm) append(to, number []byte) []byte {
	whole, fraction := number, []byte(nil)
	for i, c := range number {
		if c == '.' {
			whole, fraction = number[:i], number[i+1:]
			break
		}
	}
	if n.first == 0 || len(whole) < n.first+n.least {
		to = n.appendDigits(to, whole)
	} else {
		head := len(whole) - n.first
		end := head % n.other
		if end == 0 {
			end = n.other
		}
		start := 0
		for end <= head {
			to = n.appendDigits(to, whole[start:end])
			to = append(to, n.group...)
			start, end = end, end+n.other
		}
		to = n.appendDigits(to, whole[head:])
	}
	if len(fraction) > 0 {
		to = append(to, n.decimal...)
		to = n.appendDigits(to, fraction)
	}
	return to
}

func (n *numberForm) appendDigits(to, digits []byte) []byte {
	if n.zero == '0' {
		return append(to, digits...)
	}
	for _, c := range digits {
		to = append(to, string(n.zero+rune(c-'0'))...)
	}
	return to
}

// appendPadded writes a whole number that is not negative, with at least so many digits and without groups.
func (n *numberForm) appendPadded(to []byte, number, width int) []byte {
	var scratch [20]byte
	digits := strconv.AppendInt(scratch[:0], int64(number), 10)
	for range width - len(digits) {
		to = n.appendDigits(to, []byte{'0'})
	}
	return n.appendDigits(to, digits)
}
