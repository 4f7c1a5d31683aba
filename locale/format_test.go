package locale_test

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"unisono/locale"
)

// differs are the calls for which Intl says otherwise, with the reason, by locale, method and second argument.
var differs = map[string]string{
	"de-CH Money EUR": "bojanz/currency takes English's symbol where a locale names the code as its own: €, where Intl has EUR",
	"hu Money EUR":    "as in de-CH",
	"is Money EUR":    "as in de-CH",
	"uk Money EUR":    "as in de-CH",
	"es-MX Money EUR": "as in de-CH",
	"zh-Hant Date ":   "Intl has words for parts of the day (凌晨); the Formatter keeps to before and after noon",
	"ko Date ":        "Intl with a calendar in the tag has AM for 오전",
}

// TestAsIntl holds the Formatter against what Intl of Node prints (testdata/format_intl.js).
func TestAsIntl(t *testing.T) {
	text, err := os.ReadFile("testdata/format_intl.tsv")
	if err != nil {
		t.Fatal(err)
	}
	formatters := map[string]*locale.Formatter{}
	used := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		field := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		tag, method, value, with, want := field[0], field[1], field[2], field[3], field[4]
		if formatters[tag] == nil {
			formatters[tag] = locale.NewFormatter(locale.Tag(tag))
		}
		f := formatters[tag]
		number, _ := strconv.ParseFloat(value, 64)
		got := ""
		switch method {
		case "Number":
			got = f.Number(number)
		case "Quantity":
			got = f.Quantity(number, with)
		case "Money":
			got = f.Money(value, with)
		case "Date":
			// V8 writes a plain space for the narrow no-break space of CLDR in dates and times alone.
			got = strings.ReplaceAll(f.Date(value), "\u202f", " ")
		case "List":
			got = f.List(strings.Fields(value))
		}
		if got == want {
			continue
		}
		key := strings.Join([]string{tag, method, with}, " ")
		if used[key] = true; differs[key] == "" {
			t.Errorf("%s: %s(%s, %s) is %+q; Intl has %+q", tag, method, value, with, got, want)
		}
	}
	for key := range differs {
		if !used[key] {
			t.Errorf("%s differs no more", key)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		tag  locale.Tag
		n    float64
		want string
	}{
		{"da", 1234.5, "1.234,5"},
		{"en", 1234.5, "1,234.5"},
		{"es", 1234.5, "1234,5"},
		{"de-CH", 12345.5, "12'345.5"}, // ' since CLDR 48, ’ before
		{"en-IN", 1234567.5, "12,34,567.5"},
		{"sv", -1234.5, "−1\u00a0234,5"},
		{"ar-EG", 1234.5, "١٬٢٣٤٫٥"},
		{"ar", 1234.5, "1,234.5"}, // the digits of ar are those of a reader anywhere, by CLDR
		{"hi", 1234567, "12,34,567"},

		{"en", 0.1 + 0.2 + 1e-17, "0.3"},
		{"en", math.Nextafter(0.3, 1), "0.3"}, // 0.30000000000000004
		{"en", 1234567890123.456, "1,234,567,890,123.46"},
		{"en", 1 << 53, "9,007,199,254,740,992"},
		{"en", 1e20, "100,000,000,000,000,000,000"},
		{"da", 1.5e21, "1,5E21"},
		{"da", -1e-15, "-0,000000000000001"},
		{"da", 1.25e-16, "1,25E-16"},
		{"en", 1.0 / 3 * 1e-20, "3.33333333333333E-21"},
		{"en", math.Copysign(0, -1), "0"},
		{"en", math.NaN(), "NaN"},
		{"sv", math.Inf(-1), "−∞"},
		{"en", math.MaxFloat64, "1.79769313486232E308"},
		{"en", math.SmallestNonzeroFloat64, "5E-324"},
	} {
		if got := locale.NewFormatter(test.tag).Number(test.n); got != test.want {
			t.Errorf("%s: %v is %+q, want %+q", test.tag, test.n, got, test.want)
		}
	}
}

