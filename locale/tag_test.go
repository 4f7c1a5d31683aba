package locale_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"unisono/fault"
	"unisono/locale"
)

// tags spells tags as the tables do: separated by spaces or commas.
func tags(spelled string) []locale.Tag {
	var list []locale.Tag
	for name := range strings.FieldsSeq(strings.ReplaceAll(spelled, ",", " ")) {
		list = append(list, locale.MustParse(name))
	}
	return list
}

// common are tags with all sorts of parents, for properties.
var common = tags(`en en-001 en-GB en-AU en-US en-SG de de-DE de-AT de-CH fr fr-CA es es-419 es-MX pt pt-PT pt-BR pt-AO
	da da-DK no nb nn nb-NO nn-NO zh zh-Hans zh-Hant zh-TW zh-HK zh-MO zh-Hant-TW sr sr-Latn sr-Latn-RS sr-ME he ms ms-SG
	ja de-1996 en-x-acme de-u-co-phonebk zh-Hans-x-acme`)

func anyTag() *rapid.Generator[locale.Tag] { return rapid.SampledFrom(common) }

func TestParse(t *testing.T) {
	for given, want := range map[string]locale.Tag{
		"da":               "da",
		"da-DK":            "da-DK",
		"DA_dk":            "da-DK",
		"iw":               "he",
		"iw_IL":            "he-IL",
		"zh-hant-tw":       "zh-Hant-TW",
		"sh":               "sr-Latn",
		"en-UK":            "en-GB",
		"i-klingon":        "tlh",
		"es-419":           "es-419",
		"de-1996":          "de-1996",
		"de-u-co-phonebk":  "de-u-co-phonebk",
		"EN-X-Acme":        "en-x-acme",
		"en-US-POSIX":      "en-US-u-va-posix",
		"no":               "no",
		"nb":               "nb",
		"en-a-bbb-x-a-ccc": "en-a-bbb-x-a-ccc",
	} {
		t.Run(given, func(t *testing.T) {
			got, err := locale.Parse(given)
			if err != nil || got != want {
				t.Errorf("Parse(%q) = %q, %v; want %q", given, got, err, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, test := range map[string]struct{ given, quoted string }{
		"empty":                   {"", `""`},
		"malformed":               {"xx-yy-zz-1", `"xx-yy-zz-1"`},
		"empty subtag":            {"en--US", `"en--US"`},
		"hyphen at the end":       {"en-", `"en-"`},
		"an extension twice":      {"baa-u-0u-00-00-ba-u-0H0u8-00ba-u-00", `"baa-u-0u-00`},
		"surrounding space":       {" da", `" da"`},
		"a header":                {"da, en;q=0.5", `"da, en;q=0.5"`},
		"a name":                  {"Danish language", `"Danish language"`},
		"unregistered language":   {"xx", `subtag "xx"`},
		"unregistered region":     {"da-YY", `subtag "YY"`},
		"unregistered script":     {"da-Abcd", `subtag "Abcd"`},
		"unregistered variant":    {"da-foobar", `subtag "foobar"`},
		"undetermined":            {"und", `"und"`},
		"root":                    {"root", `"root"`},
		"only a region":           {"und-DK", `"und-DK"`},
		"only private use":        {"x-acme", `"x-acme"`},
		"too long":                {"en-x-" + strings.Repeat("a-", 40) + "a", `"en-x-a-a`},
		"longer when canonical":   {"en-US-posix-x-" + strings.Repeat("a-", 24) + "a", `"en-US-posix-x-a`},
		"much too long":           {strings.Repeat("da-", 1_000_000), `"da-da`},
		"not UTF-8":               {"d\xff", `"d\xff"`},
		"control characters":      {"da\n", `"da\n"`},
		"POSIX locale":            {"C", `"C"`},
		"a language in non-ASCII": {"dänisch", `"dänisch"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := locale.Parse(test.given)
			var refused *fault.Error
			if !errors.As(err, &refused) || got != "" {
				t.Fatalf("Parse gave %q, %v; want a fault", got, err)
			}
			if refused.Kind != fault.BadUserInput {
				t.Errorf("kind %s", refused.Kind)
			}
			for _, part := range []string{test.quoted, "da, da-DK or zh-Hant-TW"} {
				if !strings.Contains(refused.Message, part) {
					t.Errorf("%q does not hold %q", refused.Message, part)
				}
			}
			if len(refused.Message) > 300 {
				t.Errorf("the message has %d bytes", len(refused.Message))
			}
		})
	}
}

func TestMustParsePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustParse took nonsense")
		}
	}()
	locale.MustParse("xx")
}

func TestLookupAndAncestors(t *testing.T) {
	for _, test := range []struct{ tag, lookup, ancestors string }{
		{"zh-Hant-TW", "zh-Hant-TW, zh-Hant, zh", "zh-Hant-TW, zh-Hant"},
		{"en-AU", "en-AU, en", "en-AU, en-001, en"},
		{"pt-AO", "pt-AO, pt", "pt-AO, pt-PT, pt"},
		{"sr-Latn-RS", "sr-Latn-RS, sr-Latn, sr", "sr-Latn-RS, sr-Latn"},
		{"nn-NO", "nn-NO, nn", "nn-NO, nn, no"},

		{"nb-NO", "nb-NO, nb", "nb-NO, nb, no"},
		{"no-NO", "no-NO, no", "no-NO, no"},
		{"es-MX", "es-MX, es", "es-MX, es-419, es"},
		{"zh-TW", "zh-TW, zh", "zh-TW, zh-Hant"},
		{"zh-MO", "zh-MO, zh", "zh-MO, zh-Hant-HK, zh-Hant"},
		{"zh-Hans", "zh-Hans, zh", "zh-Hans, zh"},
		{"sr-ME", "sr-ME, sr", "sr-ME, sr-Latn"},
		{"da", "da", "da"},
		{"en-a-bbb-x-a-ccc", "en-a-bbb-x-a-ccc, en-a-bbb, en", "en-a-bbb-x-a-ccc, en"},
		{"de-CH-1996", "de-CH-1996, de-CH, de", "de-CH-1996, de-CH, de"},
		// The script stays although it is the default one.
		{"zh-Hans-x-acme", "zh-Hans-x-acme, zh-Hans, zh", "zh-Hans-x-acme, zh-Hans, zh"},
	} {
		t.Run(test.tag, func(t *testing.T) {
			tag := locale.MustParse(test.tag)
			if got, want := locale.Lookup(tag), tags(test.lookup); !slices.Equal(got, want) {
				t.Errorf("Lookup gave %v, want %v", got, want)
			}
			if got, want := locale.Ancestors(tag), tags(test.ancestors); !slices.Equal(got, want) {
				t.Errorf("Ancestors gave %v, want %v", got, want)
			}
		})
	}
}

func TestNoTagHasNoParent(t *testing.T) {
	for _, tag := range []locale.Tag{"", "xx-yy-zz-1", "und", "x-acme"} {
		if parent, ok := tag.Parent(); ok || parent != "" {
			t.Errorf("%q has the parent %q", tag, parent)
		}
	}
	if got := locale.Ancestors(""); len(got) != 0 {
		t.Errorf("Ancestors of none: %v", got)
	}
	if got := locale.Lookup(""); len(got) != 0 {
		t.Errorf("Lookup of none: %v", got)
	}
}

func TestIsFallback(t *testing.T) {
	for _, test := range []struct {
		served, asked locale.Tag
		want          bool
	}{
		{"de-CH", "de-CH", false},
		{"de", "de-CH", false},
		{"en-001", "en-AU", false},
		{"pt-PT", "pt-AO", false},
		{"zh-Hant", "zh-TW", false},
		{"no", "nb-NO", false},
		{"zh", "zh-TW", true},
		{"zh-Hant-TW", "zh-TW", true},
		{"de-DE", "de-CH", true},
		{"de-CH", "de", true}, // a descendant is a choice among several
		{"nb", "nn", true},
		{"de", "fr", true}, // L6: asked fr, the channel falls back to de
		{"", "de", false},  // what has no language
		{"de", "", false},
	} {
		if got := locale.IsFallback(test.served, test.asked); got != test.want {
			t.Errorf("IsFallback(%q, %q) = %t", test.served, test.asked, got)
		}
	}
}

func TestParsedTagsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.StringMatching(`[a-zA-Z]{2,3}([-_][a-zA-Z]{4})?([-_]([a-zA-Z]{2}|[0-9]{3}))?(-x-[a-z]{1,8})?`).Draw(t, "given")
		if tag, err := locale.Parse(given); err == nil {
			checkParsed(t, tag)
		}
	})
}

// checkParsed holds for every tag that Parse gives.
func checkParsed(t interface{ Errorf(string, ...any) }, tag locale.Tag) {
	if again, err := locale.Parse(string(tag)); err != nil || again != tag {
		t.Errorf("Parse(%q) = %q, %v", tag, again, err)
	}
	if len(tag) > 64 {
		t.Errorf("%q has %d bytes", tag, len(tag))
	}
	line := locale.Ancestors(tag)
	if line[0] != tag || len(line) > 6 {
		t.Errorf("Ancestors(%q) = %v", tag, line)
	}
	for _, ancestor := range line {
		if again, err := locale.Parse(string(ancestor)); err != nil || again != ancestor {
			t.Errorf("the ancestor %q of %q parses to %q, %v", ancestor, tag, again, err)
		}
		if locale.IsFallback(ancestor, tag) {
			t.Errorf("%q is a fallback of %q", ancestor, tag)
		}
	}
	ranges := locale.Lookup(tag)
	if ranges[0] != tag || strings.Contains(string(ranges[len(ranges)-1]), "-") {
		t.Errorf("Lookup(%q) = %v", tag, ranges)
	}
}

func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, given string) {
		tag, err := locale.Parse(given)
		if err == nil {
			checkParsed(t, tag)
			return
		}
		if fault.KindOf(err) != fault.BadUserInput || tag != "" {
			t.Errorf("Parse(%q) = %q, %v", given, tag, err)
		}
	})
}

func BenchmarkIsFallback(b *testing.B) {
	for b.Loop() {
		locale.IsFallback("de", "en-AU")
	}
}
