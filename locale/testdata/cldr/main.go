// Command cldr writes locale/format_tables.go from CLDR's JSON packages of npm: cldr-numbers-full, cldr-dates-full, cldr-units-full,
// cldr-misc-full and cldr-core, side by side in one directory. It is run by hand when CLDR has a new version, in the root
// of the module, and needs no network:
//
//	go run ./locale/testdata/cldr -cldr DIR
//
// A locale's record is left out where the next of its ancestors that has one says the same. The ancestors are those of
// package locale itself, which reads the tables by them; so the package must build, with whatever tables it has.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"unisono/locale"
)

// unitLocales are the locales whose words and symbols of units are kept: those of most readers. Units are two thirds of the
// tables, so a locale that is not here, as long as it is not the descendant of one, has the symbols of the root.
var unitLocales = strings.Fields(`
	en en-001 en-GB en-AU en-CA en-IN de da sv it tr fr fr-CA es es-419 es-MX nl no nn pl pt pt-PT fi
	ar ar-EG bg ca cs el et he hi hr hu is ja ko lt lv ro ru sk sl sr sr-Latn th uk vi zh zh-Hant`)

// units are UCUM codes with CLDR's names for them, in the order in which they are written.
var units = strings.Fields(`
	h:duration-hour d:duration-day wk:duration-week mo:duration-month a:duration-year min:duration-minute
	s:duration-second ms:duration-millisecond us:duration-microsecond ns:duration-nanosecond ug:mass-microgram
	mg:mass-milligram g:mass-gram kg:mass-kilogram t:mass-tonne [oz_av]:mass-ounce [lb_av]:mass-pound [car_m]:mass-carat
	nm:length-nanometer um:length-micrometer mm:length-millimeter cm:length-centimeter dm:length-decimeter
	m:length-meter km:length-kilometer [in_i]:length-inch [ft_i]:length-foot [yd_i]:length-yard [mi_i]:length-mile
	cm2:area-square-centimeter m2:area-square-meter km2:area-square-kilometer har:area-hectare [sft_i]:area-square-foot
	mL:volume-milliliter cL:volume-centiliter dL:volume-deciliter L:volume-liter hL:volume-hectoliter
	cm3:volume-cubic-centimeter m3:volume-cubic-meter [gal_us]:volume-gallon [foz_us]:volume-fluid-ounce
	Cel:temperature-celsius [degF]:temperature-fahrenheit K:temperature-kelvin deg:angle-degree ':angle-arc-minute
	'':angle-arc-second mW:power-milliwatt W:power-watt kW:power-kilowatt MW:power-megawatt [HP]:power-horsepower
	V:electric-volt A:electric-ampere mA:electric-milliampere Ohm:electric-ohm J:energy-joule kJ:energy-kilojoule
	kcal:energy-kilocalorie kW.h:energy-kilowatt-hour N:force-newton N.m:torque-newton-meter Hz:frequency-hertz
	kHz:frequency-kilohertz MHz:frequency-megahertz GHz:frequency-gigahertz Pa:pressure-pascal hPa:pressure-hectopascal
	kPa:pressure-kilopascal MPa:pressure-megapascal bar:pressure-bar mbar:pressure-millibar
	[psi]:pressure-pound-force-per-square-inch lm:light-lumen lx:light-lux cd:light-candela m/s:speed-meter-per-second
	km/h:speed-kilometer-per-hour [mi_i]/h:speed-mile-per-hour [kn_i]:speed-knot bit:digital-bit Mbit:digital-megabit
	Gbit:digital-gigabit By:digital-byte kBy:digital-kilobyte MBy:digital-megabyte GBy:digital-gigabyte
	TBy:digital-terabyte [ppm]:concentr-part-per-1e6`)

// lengthOf says which of CLDR's forms is taken: long ones for units that are words to their readers, and narrow ones for
// angles: 30°, where the short form of English is "30 deg". The root has no words.
func lengthOf(name, cldr string) string {
	switch cldr {
	case "duration-hour", "duration-day", "duration-week", "duration-month", "duration-year":
		if name != "und" {
			return "long"
		}
	case "angle-degree", "angle-arc-minute", "angle-arc-second":
		return "narrow"
	}
	return "short"
}

// instead has symbols of the root's that would be taken for another unit, and what is written for them.
var instead = map[string][2]string{"duration-month": {"m", "mo"}, "mass-carat": {"CD", "ct"}}