func TestFormattersOfRelatives(t *testing.T) {
	for tag, want := range map[locale.Tag]string{
		"da-DK":            "1.234,5 24 måneder 1. mar. 2026 Ja",
		"da-u-nu-arab":     "1.234,5 24 måneder 1. mar. 2026 Ja",
		"nb-NO":            "1\u00a0234,5 24 måneder 1. mars 2026 Ja",
		"en-AU":            "1,234.5 24 months 1 Mar 2026 Yes",
		"zh-TW":            "1,234.5 24 個月 2026年3月1日 是",
		"sr-ME":            "1.234,5 24 meseca 1. 3. 2026. Da",
		"pt-AO":            "1\u00a0234,5 24 meses 01/03/2026 Sim",
		"br":               "1\u202f234,5 24\u00a0mois 1 mars 2026 Oui", // readers of Breton read French
		"cy":               "1,234.5 24\u00a0mo 1 Maw 2026 Ie",          // no words for units are kept
		"":                 "1,234.5 24\u00a0mo 2026-03-01 Yes",
		"und":              "1,234.5 24\u00a0mo 2026-03-01 Yes",
		"xx-yy-zz-1":       "1,234.5 24\u00a0mo 2026-03-01 Yes",
		"x-acme":           "1,234.5 24\u00a0mo 2026-03-01 Yes",
		"a tag of no kind": "1,234.5 24\u00a0mo 2026-03-01 Yes",
	} {
		f := locale.NewFormatter(tag)
		got := strings.Join([]string{f.Number(1234.5), f.Quantity(24, "mo"), f.Date("2026-03-01"), f.Boolean(true)}, " ")
		if got != want {
			t.Errorf("%q: %+q, want %+q", tag, got, want)
		}
	}
}

func TestBoolean(t *testing.T) {
	for tag, want := range map[locale.Tag]string{
		"en": "Yes No", "en-GB": "Yes No", "en-IN": "Yes No", "de": "Ja Nein", "de-CH": "Ja Nein", "da": "Ja Nej", "sv": "Ja Nej",
		"it": "Sì No", "tr": "Evet Hayır", "fr": "Oui Non", "es": "Sí No", "nl": "Ja Nee", "nb": "Ja Nei", "pl": "Tak Nie",
		"pt": "Sim Não", "fi": "Kyllä Ei", "ar": "نعم لا", "hi": "हाँ नहीं", "ka": "კი არა", "el": "Ναι Όχι",
	} {
		f := locale.NewFormatter(tag)
		if got := f.Boolean(true) + " " + f.Boolean(false); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}

func TestList(t *testing.T) {
	for _, test := range []struct {
		tag   locale.Tag
		items string
		want  string
	}{
		{"da", "", ""},
		{"da", "a", "a"},
		{"da", "a b", "a og b"},
		{"da", "a b c", "a, b og c"},
		{"en", "a b c", "a, b, and c"},
		{"en-GB", "a b c", "a, b and c"},
		{"tr", "a b c", "a, b ve c"},
		{"es", "aire e", "aire y e"},
		{"es", "a b Íñigo", "a, b e Íñigo"},
		{"es", "agua hiato", "agua y hiato"},
		{"he", "א b", "א ו-b"},
		{"ja", "a b c", "a、b、c"},
	} {
		if got := locale.NewFormatter(test.tag).List(strings.Fields(test.items)); got != test.want {
			t.Errorf("%s: %s, want %s", test.tag, got, test.want)
		}
	}
	if got := locale.NewFormatter("es").List([]string{"", "", ""}); got != ",  y " {
		t.Errorf("empty items: %q", got)
	}
}

// TestNumbersReadBack takes the grouping and the decimal mark out of a number.
func TestNumbersReadBack(t *testing.T) {
	back := map[locale.Tag]*strings.Replacer{
		"en": strings.NewReplacer(",", ""), "en-IN": strings.NewReplacer(",", ""), "de-CH": strings.NewReplacer("'", ""),
		"da": strings.NewReplacer(".", "", ",", "."), "sv": strings.NewReplacer("\u00a0", "", ",", ".", "−", "-"),
		"fr": strings.NewReplacer("\u202f", "", ",", "."), "es": strings.NewReplacer(".", "", ",", "."),
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(
			rapid.Custom(func(t *rapid.T) float64 { // what people type: at most 15 digits
				text := fmt.Sprintf("%de%d", rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "digits"),
					rapid.IntRange(-20, 8).Draw(t, "exponent"))
				number, _ := strconv.ParseFloat(text, 64)
				return number
			}),
			rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.Int64Range(-1<<53, 1<<53).Draw(t, "whole")) }),
		).Draw(t, "n")
		for tag, replacer := range back {
			text := locale.NewFormatter(tag).Number(n)
			if got, err := strconv.ParseFloat(replacer.Replace(text), 64); err != nil || got != n {
				t.Errorf("%s: %v became %q and then %v, %v", tag, n, text, got, err)
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) { // any other is near
		n := rapid.Float64Range(-1e300, 1e300).Draw(t, "n")
		text := locale.NewFormatter("da").Number(n)
		if got, err := strconv.ParseFloat(back["da"].Replace(text), 64); err != nil || math.Abs(got-n) > math.Abs(n)*1e-14 {
			t.Errorf("%v became %q and then %v, %v", n, text, got, err)
		}
	})
}

