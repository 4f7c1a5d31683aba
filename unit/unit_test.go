package unit_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"unisono/fault"
	"unisono/unit"
)

// worked are amounts that UCUM's definitions, and arithmetic, say are equal.
var worked = []struct {
	amount float64
	from   string
	want   float64
	to     string
}{
	{500, "g", 0.5, "kg"},
	{0.1, "kg", 100, "g"},
	{2.5, "t", 2500, "kg"},
	{1, "[in_i]", 25.4, "mm"},
	{15.6, "[in_i]", 39.624, "cm"},
	{1, "[ft_i]", 0.3048, "m"},
	{1, "[yd_i]", 0.9144, "m"},
	{1, "[mi_i]", 1609.344, "m"},
	{1, "[nmi_i]", 1852, "m"},
	{3937, "[ft_us]", 1200, "m"},
	{1, "[lb_av]", 0.45359237, "kg"},
	{1, "[oz_av]", 28.349523125, "g"},
	{1, "[lb_av]", 16, "[oz_av]"},
	{1, "[stone_av]", 6.35029318, "kg"},
	{1, "[oz_tr]", 31.1034768, "g"},
	{5, "[car_m]", 1, "g"},
	{1, "[gal_us]", 3.785411784, "L"},
	{1, "[qt_us]", 946.352946, "mL"},
	{1, "[pt_us]", 473.176473, "mL"},
	{1, "[cup_us]", 236.5882365, "mL"},
	{1, "[foz_us]", 29.5735295625, "mL"},
	{1, "[tbs_us]", 14.7867647813, "mL"},
	{1, "[tbs_us]", 3, "[tsp_us]"},
	{1, "[gal_br]", 4.54609, "L"},
	{1, "[pt_br]", 568.26125, "mL"},
	{1, "l", 1, "L"},
	{1, "m3", 1000, "dm3"},
	{1, "cm3", 1, "mL"},
	{1, "m2", 1e6, "mm2"},
	{1, "har", 1e4, "m2"},
	{1, "[sft_i]", 0.09290304, "m2"},
	{1, "[acr_br]", 4840, "[yd_br]2"},
	{640, "[acr_us]", 1, "[smi_us]"},
	{1, "[acr_us]", 4046.87260987, "m2"},
	{1, "[mi_us]", 1609.34721869, "m"},
	{1, "[mi_br]", 1609.3427328, "m"},
	{1, "[bu_us]", 35.2390701669, "L"},
	{1, "[bbl_us]", 158.987294928, "L"},
	{1, "[bu_br]", 36.36872, "L"},
	{1, "[cml_i]", 506.707479098, "um2"},
	{72, "[pnt]", 1, "[in_i]"},

	{90, "min", 1.5, "h"},
	{2, "wk", 336, "h"},
	{1, "a", 365.25, "d"},
	{24, "mo", 2, "a"},
	{1, "mo", 30.4375, "d"},
	{100, "km/h", 27.7777777778, "m/s"},
	{1, "[kn_i]", 1.852, "km/h"},
	{60, "[mi_i]/h", 96.56064, "km/h"},
	{1200, "/min", 20, "Hz"},
	{1200, "1/min", 20, "s-1"},
	{1200, "{rev}/min", 20, "Hz"},
	{180, "deg", math.Pi, "rad"},
	{1, "circ", 360, "deg"},
	{1, "deg", 3600, "''"},
	{100, "gon", 90, "deg"},

	{1, "bar", 100, "kPa"},
	{15, "bar", 1.5, "MPa"},
	{1, "atm", 1013.25, "mbar"},
	{1, "[psi]", 6894.75729317, "Pa"},
	{760, "mm[Hg]", 101324.72, "Pa"},
	{1, "kW.h", 3.6, "MJ"},
	{1, "kcal", 4.184, "kJ"},
	{1, "[Cal]", 1, "kcal"},
	{1, "[Btu]", 1054.35, "J"},
	{1, "[Btu_IT]", 1055.05585262, "J"},
	{1, "att", 98.0665, "kPa"},
	{1, "[ly]", 9.46073047258e15, "m"},
	{1, "[HP]", 745.699871582, "W"},
	{1, "eV", 1.602176634e-19, "J"},
	{150, "kW.h/a", 17.1115674196, "W"},
	{1, "A.h", 3600, "C"},
	{230, "V.A", 230, "W"},
	{1, "kgf", 9.80665, "N"},
	{2, "kOhm", 2, "kV/A"},
	{1, "lx", 1, "cd.sr/m2"},
	{1, "Sv", 1, "Gy"},
	{1, "Ci", 37, "GBq"},
	{1, "kat", 6e7, "U"},
	{1, "L/(100.km)", 0.01, "mm2"},
	{8, "L/min", 480, "L/h"},

	{100, "Cel", 212, "[degF]"},
	{32, "[degF]", 0, "Cel"},
	{-40, "[degF]", -40, "Cel"},
	{20.5, "Cel", 293.65, "K"},
	{98.6, "[degF]", 37, "Cel"},
	{0, "K", -459.67, "[degF]"},
	{80, "[degRe]", 100, "Cel"},
	{9, "[degR]", 5, "K"},
	{5, "mCel", 0.005, "Cel"},
	{37, "Cel{body}", 98.6, "[degF]"},
	{37, "(Cel)", 98.6, "[degF]"},
	{3, "W/(m2.Cel)", 3, "W/(m2.K)"},
	{9, "J/[degF]", 16.2, "J/K"},
	{2, "/Cel", 2, "K-1"},

	{5, "%", 50, "[ppth]"},
	{1, "%", 1e4, "[ppm]"},
	{3, "10*3", 3000, "1"},
	{3, "10^-2", 3, "%"},
	{18, "[car_Au]", 75, "%"},
	{2, "%{vol}", 0.02, "1"},
	{2, "12.{piece}", 24, "{piece}"},
	{1, "KiBy", 1024, "By"},
	{1, "TiBy", 1099.511627776, "GBy"},
	{1, "Gbit/s", 125, "MBy/s"},
	{5, "dB", 0.5, "B"},
	{5, "dB{A}", 5, "dB"},
	{1000, "u[IU]/mL", 1, "[IU]/L"},
	{1, "k[iU]", 1000, "[IU]"},
	{1, "mm+1", 1, "mm"},
	{1, "m0", 1, "1"},
	{4, "kg.(m/(s.s))", 4, "N"},
}