// table is one of the maps to write: what it says, and its records by locale.
type table struct {
	name, comment string
	records       map[locale.Tag]string
}

var dir = flag.String("cldr", "", "directory with the npm packages of CLDR")

func main() {
	log.SetFlags(0)
	flag.Parse()
	tables := []table{
		{name: "numberForms", comment: "numberForms is read by newNumberForm."},
		{name: "dateForms", comment: "dateForms is read by newDateForm."},
		{name: "monthNames", comment: "monthNames has the twelve months, for locales whose dates have their names."},
		{name: "listForms", comment: "listForms has what stands between two items, before the last, in the middle, and after the first."},
		{name: "booleanForms", comment: "booleanForms has yes and no."},
		{name: "unitForms", comment: "unitForms is read by newUnitForms."},
	}
	builders := []func(string) string{numberForm, dateForm, months, listForm, booleanForm, nil}
	root := unitsOf("und")
	for _, name := range locales() {
		tag := locale.Tag(name)
		if name != "und" {
			parsed, err := locale.Parse(name)
			if err != nil || string(parsed) != name {
				log.Printf("left out: %s: %v", name, err)
				continue
			}
		}
		for i, build := range builders {
			if tables[i].records == nil {
				tables[i].records = map[locale.Tag]string{}
			}
			var record string
			switch {
			case build != nil:
				record = build(name)
			case name == "und":
				record = rootUnits(root)
			case slices.Contains(unitLocales, name):
				record = unitForm(unitsOf(name), root)
			default: // it has what its ancestors have
				continue
			}
			if strings.Contains(record, "~") {
				log.Fatalf("%s: %q holds the sign that stands for a no-break space", name, record)
			}
			tables[i].records[tag] = strings.ReplaceAll(record, "\u00a0", "~")
		}
	}
	write(tables)
}

