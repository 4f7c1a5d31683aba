package locale_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"unisono/locale"
)

func TestQuantity(t *testing.T) {
	for _, test := range []struct {
		tag    locale.Tag
		amount float64
		unit   string
		want   string
	}{
		{"da", 1234.5, "kg", "1.234,5 kg"},
		{"en", 1234.5, "kg", "1,234.5 kg"},
		{"fr", 5, "kg", "5\u202fkg"},
		{"en", 15.6, "[in_i]", "15.6 in"},
		{"da", 1, "[in_i]", "1 tomme"},
		{"de", 40, "Cel", "40 °C"},
		{"en", 40, "Cel", "40°C"},
		{"en", 2, "L", "2 L"},
		{"en", 2, "l", "2 L"},
		{"da", 2, "L", "2 l"},
		{"da", 250, "ml", "250 ml"},
		{"da", 12, "kW", "12 kW"},
		{"sv", 60, "%", "60\u00a0%"},
		{"en", 60, "%", "60%"},
		{"tr", -60, "%", "-%60"},
		{"de", 5, "[ppth]", "5\u00a0‰"},
		{"en", 1, "mo", "1 month"},
		{"en", 1.5, "mo", "1.5 months"},
		{"pl", 1, "mo", "1 miesiąc"},
		{"pl", 3, "mo", "3 miesiące"},
		{"pl", 12, "mo", "12 miesięcy"},
		{"pl", 1.5, "mo", "1,5 miesiąca"},
		{"fr", 1.5, "a", "1,5\u00a0an"},
		{"fr", 2000000, "a", "2\u202f000\u202f000 ans"},
		{"fi", 2, "a", "2 vuotta"},
		{"tr", 2, "a", "2 yıl"},
		{"sv", 90, "min", "90 min"},
		{"ar", 2, "mo", "شهران"}, // the word for two months
		{"ar", -2, "mo", "\u200e-2 شهر"},
		{"fr", 256, "GBy", "256\u202fGo"},
		{"en", 256, "GBy", "256 GB"},
		{"en-IN", 5, "min", "5 mins"},
		{"en-NZ", 2, "L", "2 l"},
		{"en-CA", 3, "cm3", "3 cm³"},

		// Without a form in CLDR.
		{"en", 45, "dB", "45 dB"},
		{"da", 10, "kOhm", "10 kΩ"},
		{"en", 300, "cd/m2", "300 cd/m²"},
		{"fr", 5, "W/m2", "5\u202fW/m²"},
		{"en", 1200, "1/min", "1,200 1/min"},
		{"en", 3, "m2.K/W", "3 m²⋅K/W"},
		{"en", 150, "kW.h/a", "150 kWh/a"},
		{"en", 5, "m22/s", "5 m22/s"},
		{"en", 12, "{piece}", "12 piece"},
		{"en", 7, "[arb'U]/mL", "7 arb'U/mL"},
		{"en", 7, "[]", "7"},
		{"en", 7, "1", "7"},
		{"en", 7, "", "7"},
		{"kl", 5, "kg", "5\u00a0kg"},
		{"kl", 5, "deg", "5°"},
	} {
		if got := locale.NewFormatter(test.tag).Quantity(test.amount, test.unit); got != test.want {
			t.Errorf("%s: %v %s is %+q, want %+q", test.tag, test.amount, test.unit, got, test.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, test := range []struct {
		tag          locale.Tag
		amount, code string
		want         string
	}{
		{"da", "1234.50", "DKK", "1.234,50\u00a0kr."},
		{"en", "1234.50", "USD", "$1,234.50"},
		{"en-GB", "1234.50", "USD", "US$1,234.50"},
		{"en-IN", "123456.7", "INR", "₹1,23,456.70"},
		{"de-CH", "1234.5", "CHF", "CHF\u00a01'234.50"},
		{"de-CH", "-1234.5", "CHF", "CHF-1'234.50"},
		{"sv", "-1", "SEK", "−1,00\u00a0kr"},
		{"tr", "1234.5", "TRY", "₺1.234,50"},
		{"ja", "1234", "JPY", "￥1,234"},
		{"zh-TW", "1234", "TWD", "$1,234.00"},
		{"ar-EG", "12.5", "EUR", "\u200f١٢٫٥٠\u00a0€"},
		{"en", "0.1234", "EUR", "€0.1234"},
		{"en", "0.123450", "EUR", "€0.12345"},
		{"en", "5", "KWD", "KWD\u00a05.000"},
		{"en", "0", "EUR", "€0.00"},
		{"en", "999999999999999999.99", "EUR", "€999,999,999,999,999,999.99"},
		// More digits than bojanz/currency keeps: exact all the same.
		{"da", "12345678901234567890123456789012345678901.50", "EUR", "12.345.678.901.234.567.890.123.456.789.012.345.678.901,50\u00a0EUR"},
		{"da", "-0.00000012", "EUR", "-0,00000012\u00a0EUR"},
		{"da", "1234.50", "XYZ", "1.234,50\u00a0XYZ"},
		{"da", "1234.50", "kr", "1.234,50\u00a0kr"},
		{"da", "1234.50", "", "1.234,50"},
		{"da", "1e6", "EUR", "1e6\u00a0EUR"},
		{"da", "NaN", "EUR", "NaN\u00a0EUR"},
		{"da", "1.", "EUR", "1.\u00a0EUR"},
		{"da", ".5", "EUR", ".5\u00a0EUR"},
		{"da", "+5", "EUR", "+5\u00a0EUR"},
		{"da", "--5", "EUR", "--5\u00a0EUR"},
		{"da", "1,234.50", "EUR", "1,234.50\u00a0EUR"},
		{"da", "", "EUR", "EUR"},
	} {
		if got := locale.NewFormatter(test.tag).Money(test.amount, test.code); got != test.want {
			t.Errorf("%s: %s %s is %+q, want %+q", test.tag, test.amount, test.code, got, test.want)
		}
	}
}

func TestDate(t *testing.T) {
	for _, test := range []struct {
		tag        locale.Tag
		text, want string
	}{
		{"da", "2026-03-01", "1. mar. 2026"},
		{"en", "2026-03-01", "Mar 1, 2026"},
		{"en-GB", "2026-03-01", "1 Mar 2026"},
		{"tr", "2026-03-01", "1 Mar 2026"},
		{"de", "2026-03-01", "01.03.2026"},
		{"sv", "2026-03-01", "1 mars 2026"},
		{"ar-EG", "2026-03-01", "٠١\u200f/٠٣\u200f/٢٠٢٦"},
		{"th", "2026-03-01", "1 มี.ค. 2026"}, // not 2569
		{"en", "0001-01-01", "Jan 1, 1"},
		{"en", "2024-02-29", "Feb 29, 2024"},

		{"da", "2026-03-01T15:04:00+01:00", "1. mar. 2026, 15.04 GMT+1"},
		{"da", "2026-03-01T15:04:07.5+05:30", "1. mar. 2026, 15.04.07 GMT+5.30"},
		{"en", "2026-03-01T00:04:00Z", "Mar 1, 2026, 12:04\u202fAM GMT"},
		{"en", "2026-03-01T12:04:00-00:00", "Mar 1, 2026, 12:04\u202fPM GMT"},
		{"en-GB", "2026-03-01T15:04:00-03:30", "1 Mar 2026, 15:04 GMT-3:30"},
		{"sv", "2026-03-01T15:04:00-03:00", "1 mars 2026 15:04 GMT−3"},
		{"fr", "2026-03-01T15:04:00+01:00", "1 mars 2026, 15:04 UTC+1"},
		{"fr-CA", "2026-03-01T15:04:05Z", "1 mars 2026, 15 h 04 min 05 s UTC"},
		{"fi", "2026-03-01T09:04:00+02:00", "1.3.2026 klo 9.04 UTC+2"},
		{"vi", "2026-03-01T15:04:00+07:00", "15:04 GMT+7 1 thg 3, 2026"}, // the offset stays with the time
		{"", "2026-03-01T15:04:00+01:00", "2026-03-01 15:04 GMT+1"},

		{"da", "", ""},
		{"da", "2026-02-29", "2026-02-29"},
		{"da", "2026-3-1", "2026-3-1"},
		{"da", "2026-03-01T15:04:00", "2026-03-01T15:04:00"},
		{"da", "i morgen", "i morgen"},
	} {
		if got := locale.NewFormatter(test.tag).Date(test.text); got != test.want {
			t.Errorf("%s: %s is %+q, want %+q", test.tag, test.text, got, test.want)
		}
	}
}

var fuzzed = []*locale.Formatter{
	locale.NewFormatter("da"), locale.NewFormatter("ar-EG"), locale.NewFormatter("zh-TW"), locale.NewFormatter(""),
}

func FuzzMoney(f *testing.F) {
	for _, amount := range []string{"1234.50", "-0.00", "1e6", "NaN", "-", ".", "00012", strings.Repeat("9", 60) + ".123456789"} {
		for _, code := range []string{"EUR", "XYZ", "eur", ""} {
			f.Add(amount, code)
		}
	}
	f.Fuzz(func(t *testing.T, amount, code string) {
		for _, formatter := range fuzzed {
			got := formatter.Money(amount, code)
			if got == "" && amount+code != "" || utf8.ValidString(amount) && utf8.ValidString(code) && !utf8.ValidString(got) {
				t.Errorf("Money(%q, %q) = %q", amount, code, got)
			}
		}
		// No digit is lost: those of the amount are there in their order, but for zeros at either end.
		if digits(amount) != strings.TrimPrefix(amount, "-") || code != "EUR" {
			return
		}
		if got := digits(fuzzed[0].Money(amount, code)); strings.Trim(got, "0.") != strings.Trim(amount, "-0.") {
			t.Errorf("Money(%q, %q) has the digits %q", amount, code, got)
		}
	})
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ',':
			return '.'
		case r < '0' || r > '9':
			return -1
		}
		return r
	}, strings.ReplaceAll(text, ".", ""))
}