func TestConvert(t *testing.T) {
	for _, test := range worked {
		t.Run(fmt.Sprint(test.amount, " ", test.from), func(t *testing.T) {
			const digits = 1e-11
			got, err := unit.Convert(test.amount, test.from, test.to)
			if err != nil || math.Abs(got-test.want) > digits*math.Abs(test.want) {
				t.Errorf("it is %v %s, %v; want %v", got, test.to, err, test.want)
			}
			back, err := unit.Convert(test.want, test.to, test.from)
			if err != nil || math.Abs(back-test.amount) > 10*digits*max(math.Abs(test.amount), 1) {
				t.Errorf("%v %s is %v %s, %v", test.want, test.to, back, test.from, err)
			}
		})
	}
}

// What is equal has the same base, to the last bit: filters compare bases.
func TestEqualAmountsHaveOneBase(t *testing.T) {
	for _, test := range []struct {
		amount float64
		code   string
		same   float64
		in     string
	}{
		{1000, "g", 1, "kg"},
		{100, "g", 0.1, "kg"},
		{1, "[in_i]", 25.4, "mm"},
		{212, "[degF]", 100, "Cel"},
		{98.6, "[degF]", 37, "Cel"},
		{0.3, "L", 300, "mL"},
		{0.7, "dm3", 700, "cm3"},
		{4.35, "m", 435, "cm"},
		{1.1, "kW.h", 1100, "W.h"},
		{3, "[lb_av]", 48, "[oz_av]"},
		{1.5, "h", 5400, "s"},
		{33, "cL", 0.33, "l"},
		{1.2345678901235, "kg", 1234.5678901235, "g"},
		{1e-9, "m", 1, "nm"},
		{1.7e-12, "m", 1.7, "pm"},
		{2.3e18, "m", 2.3, "Em"},
		{math.Copysign(0, -1), "g", 0, "kg"},
	} {
		first, second := read(t, test.code).ToBase(test.amount), read(t, test.in).ToBase(test.same)
		if math.Float64bits(first) != math.Float64bits(second) {
			t.Errorf("%v %s is %v, but %v %s is %v", test.amount, test.code, first, test.same, test.in, second)
		}
	}
}