// locales gives the root and the locales with all that CLDR asks of one (modern coverage).
func locales() []string {
	var file struct {
		Levels map[string]string `json:"effectiveCoverageLevels"`
	}
	read(filepath.Join("cldr-core", "coverageLevels.json"), &file)
	var names []string
	for name, level := range file.Levels {
		if level == "modern" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func read(path string, into any) {
	text, err := os.ReadFile(filepath.Join(*dir, path))
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		log.Fatalf("%s: %v", path, err)
	}
}

// object is what CLDR says about a locale in a file, below its first two keys.
type object map[string]any

func open(name, pkg, file string) object {
	var of struct{ Main map[string]object }
	read(filepath.Join(pkg, "main", name, file), &of)
	return of.Main[name]
}

func (o object) at(keys ...string) object {
	for _, key := range keys {
		o, _ = o[key].(map[string]any)
	}
	return o
}

func (o object) text(key string) string {
	text, _ := o[key].(string)
	return text
}

// join writes fields with bars between them, without the empty ones at the end.
func join(fields ...string) string {
	for _, field := range fields {
		if strings.Contains(field, "|") {
			log.Fatalf("%q holds a bar", field)
		}
	}
	return strings.TrimRight(strings.Join(fields, "|"), "|")
}

// unless gives the text, or nothing where it is the usual one.
func unless(text, usual string) string {
	if text == usual {
		return ""
	}
	return text
}

func numberForm(name string) string {
	numbers := open(name, "cldr-numbers-full", "numbers.json").at("numbers")
	system := numbers.text("defaultNumberingSystem")
	symbols := numbers.at("symbols-numberSystem-" + system)
	var systems struct {
		Supplemental struct {
			NumberingSystems map[string]map[string]string `json:"numberingSystems"`
		}
	}
	read(filepath.Join("cldr-core", "supplemental", "numberingSystems.json"), &systems)
	zero, _, _ := strings.Cut(systems.Supplemental.NumberingSystems[system]["_digits"], "1")
	zero = string([]rune(zero)[:1])
	whole, _, _ := strings.Cut(numbers.at("decimalFormats-numberSystem-"+system).text("standard"), ".")
	groups := strings.Split(whole, ",")
	sizes := "0"
	if n := len(groups); n > 1 {
		sizes = fmt.Sprint(len(groups[n-1]))
		if n > 2 {
			sizes += fmt.Sprint(len(groups[n-2]))
		}
	}
	percent := numbers.at("percentFormats-numberSystem-" + system).text("standard")
	first := strings.IndexAny(percent, "#0")
	last := strings.LastIndexAny(percent, "#0")
	percent = percent[:first] + "#" + percent[last+1:]
	return join(symbols.text("decimal"), symbols.text("group"), symbols.text("minusSign"), unless(percent, "#%"),
		unless(numbers.text("minimumGroupingDigits"), "1"), unless(sizes, "3"), unless(zero, "0"),
		unless(symbols.text("percentSign"), "%"), unless(symbols.text("perMille"), "‰"))
}

func gregorian(name string) object {
	return open(name, "cldr-dates-full", "ca-gregorian.json").at("dates", "calendars", "gregorian")
}

// patternOf gives a pattern that is a string, or an object with one where its digits are another numbering system's.
func patternOf(o object, key string) string {
	if text := o.text(key); text != "" {
		return text
	}
	return o.at(key).text("_value")
}

func dateForm(name string) string {
	calendar := gregorian(name)
	zones := open(name, "cldr-dates-full", "timeZoneNames.json").at("dates", "timeZoneNames")
	short, medium := patternOf(calendar.at("timeFormats"), "short"), patternOf(calendar.at("timeFormats"), "medium")
	between := "" // what stands between hours and minutes
	if i := strings.Index(short, "m"); i > 0 {
		between = short[strings.LastIndexAny(short[:i], "hH")+1 : i]
	}
	minutes := "m"
	if strings.Contains(short, "mm") {
		minutes = "mm"
	}
	medium = unless(medium, strings.Replace(short, minutes, minutes+between+strings.ReplaceAll(minutes, "m", "s"), 1))
	var am, pm string
	if strings.ContainsAny(short, "aB") {
		periods := calendar.at("dayPeriods", "format", "abbreviated")
		am, pm = periods.text("am"), periods.text("pm")
	}
	pattern := patternOf(calendar.at("dateFormats"), "medium")
	if name == "und" {
		// The root has numbers for names of months, as in 2026 M03 1.
		pattern = "y-MM-dd"
	}
	return join(pattern, patternOf(calendar.at("dateTimeFormats-atTime", "standard"), "medium"),
		short, medium, am, pm,
		unless(zones.text("gmtFormat"), "GMT{0}"), unless(zones.text("gmtZeroFormat"), "GMT"),
		unless(zones.text("hourFormat"), "+HH:mm;-HH:mm"))
}

func months(name string) string {
	calendar := gregorian(name)
	pattern := patternOf(calendar.at("dateFormats"), "medium")
	if strings.ContainsAny(pattern, "LEG") || strings.Contains(pattern, "MMMM") {
		log.Fatalf("%s: no names are kept for %q", name, pattern)
	}
	if !strings.Contains(pattern, "MMM") || name == "und" {
		return "-"
	}
	names := calendar.at("months", "format", "abbreviated")
	var list []string
	for i := 1; i <= 12; i++ {
		list = append(list, names.text(fmt.Sprint(i)))
	}
	return join(list...)
}

func listForm(name string) string {
	patterns := open(name, "cldr-misc-full", "listPatterns.json").at("listPatterns", "listPattern-type-standard")
	var fields []string
	for _, key := range []string{"2", "end", "middle", "start"} {
		pattern := patterns.text(key)
		if !strings.HasPrefix(pattern, "{0}") || !strings.HasSuffix(pattern, "{1}") {
			log.Printf("%s: the pattern %q does more than stand between items: the root's is taken", name, pattern)
			return listForm("und")
		}
		fields = append(fields, pattern[3:len(pattern)-3])
	}
	return strings.Join(fields, "|")
}

func booleanForm(name string) string {
	messages := open(name, "cldr-misc-full", "posix.json").at("posix", "messages")
	first := func(key string) string {
		text, _, _ := strings.Cut(messages.text(key), ":")
		runes := []rune(text)
		for i := range runes[:min(1, len(runes))] {
			runes[i] = unicode.ToTitle(runes[i]) // a letter of Georgian stays
		}
		return string(runes)
	}
	yes, no := first("yesstr"), first("nostr")
	if no == "Hayir" { // the word is hayır
		no = "Hayır"
	}
	if yes == "" || no == "" {
		return "Yes|No"
	}
	return join(yes, no)
}

// unitsOf gives the patterns of a locale by UCUM code, then by plural category, with # for the number.
func unitsOf(name string) map[string]map[string]string {
	all := open(name, "cldr-units-full", "units.json").at("units")
	of := map[string]map[string]string{}
	for _, u := range units {
		code, cldr, _ := strings.Cut(u, ":")
		forms := map[string]string{}
		for key, pattern := range all.at(lengthOf(name, cldr), cldr) {
			if category, ok := strings.CutPrefix(key, "unitPattern-count-"); ok {
				forms[category] = strings.ReplaceAll(pattern.(string), "{0}", "#")
			}
		}
		if not := instead[cldr]; strings.TrimLeft(forms["other"], "# \u00a0\u202f") == not[0] {
			forms = map[string]string{"other": strings.TrimSuffix(forms["other"], not[0]) + not[1]}
		}
		if strings.HasPrefix(forms["other"], "#/") { // en-CA has "5/cu cm"
			continue
		}
		if forms["other"] == "" {
			log.Fatalf("%s has no %s", name, cldr)
		}
		of[code] = forms
	}
	return of
}

// rootUnits writes the symbols. CLDR has plain spaces there; in languages that nobody wrote them for, better no line
// ends between number and unit.
func rootUnits(of map[string]map[string]string) string {
	return strings.ReplaceAll(unitRecord(of, func(string, string) bool { return false }), " ", "\u00a0")
}

// unitForm writes what differs from the root's symbols, which follow the number after what the locale has there most often.
func unitForm(of, root map[string]map[string]string) string {
	counts := map[string]int{"# ": 0}
	symbol := func(code string) (string, bool) { return strings.CutPrefix(root[code]["other"], "# ") }
	for code, forms := range of {
		if with, ok := symbol(code); ok {
			if between, ok := strings.CutSuffix(forms["other"], with); ok {
				counts[between]++
			}
		}
	}
	between := slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b string) int { return counts[a] - counts[b] })
	record := unitRecord(of, func(code, pattern string) bool {
		if with, ok := symbol(code); ok {
			return pattern == between+with
		}
		return pattern == root[code]["other"]
	})
	return between + ";" + record
}

