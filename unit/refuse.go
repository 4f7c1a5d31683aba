package unit

import (
	"strings"

	"unisono/fault"
)

// refuse says what is wrong with a code, and what is right: the code that was meant, where that can be told.
func refuse(code, problem string) *fault.Error {
	if meant, ok := meantBy(code); ok {
		return fault.New(fault.BadUserInput, "%.40q is no UCUM code: %s; %q may be meant", code, problem, meant)
	}
	return fault.New(fault.BadUserInput, "%.40q is no UCUM code: %s; a code is expected such as kg, mm2, L/min, [in_i] or {piece}", code, problem)
}

// usual are symbols by which people know a unit whose code is another. There is none that is a code itself, as ft, the
// femtotonne, is.
var usual = map[string]string{
	"Wh": "W.h", "kWh": "kW.h", "MWh": "MW.h", "kWh/a": "kW.h/a", "Ah": "A.h", "mAh": "mA.h", "VA": "V.A", "kVA": "kV.A", "Nm": "N.m",
	"in": "[in_i]", "inch": "[in_i]", "\"": "[in_i]", "yd": "[yd_i]", "mi": "[mi_i]", "kn": "[kn_i]", "oz": "[oz_av]", "lb": "[lb_av]",
	"lbs": "[lb_av]", "gal": "[gal_us]", "psi": "[psi]", "hp": "[HP]", "mmHg": "mm[Hg]", "BTU": "[Btu]", "°F": "[degF]", "ha": "har",
	"sec": "s", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "month": "mo", "months": "mo", "year": "a", "years": "a",
	"rpm": "/min", "ppm": "[ppm]", "‰": "[ppth]", "IU": "[IU]", "Mbps": "Mbit/s", "Gbps": "Gbit/s", "piece": "{piece}", "pcs": "{piece}",
}

// plain writes signs as UCUM does, which is ASCII.
var plain = strings.NewReplacer("²", "2", "³", "3", "µ", "u", "μ", "u", "Ω", "Ohm", "Ω", "Ohm", "°C", "Cel", "°", "deg", "′", "'", "″", "''", "·", ".", "⋅", ".")

// meantBy gives the code that somebody meant who wrote another.
func meantBy(code string) (string, bool) {
	if len(code) > maxCode {
		return "", false
	}
	code = strings.TrimSpace(code)
	if known, ok := usual[code]; ok {
		return known, true
	}
	written := plain.Replace(code)
	for _, guess := range []string{written, strings.ToLower(written)} {
		if _, problem := readCode(guess, atoms()); problem == "" {
			return guess, true
		}
	}
	return "", false
}