func TestDimension(t *testing.T) {
	for code, want := range map[string]string{
		"mm": "m", "g": "kg", "km/h": "m.s-1", "[kn_i]": "m.s-1", "J": "m2.kg.s-2", "N.m": "m2.kg.s-2", "Ohm": "m2.kg.s-3.A-2", "lm": "cd.rad2",
		"%": "", "1": "", "m/m": "", "10*-3": "", "[pi]": "", "mol": "mol", "[degF]": "K", "By": "bit", "Hz": "s-1", "1/min": "s-1",
		"dB": "B", "dB[SPL]": "B[SPL]", "[pH]": "[pH]", "[IU]/mL": "m-3.[IU]", "[iU]": "[IU]", "[IU]/[IU]": "", "[LPF]": "[HPF]", "B[10.nV]": "B[10.nV]", "[m/s2/Hz^(1/2)]": "[m/s2/Hz^(1/2)]",
		"{piece}": "{piece}", "({piece})": "{piece}", "{cup}": "{cup}", "{Stück}": "{Stück}", "{page}/{sheet}": "{page}.{sheet}-1", "{a}.{a}": "{a}2", "1/{a}": "{a}-1",
		"{piece}/min": "s-1", "g{fat}": "kg", "{b}.{a}.[IU]": "[IU]", "{a}/{a}": "",
	} {
		if got := read(t, code).Dimension(); got != want {
			t.Errorf("that of %s is %q, want %q", code, got, want)
		}
	}
}

func TestWhatMeasuresDifferentThings(t *testing.T) {
	for _, pair := range [][2]string{
		{"kg", "m"},
		{"L", "m2"},
		{"{piece}", "{cup}"},
		{"{piece}", "1"},
		{"mol", "1"},
		{"bit", "1"},
		{"deg", "1"},
		{"dB", "1"},
		{"dB", "Np"},
		{"[pH]", "[IU]"},
		{"lm", "cd"},
		{"Cel", "Cel2"},
		{"W", "W.h"},
		{"{piece}", "/{piece}"},
	} {
		_, err := unit.Convert(1, pair[0], pair[1])
		if fault.KindOf(err) != fault.BadUserInput || !strings.Contains(fault.Public(err), pair[0]) || !strings.Contains(fault.Public(err), pair[1]) {
			t.Errorf("%v: %v", pair, err)
		}
	}
	_, err := unit.Convert(1, "kg", "1")
	if got, want := fault.Public(err), `"kg" does not convert into "1": they measure different things, "kg" and a number`; got != want {
		t.Errorf("it says %s", got)
	}
}

func TestNoNumbers(t *testing.T) {
	for _, code := range []string{"kg", "Cel", "[degF]", "Ym", "ym", "10*99", "10*-99"} {
		u := read(t, code)
		for _, amount := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
			for _, got := range []float64{u.ToBase(amount), u.FromBase(amount)} {
				if got != amount && !(math.IsNaN(got) && math.IsNaN(amount)) {
					t.Errorf("%v %s is %v", amount, code, got)
				}
			}
		}
		if got := u.FromBase(u.ToBase(0)); got != 0 || math.Signbit(got) {
			t.Errorf("0 %s comes back as %v", code, got)
		}
	}
	if got := read(t, "Ym").ToBase(1e300); !math.IsInf(got, 1) {
		t.Errorf("too much is %v", got)
	}
	if got := read(t, "mm").FromBase(read(t, "mm").ToBase(math.MaxFloat64)); math.Abs(got/math.MaxFloat64-1) > 1e-9 {
		t.Errorf("the largest amount comes back as %v", got)
	}
}

func TestEveryPairOfOneDimensionConverts(t *testing.T) {
	units := map[string]unit.Unit{}
	for _, code := range unit.Codes {
		units[code] = read(t, code)
	}
	for from, source := range units {
		for to, target := range units {
			if source.Dimension() != target.Dimension() {
				continue
			}
			got, err := unit.Convert(1, from, to)
			if want := target.FromBase(source.ToBase(1)); err != nil || !isNear(got, want, 1e-7) {
				t.Errorf("1 %s is %v %s, %v; want %v", from, got, to, err, want)
			}
		}
	}
}

