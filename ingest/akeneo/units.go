package akeneo

import "strings"

// units gives the UCUM code of each unit of Akeneo's standard measurement families. A unit is what its family says: an OUNCE of volume is
// not one of weight. Volumes are imperial, as Akeneo converts them. Multiples of a byte are written as editors see them (kB, MB), though
// Akeneo converts them by 1024. Old French measures, CHAIN, FURLONG and the imperial BARREL have no code in UCUM.
var units = map[string]map[string]string{
	"angle": {
		"RADIAN": "rad", "MILLIRADIAN": "mrad", "MICRORADIAN": "urad", "DEGREE": "deg", "MINUTE": "'", "SECOND": "''", "GON": "gon",
		"REVOLUTION": "circ",
	},
	"area": {
		"SQUARE_MILLIMETER": "mm2", "SQUARE_CENTIMETER": "cm2", "SQUARE_DECIMETER": "dm2", "CENTIARE": "m2", "SQUARE_METER": "m2",
		"SQUARE_DEKAMETER": "dam2", "ARE": "ar", "SQUARE_HECTOMETER": "hm2", "HECTARE": "har", "SQUARE_KILOMETER": "km2",
		"SQUARE_MIL": "[mil_i]2", "SQUARE_INCH": "[sin_i]", "SQUARE_FOOT": "[sft_i]", "SQUARE_YARD": "[syd_i]", "ACRE": "[acr_us]",
		"SQUARE_MILE": "[mi_i]2",
	},
	"binary": {
		"BIT": "bit", "KILOBIT": "kbit", "MEGABIT": "Mbit", "GIGABIT": "Gbit", "CHAR": "By", "BYTE": "By", "KILOBYTE": "kBy",
		"MEGABYTE": "MBy", "GIGABYTE": "GBy", "TERABYTE": "TBy",
	},
	"brightness": {"LUMEN": "lm", "NIT": "cd/m2"},
	"capacitance": {
		"ATTOFARAD": "aF", "PICOFARAD": "pF", "NANOFARAD": "nF", "MICROFARAD": "uF", "MILLIFARAD": "mF", "FARAD": "F", "KILOFARAD": "kF",
	},
	"casebox": {"PIECE": "{piece}", "DOZEN": "{dozen}"},
	"decibel": {"DECIBEL": "dB"},
	"duration": {
		"MILLISECOND": "ms", "SECOND": "s", "MINUTE": "min", "HOUR": "h", "DAY": "d", "WEEK": "wk", "MONTH": "mo", "YEAR": "a",
	},
	"electriccharge": {
		"MILLIAMPEREHOUR": "mA.h", "AMPEREHOUR": "A.h", "MILLICOULOMB": "mC", "CENTICOULOMB": "cC", "DECICOULOMB": "dC", "COULOMB": "C",
		"DEKACOULOMB": "daC", "HECTOCOULOMB": "hC", "KILOCOULOMB": "kC",
	},
	"energy": {
		"JOULE": "J", "KILOJOULE": "kJ", "CALORIE": "cal", "KILOCALORIE": "kcal", "WATTHOUR": "W.h", "KILOWATTHOUR": "kW.h",
	},
	"force":     {"MILLINEWTON": "mN", "NEWTON": "N", "KILONEWTON": "kN", "MEGANEWTON": "MN"},
	"frequency": {"HERTZ": "Hz", "KILOHERTZ": "kHz", "MEGAHERTZ": "MHz", "GIGAHERTZ": "GHz", "TERAHERTZ": "THz"},
	"inductance": {
		"NANOHENRY": "nH", "MICROHENRY": "uH", "MILLIHENRY": "mH", "HENRY": "H", "KILOHENRY": "kH",
	},
	"intensity": {
		"MILLIAMPERE": "mA", "CENTIAMPERE": "cA", "DECIAMPERE": "dA", "AMPERE": "A", "DEKAMPERE": "daA", "HECTOAMPERE": "hA", "KILOAMPERE": "kA",
	},
	"length": {
		"MICROMETER": "um", "MILLIMETER": "mm", "CENTIMETER": "cm", "DECIMETER": "dm", "METER": "m", "DEKAMETER": "dam", "HECTOMETER": "hm",
		"KILOMETER": "km", "MIL": "[mil_i]", "INCH": "[in_i]", "FEET": "[ft_i]", "YARD": "[yd_i]", "MILE": "[mi_i]",
	},
	"power": {"MILLIWATT": "mW", "WATT": "W", "KILOWATT": "kW", "MEGAWATT": "MW", "GIGAWATT": "GW", "TERAWATT": "TW"},
	"pressure": {
		"BAR": "bar", "MILLIBAR": "mbar", "CENTIBAR": "cbar", "DECIBAR": "dbar", "KILOBAR": "kbar", "MEGABAR": "Mbar", "PASCAL": "Pa",
		"HECTOPASCAL": "hPa", "KILOPASCAL": "kPa", "MEGAPASCAL": "MPa", "ATM": "atm", "PSI": "[psi]", "TORR": "mm[Hg]", "MMHG": "mm[Hg]",
	},
	"resistance": {
		"MILLIOHM": "mOhm", "CENTIOHM": "cOhm", "DECIOHM": "dOhm", "OHM": "Ohm", "DEKAOHM": "daOhm", "HECTOHM": "hOhm", "KILOHM": "kOhm",
		"MEGOHM": "MOhm",
	},
	"speed": {
		"METER_PER_SECOND": "m/s", "METER_PER_MINUTE": "m/min", "METER_PER_HOUR": "m/h", "KILOMETER_PER_HOUR": "km/h",
		"FOOT_PER_SECOND": "[ft_i]/s", "FOOT_PER_HOUR": "[ft_i]/h", "YARD_PER_HOUR": "[yd_i]/h", "MILE_PER_HOUR": "[mi_i]/h",
	},
	"temperature": {"CELSIUS": "Cel", "FAHRENHEIT": "[degF]", "KELVIN": "K", "RANKINE": "[degR]", "REAUMUR": "[degRe]"},
	"voltage": {
		"MILLIVOLT": "mV", "CENTIVOLT": "cV", "DECIVOLT": "dV", "VOLT": "V", "DEKAVOLT": "daV", "HECTOVOLT": "hV", "KILOVOLT": "kV",
	},
	"volume": {
		"CUBIC_MILLIMETER": "mm3", "CUBIC_CENTIMETER": "cm3", "MILLILITER": "mL", "CENTILITER": "cL", "DECILITER": "dL",
		"CUBIC_DECIMETER": "dm3", "LITER": "L", "CUBIC_METER": "m3", "OUNCE": "[foz_br]", "PINT": "[pt_br]", "GALLON": "[gal_br]",
		"CUBIC_FOOT": "[cft_i]", "CUBIC_INCH": "[cin_i]", "CUBIC_YARD": "[cyd_i]",
	},
	"volumeflow": {
		"CUBIC_METER_PER_SECOND": "m3/s", "CUBIC_METER_PER_MINUTE": "m3/min", "CUBIC_METER_PER_HOUR": "m3/h", "CUBIC_METER_PER_DAY": "m3/d",
		"LITER_PER_SECOND": "L/s", "LITER_PER_MINUTE": "L/min", "LITER_PER_HOUR": "L/h", "LITER_PER_DAY": "L/d",
		"MILLILITER_PER_SECOND": "mL/s", "MILLILITER_PER_MINUTE": "mL/min", "MILLILITER_PER_HOUR": "mL/h",
	},
	"weight": {
		"MICROGRAM": "ug", "MILLIGRAM": "mg", "GRAM": "g", "KILOGRAM": "kg", "TON": "t", "GRAIN": "[gr]", "OUNCE": "[oz_av]", "POUND": "[lb_av]",
	},
}

// unitsAnywhere are the units by their code alone, for measurement families of the house's own. "" where two families disagree; angles
// are left out, since a MINUTE is one of time everywhere else.
var unitsAnywhere = func() map[string]string {
	anywhere := map[string]string{}
	for name, family := range units {
		if name == "angle" {
			continue
		}
		for unit, code := range family {
			if other, is := anywhere[unit]; is && other != code {
				code = ""
			}
			anywhere[unit] = code
		}
	}
	return anywhere
}()

// ucum gives the UCUM code of a unit.
func ucum(family, unit string) (code string, known bool) {
	unit = strings.ToUpper(unit)
	if standard, is := units[strings.ToLower(family)]; is {
		code = standard[unit]
		return code, code != ""
	}
	code = unitsAnywhere[unit]
	return code, code != ""
}
