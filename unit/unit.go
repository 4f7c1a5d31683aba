// Package unit knows what units of measure measure, and converts amounts between them: 500 g is 0.5 kg, 212 [degF] is
// 100 Cel. Units are codes of UCUM, the Unified Code for Units of Measure (https://ucum.org), in its case-sensitive form.
//
// It is our own. Of the libraries for Go one wants UCUM's XML file at run time; the other, exact as it is, drops what stands
// in braces, so that {piece} converts into {cup}, and bounds neither exponents nor parentheses, which strangers write here.
//
// Two units convert into each other where they have the same dimension, and that is all that is judged: N.m is a torque and
// J an energy, but both are m2.kg.s-2. Where UCUM calls a measure a mere number, and taking it for one would let
// products be compared that can't be, it has a dimension of its own here: moles, bits, levels such as dB, arbitrary
// units such as [IU] and [pH], and a thing that is counted, such as {piece}. Nothing converts by a logarithm. The package
// neither formats nor knows what unit an attribute should have. Everything here is a pure function of its arguments.
package unit

import (
	"math"
	"strconv"

	"unisono/fault"
)

// Unit is what an amount is measured in. The zero Unit measures nothing; Parse gives one that does.
type Unit struct {
	num, den  float64 // an amount times num, by den, is in the unit's base: fractions of whole numbers stay exact
	offset    float64 // what the base shows where the unit shows zero, in kelvin
	dimension string
}

// Parse reads a UCUM code, such as kg, mm2, L/min, kW.h/a, [in_i], Cel, m/s2, 10*3 or {piece}. Letter case counts.
//
// All units of UCUM 2.1 are known, and all of its grammar. Notes in braces (mL{total}) change nothing, but where a code names
// no unit beside them, what is counted is its dimension. Temperatures on a scale (Cel, [degF]) are such alone; in a product
// or with an exponent they are steps: W/(m.Cel) is W/(m.K).
//
// The error is a [fault.BadUserInput] that quotes the code and says what is right. Refused are codes that are not UCUM's,
// that have more than 64 bytes, or parentheses within parentheses more than eight deep, and units that are more than
// 1e100 times larger or smaller than that of the SI.
func Parse(code string) (Unit, error) {
	read, problem := readCode(code, atoms())
	if problem != "" {
		return Unit{}, refuse(code, problem)
	}
	return read.unit(), nil
}

// Dimension tells what is measured, as a product of base units such as m, m.s-1 or m2.kg.s-2: two units convert into each
// other where it is equal. It is empty for a plain number.
func (u Unit) Dimension() string { return u.dimension }

// ToBase converts an amount of the unit into the base that all units of its dimension share: the SI's coherent unit, bits,
// or what is counted. It is rounded to 12 significant digits, so amounts that are equal come out equal: 1000 g and 1 kg,
// 212 [degF] and 100 Cel. What is not finite, or gets too large, is not finite.
func (u Unit) ToBase(amount float64) float64 { return round(u.toBase(amount)) }

// FromBase converts back from the base, rounded to 12 significant digits, and to eight decimals of a degree where it is a
// temperature on a scale: the kelvins that it comes from have no more of them.
func (u Unit) FromBase(base float64) float64 { return round(u.fromBase(base)) }

// Convert converts an amount from one UCUM code to another, rounded as FromBase does. The error is a [fault.BadUserInput]:
// a code that Parse refuses, or two that measure different things.
func Convert(amount float64, from, to string) (float64, error) {
	source, err := Parse(from)
	if err != nil {
		return 0, err
	}
	target, err := Parse(to)
	if err != nil {
		return 0, err
	}
	if source.dimension != target.dimension {
		return 0, fault.New(fault.BadUserInput, "%.40q does not convert into %.40q: they measure different things, %s and %s",
			from, to, measured(source), measured(target))
	}
	return round(target.fromBase(source.toBase(amount))), nil
}

func measured(u Unit) string {
	if u.dimension == "" {
		return "a number"
	}
	return strconv.Quote(u.dimension)
}

func (u Unit) toBase(amount float64) float64 { return scale(amount, u.num, u.den) + u.offset }

func (u Unit) fromBase(base float64) float64 {
	if u.offset == 0 {
		return scale(base, u.den, u.num)
	}
	amount := scale(base-u.offset, u.den, u.num)
	decimals := math.Pow10(8 + int(math.Round(math.Log10(u.num/u.den))))
	if shown := amount * decimals; math.Abs(shown) < 1e12 {
		amount = math.Round(shown) / decimals
	}
	return amount
}

// scale gives x·num/den, multiplied first: 0.1 kg is then 100 g, and not a bit more.
func scale(x, num, den float64) float64 {
	if product := x * num; !math.IsInf(product, 0) {
		return product / den
	}
	return x / den * num
}

// round rounds to 12 significant digits by way of 15, up to which a float64 has the decimal that was meant: so a 5 in the
// thirteenth place goes up whichever side of it the calculation ended on.
func round(x float64) float64 {
	size := math.Abs(x)
	switch {
	case x == 0:
		return 0 // and not minus zero
	case math.IsNaN(x) || math.IsInf(x, 0):
		return x
	case size < 1e-7 || size >= 1e15: // powers of ten beyond 1e22 are not exact
		return roundTo(12, roundTo(15, x))
	}
	shift := 14 - int(math.Floor(math.Log10(size)))
	digits := math.Round(math.Round(x*math.Pow10(shift)) / 1e3)
	if shift < 3 {
		return digits * math.Pow10(3-shift)
	}
	return digits / math.Pow10(shift-3)
}

func roundTo(digits int, x float64) float64 {
	var scratch [32]byte
	rounded, err := strconv.ParseFloat(string(strconv.AppendFloat(scratch[:0], x, 'e', digits-1, 64)), 64)
	if err != nil {
		return x // it would not be finite
	}
	return rounded
}