// code draws a code that is right: units with and without prefixes, to powers, in products.
func code(t *rapid.T) string {
	factor := rapid.Custom(func(t *rapid.T) string {
		prefix := rapid.SampledFrom([]string{"", "k", "m", "u", "da", "M"}).Draw(t, "prefix")
		symbol := rapid.SampledFrom([]string{"m", "g", "s", "L", "W", "Pa", "By", "mol", "[IU]", "B", "cal", "m[Hg]"}).Draw(t, "symbol")
		if prefix == "" && rapid.Bool().Draw(t, "customary") {
			symbol = rapid.SampledFrom([]string{"[in_i]", "[lb_av]", "h", "a", "%", "10*", "deg", "[HP]", "[acr_us]", "Cel", "[degF]"}).Draw(t, "symbol")
		}
		return prefix + symbol + rapid.SampledFrom([]string{"", "", "2", "-1", "3{note}"}).Draw(t, "power")
	})
	return strings.Join(rapid.SliceOfN(factor, 1, 3).Draw(t, "factors"), rapid.SampledFrom([]string{".", "/"}).Draw(t, "operator"))
}

func TestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code, amount := code(t), rapid.Float64Range(-1e12, 1e12).Draw(t, "amount")
		u := read(t, code)
		tolerance := 1e-9*math.Abs(amount) + 1e-200 // whose base, far below, may have fewer digits
		if code == "Cel" || code == "[degF]" {
			tolerance += 1e-7
		}
		if got := u.FromBase(u.ToBase(amount)); math.Abs(got-amount) > tolerance {
			t.Errorf("%v %s comes back as %v", amount, code, got)
		}
	})
}

func TestStepsOnTheWayDoNotMatter(t *testing.T) {
	byDimension := map[string][]string{}
	for _, code := range unit.Codes {
		dimension := read(t, code).Dimension()
		byDimension[dimension] = append(byDimension[dimension], code)
	}
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.SampledFrom(unit.Codes).Draw(t, "one")
		same := rapid.SampledFrom(byDimension[read(t, one).Dimension()])
		two, three := same.Draw(t, "two"), same.Draw(t, "three")
		amount := rapid.Float64Range(1e-3, 1e9).Draw(t, "amount")
		between, err := unit.Convert(amount, one, two)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unit.Convert(between, two, three)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := unit.Convert(amount, one, three); err != nil || !isNear(got, want, 1e-7) {
			t.Errorf("%v %s by way of %s is %v %s, want %v, %v", amount, one, two, got, three, want, err)
		}
	})
}

// A decimal with as many digits as a float64 keeps has one base, however its point is moved.
func TestTheBaseKnowsNoPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.Int64Range(1, 999_999_999_999_999).Draw(t, "digits")
		milli, whole, kilo := decimal(t, digits, -3), decimal(t, digits, -6), decimal(t, digits, -9)
		want := read(t, "g").ToBase(whole)
		if got := read(t, "mg").ToBase(milli); got != want {
			t.Errorf("%v mg is %v, but %v g is %v", milli, got, whole, want)
		}
		if got := read(t, "kg").ToBase(kilo); got != want {
			t.Errorf("%v kg is %v, but %v g is %v", kilo, got, whole, want)
		}
	})
}

func decimal(t *rapid.T, digits int64, exponent int) float64 {
	var n float64
	if _, err := fmt.Sscanf(fmt.Sprintf("%de%d", digits, exponent), "%g", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func isNear(got, want, absolute float64) bool {
	return math.Abs(got-want) <= 1e-9*math.Abs(want) || math.Abs(got-want) <= absolute && math.Abs(want) < 1e4
}

func read(t interface {
	Helper()
	Fatal(...any)
}, code string,
) unit.Unit {
	t.Helper()
	u, err := unit.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func ExampleConvert() {
	for _, code := range []string{"g", "[lb_av]", "L"} {
		kilograms, err := unit.Convert(750, code, "kg")
		fmt.Println(kilograms, err)
	}
	// Output:
	// 0.75 <nil>
	// 340.1942775 <nil>
	// 0 "L" does not convert into "kg": they measure different things, "m3" and "kg"
}

func ExampleUnit_ToBase() {
	gram, _ := unit.Parse("g")
	kilogram, _ := unit.Parse("kg")
	least, most := gram.ToBase(500), kilogram.ToBase(2)
	for _, weight := range []float64{0.4, 0.5, 1.9, 2.1} {
		base := kilogram.ToBase(weight)
		fmt.Println(weight, least <= base && base <= most)
	}
	// Output:
	// 0.4 false
	// 0.5 true
	// 1.9 true
	// 2.1 false
}