func FuzzDate(f *testing.F) {
	for _, text := range []string{
		"2026-03-01", "2026-03-01T15:04:05+01:00", "0000-01-01", "9999-12-31T23:59:59.999999999-23:59", "2026-02-30", "x", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, formatter := range fuzzed {
			if got := formatter.Date(text); got == "" && text != "" || utf8.ValidString(text) && !utf8.ValidString(got) {
				t.Errorf("Date(%q) = %q", text, got)
			}
		}
	})
}

func BenchmarkFormatter(b *testing.B) {
	f := locale.NewFormatter("da")
	items := []string{"rød", "grøn", "blå"}
	for name, run := range map[string]func(){
		"Number":        func() { f.Number(1234567.5) },
		"Quantity":      func() { f.Quantity(1234.5, "kg") },
		"QuantityWords": func() { f.Quantity(24, "mo") },
		"QuantityOdd":   func() { f.Quantity(24, "W/m2") },
		"Money":         func() { f.Money("1234.50", "DKK") },
		"Date":          func() { f.Date("2026-03-01") },
		"Time":          func() { f.Date("2026-03-01T15:04:00+01:00") },
		"List":          func() { f.List(items) },
		"Boolean":       func() { f.Boolean(true) },
		"New":           func() { locale.NewFormatter("da-DK") },
		"NewRelative":   func() { locale.NewFormatter("br") },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