func unitRecord(of map[string]map[string]string, known func(code, pattern string) bool) string {
	var entries []string
	for _, u := range units {
		code, _, _ := strings.Cut(u, ":")
		forms, ok := of[code]
		if !ok {
			continue
		}
		entry := code + "=" + forms["other"]
		special := false
		for _, category := range slices.Sorted(maps.Keys(forms)) {
			if forms[category] != forms["other"] {
				entry += "|" + category + ":" + forms[category]
				special = true
			}
		}
		if special || !known(code, forms["other"]) {
			entries = append(entries, entry)
		}
	}
	return strings.Join(entries, ";")
}

func write(tables []table) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// Code generated by testdata/cldr from CLDR %s; DO NOT EDIT.\n//\n", version())
	fmt.Fprint(&out, "// The data is © Unicode, Inc., under the Unicode License V3 (https://www.unicode.org/license.txt).\n\n")
	fmt.Fprint(&out, "package locale\n\n// In all tables ~ stands for a no-break space (U+00A0), bars separate fields, and a locale that is\n")
	fmt.Fprint(&out, "// left out has what its next ancestor has, or else the root.\n")
	for _, t := range tables {
		fmt.Fprintf(&out, "\n// %s\nvar %s = map[Tag]string{\n", t.comment, t.name)
		size := out.Len()
		for _, tag := range slices.Sorted(maps.Keys(t.records)) {
			if !inherited(t, tag) {
				fmt.Fprintf(&out, "%q: %q,\n", tag, t.records[tag])
			}
		}
		log.Printf("%s: %d bytes", t.name, out.Len()-size)
		fmt.Fprint(&out, "}\n")
	}
	source, err := format.Source(out.Bytes())
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("locale", "format_tables.go"), source, 0o644); err != nil {
		log.Fatal(err)
	}
}

// inherited says that a locale's record need not be written. The languages of numberForms are all written: they are those
// that have data.
func inherited(t table, tag locale.Tag) bool {
	line := locale.Ancestors(tag)
	for _, ancestor := range line[min(1, len(line)):] {
		if record, ok := t.records[ancestor]; ok {
			return record == t.records[tag]
		}
	}
	return tag != "und" && t.name != "numberForms" && t.records[tag] == t.records["und"]
}

func version() string {
	var file struct{ Version string }
	read(filepath.Join("cldr-core", "package.json"), &file)
	return file.Version
}
