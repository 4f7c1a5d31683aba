package unit_test

import (
	"math"
	"strings"
	"testing"

	"unisono/fault"
	"unisono/unit"
)

// formatted are the codes that the gateway writes as people do, in whatever language.
const formatted = `h d wk mo a min s ms us ns ug mg g kg t [oz_av] [lb_av] [car_m] nm um mm cm dm m km [in_i] [ft_i] [yd_i] [mi_i]
	cm2 m2 km2 har [sft_i] mL cL dL L hL cm3 m3 [gal_us] [foz_us] Cel [degF] K deg ' '' mW W kW MW [HP] V A mA Ohm J kJ kcal kW.h N N.m
	Hz kHz MHz GHz Pa hPa kPa MPa bar mbar [psi] lm lx cd m/s km/h [mi_i]/h [kn_i] bit Mbit Gbit By kBy MBy GBy TBy [ppm] % [ppth] 1
	l ml cl dl hl mOhm kOhm MOhm uA uV uW uF uH uL ul u[IU] mm2 dm2 mm3 dm3 KiBy MiBy GiBy TiBy PBy mm[Hg] cal_[15] [Cal] circ kW.h/a
	W.h MW.h A.h mA.h V.A L/(100.km) dB cd/m2 W/m2 1/min m2.K/W {piece} [arb'U]/mL`

func TestWhatIsFormattedIsKnown(t *testing.T) {
	for code := range strings.FieldsSeq(formatted) {
		if _, err := unit.Parse(code); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	const examples = "; a code is expected such as kg, mm2, L/min, [in_i] or {piece}"
	for code, want := range map[string]string{
		"":       `"" is no UCUM code: it is empty; the code of no unit is 1` + examples,
		"foo":    `"foo" is no UCUM code: "foo" is none of UCUM's units` + examples,
		"kfoo/s": `"kfoo/s" is no UCUM code: "kfoo" is none of UCUM's units` + examples,
		"kmin":   `"kmin" is no UCUM code: "kmin" is none of UCUM's units` + examples,
		"k":      `"k" is no UCUM code: "k" is none of UCUM's units` + examples,
	} {
		if _, err := unit.Parse(code); fault.Public(err) != want {
			t.Errorf("of %q it says %s", code, fault.Public(err))
		}
	}
	for code, why := range map[string]string{
		"100km": `no . or / before "km"`, "m2m": `no . or / before "m"`, "(m)2": `no . or / before "2"`, "1{piece}": `no . or / before "{piece}"`, "{piece}2": `no . or / before "2"`, "m{a}{b}": `no . or / before "{b}"`, "m ": `"m " is none`,
		"m.": "missing at its end", "m/": "missing at its end", "/": "missing at its end", "m..s": `missing before ".s"`, "//s": `missing before "/s"`, "()": `missing before ")"`, "m.(/s)": `missing before "/s)"`, "-1": `missing before "-1"`,
		"m-": "one or two digits", "m+-1": "one or two digits", "m100": "one or two digits", "10*": "", "m/0": "0 is no factor", "00": "0 is no factor",
		"(m": "no ) for a (", "m)": "a ) without a (", "m(s)": `before "(s)"`, "[in_i": "no ] for a [", "m[": "no ] for a [", "{piece": "no } for a {", "m}": `before "}"`, "m{a}}": `before "}"`, "{}": "nothing in its braces", "{a{b}": "braces within braces", "{a\tb}": "an invisible character",
		"((((((((m))))))))": "", "(((((((((m)))))))))": "more than 8 deep", strings.Repeat("(", 64): "more than 8 deep", strings.Repeat("(", 1e6): "1000000 bytes, 64 are allowed",
		"Ym9": "too large or too small", "ym9": "too large or too small", "10*99.10*99": "too large or too small", "Ym99/Ym99": "too large or too small", "Ym8/Ym8": "", "meV3.eV/keV": "",
		strings.Repeat("m.", 31) + "m": "", strings.Repeat("m.", 32) + "m": "65 bytes, 64 are allowed", "m\xff": "not UTF-8", strings.Repeat("9", 64): "",
	} {
		_, err := unit.Parse(code)
		if why == "" {
			if err != nil {
				t.Errorf("%q is refused: %v", code, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.BadUserInput || !strings.Contains(fault.Public(err), why) || len(fault.Public(err)) > 320 {
			t.Errorf("of %.40q it says %v, want %s", code, err, why)
		}
	}
}

func TestWhatIsMeant(t *testing.T) {
	for code, want := range map[string]string{
		"°C": "Cel", "m²": "m2", "W/m²": "W/m2", "µm": "um", "kΩ": "kOhm", "KG": "kg", " kg ": "kg", "N·m": "N.m", "[IN_I]": "[in_i]", "°": "deg", "kWh": "kW.h", "in": "[in_i]",
	} {
		if _, err := unit.Parse(code); err == nil || !strings.HasSuffix(fault.Public(err), `; "`+want+`" may be meant`) {
			t.Errorf("of %q it says %v", code, err)
		}
	}
	for symbol, code := range unit.Usual {
		if _, err := unit.Parse(symbol); err == nil {
			t.Errorf("%q is a code itself", symbol)
		}
		if _, err := unit.Parse(code); err != nil {
			t.Errorf("for %q: %v", symbol, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range worked {
		f.Add(test.from, test.amount)
		f.Add(test.to, test.want)
	}
	for _, code := range []string{"", "((m)", "m[H2O]{x}2", "10*-99", "{a}/{b}.[IU]", "kWh", "YCel", "y[IU]", "/(/m)", "µm²"} {
		f.Add(code, 1e20)
	}
	f.Fuzz(func(t *testing.T, code string, base float64) {
		u, err := unit.Parse(code)
		if err != nil {
			if fault.KindOf(err) != fault.BadUserInput || u != (unit.Unit{}) || len(fault.Public(err)) > 1000 {
				t.Errorf("Parse(%q) = %v, %v", code, u, err)
			}
			return
		}
		if again := read(t, code); again != u {
			t.Errorf("%q is %v, then %v", code, u, again)
		}
		got := u.ToBase(u.FromBase(base))
		if size := math.Abs(base); (size == 0 || size > 1e-50 && size < 1e50) && math.Abs(got-base) > 1e-9*size+1e-7*warmth(u) {
			t.Errorf("%v of %q comes back as %v", base, code, got)
		}
	})
}

// warmth is 1 for a temperature on a scale, where an amount of zero is not zero in the base.
func warmth(u unit.Unit) float64 {
	if u.ToBase(0) != 0 {
		return 1
	}
	return 0
}

func BenchmarkParse(b *testing.B) {
	for _, code := range []string{"kg", "[in_i]", "kW.h/a", "L/(100.km)"} {
		b.Run(code, func(b *testing.B) {
			for b.Loop() {
				if _, err := unit.Parse(code); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkToBase(b *testing.B) {
	pound := read(b, "[lb_av]")
	for b.Loop() {
		pound.ToBase(12.5)
	}
}