// TestFormattersTakeAnything looks for panics.
func TestFormattersTakeAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.OneOf(anyTag(), rapid.Map(rapid.String(), func(s string) locale.Tag { return locale.Tag(s) })).Draw(t, "tag")
		f := locale.NewFormatter(tag)
		n, text, other := rapid.Float64().Draw(t, "n"), rapid.String().Draw(t, "text"), rapid.String().Draw(t, "other")
		unit := rapid.OneOf(rapid.Just(other), rapid.StringMatching(`([a-zA-Z\[\]{}1-3]{0,3}[./]){0,3}[a-zA-Z2]{1,3}`)).Draw(t, "unit")
		if f.Number(n) == "" || f.Quantity(n, unit) == "" || f.Boolean(n > 0) == "" {
			t.Errorf("%q wrote nothing for %v %q", tag, n, unit)
		}
		f.Money(text, other)
		f.Date(text)
		f.List(rapid.SliceOf(rapid.String()).Draw(t, "items"))
	})
}

func TestFormattersAreShared(t *testing.T) {
	var wait sync.WaitGroup
	shared := locale.NewFormatter("ar-EG")
	want := everything(shared)
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if got := everything(shared); got != want {
					t.Errorf("%q became %q", want, got)
				}
				locale.NewFormatter("tlh")
			}
		})
	}
	wait.Wait()
}

func everything(f *locale.Formatter) string {
	return f.List([]string{
		f.Number(1234.5), f.Quantity(3, "mo"), f.Quantity(5, "W/m2"), f.Money("-12.50", "EUR"),
		f.Date("2026-03-01T15:04:05+05:30"), f.Boolean(true),
	})
}

func ExampleFormatter() {
	for _, tag := range []locale.Tag{"en", "da", "it", "tr"} {
		f := locale.NewFormatter(tag)
		fmt.Println(f.Quantity(1234.5, "kg"), "|", f.Quantity(24, "mo"), "|", f.Date("2026-03-01"), "|",
			f.List([]string{f.Number(0.5), f.Number(1500), f.Number(20000)}), "|", f.Boolean(true))
	}
	// Output:
	// 1,234.5 kg | 24 months | Mar 1, 2026 | 0.5, 1,500, and 20,000 | Yes
	// 1.234,5 kg | 24 måneder | 1. mar. 2026 | 0,5, 1.500 og 20.000 | Ja
	// 1234,5 kg | 24 mesi | 1 mar 2026 | 0,5, 1500 e 20.000 | Sì
	// 1.234,5 kg | 24 ay | 1 Mar 2026 | 0,5, 1.500 ve 20.000 | Evet
}
