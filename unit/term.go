package unit

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// bases are the units that others are made of, in the order in which a dimension names them. Radians are one, as in UCUM,
// so that lumens are no candelas; moles are one, as in the SI; bits are one so that they are no number.
var bases = [...]string{"m", "kg", "s", "A", "K", "mol", "cd", "rad", "bit"}

// term is what a part of a code is worth.
type term struct {
	num, den float64
	offset   float64 // as of a Unit; it is lost where the term is part of a product
	powers   [len(bases)]int
	own      []power // of what has a dimension of its own, by name; never changed, only replaced
}

// power is a thing with a dimension of its own, to a power other than zero. A note in braces keeps them as part of its name.
type power struct {
	name string
	to   int
}

func number(n float64) term { return term{num: n, den: 1} }

func base(index int) term {
	t := number(1)
	t.powers[index] = 1
	return t
}

func thing(name string) term {
	t := number(1)
	t.own = []power{{name, 1}}
	return t
}

// times gives the product with another to a power.
func (t term) times(other term, to int) term {
	num, den := other.num, other.den
	if to < 0 {
		num, den = den, num
	}
	for range max(to, -to) {
		t.num *= num
		t.den *= den
	}
	t.offset = 0
	for i, p := range other.powers {
		t.powers[i] += p * to
	}
	for _, p := range other.own {
		t.own = timesOwn(t.own, power{p.name, p.to * to})
	}
	return t
}

func timesOwn(own []power, factor power) []power {
	at, found := slices.BinarySearchFunc(own, factor.name, func(p power, name string) int { return cmp.Compare(p.name, name) })
	if found {
		factor.to += own[at].to
	}
	product := slices.Clone(own[:at])
	if factor.to != 0 {
		product = append(product, factor)
	}
	if found {
		at++
	}
	return append(product, own[at:]...)
}

// isSized says that a term is neither so large nor so small that amounts of it are no numbers, nor is its fraction made of
// such; NaN is neither.
func (t term) isSized() bool {
	const largest, longest = 1e100, 1e200
	isWithin := func(n, limit float64) bool { return n >= 1/limit && n <= limit }
	return isWithin(t.num, longest) && isWithin(t.den, longest) && isWithin(t.num/t.den, largest)
}

// reduced is the term with its fraction in lowest terms, where that is exact.
func (t term) reduced() term {
	const exact = 1 << 53
	if t.num != math.Trunc(t.num) || t.den != math.Trunc(t.den) || max(t.num, t.den) > exact {
		return t
	}
	a, b := uint64(t.num), uint64(t.den)
	for b != 0 {
		a, b = b, a%b
	}
	t.num, t.den = t.num/float64(a), t.den/float64(a)
	return t
}

func (t term) unit() Unit {
	t = t.reduced()
	return Unit{num: t.num, den: t.den, offset: t.offset, dimension: t.dimension()}
}

// dimension names the bases with their powers, then what has a dimension of its own. What is counted says so only where
// nothing else is measured: {piece}/min is a rate like any other, as UCUM has it, but {piece} is no {cup}.
func (t term) dimension() string {
	var factors []string
	name := func(unit string, to int) {
		switch to {
		case 0:
		case 1:
			factors = append(factors, unit)
		default:
			factors = append(factors, unit+strconv.Itoa(to))
		}
	}
	for i, to := range t.powers {
		name(bases[i], to)
	}
	for _, p := range t.own {
		if !isNote(p.name) {
			name(p.name, p.to)
		}
	}
	if len(factors) == 0 {
		for _, p := range t.own {
			name(p.name, p.to)
		}
	}
	return strings.Join(factors, ".")
}

func isNote(name string) bool { return name[0] == '{' }
