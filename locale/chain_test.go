package locale_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"unisono/fault"
	"unisono/locale"
)

func list(from, market, chain string) locale.Fallback {
	return locale.Fallback{Locale: locale.MustParse(from), Market: market, Chain: tags(chain)}
}

func fallbacks(t *testing.T, lists ...locale.Fallback) locale.Fallbacks {
	t.Helper()
	made, err := locale.NewFallbacks(lists...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestChain(t *testing.T) {
	web := fallbacks(t, list("de-CH", "", "de-DE, en"), list("fr", "", "en-GB"))
	markets := fallbacks(t,
		list("fr", "", "en"), list("fr", "GB", "en-GB, en"), list("fr-CA", "CA", "en-CA"),
		list("da", "GL", ""), list("da", "", "nb"))
	for _, test := range []struct {
		name      string
		asked     locale.Tag
		market    string
		fallbacks locale.Fallbacks
		def       locale.Tag
		want      string
	}{
		{"list of the locale", "de-CH", "", web, "en", "de-CH, de-DE, en"},
		{"list of an ancestor", "fr-CA", "", web, "en", "fr-CA, fr, en-GB"},
		{"Chinese script", "zh-TW", "", web, "en", "zh-TW, zh-Hant, en"},
		{"Norwegian", "nn-NO", "", web, "en", "nn-NO, nn, no, en"},
		{"Serbian script", "sr-Latn-RS", "", web, "en", "sr-Latn-RS, sr-Latn, en"},

		{"no list", "de-AT", "", locale.Fallbacks{}, "en", "de-AT, de, en"},
		{"no default", "de-AT", "", locale.Fallbacks{}, "", "de-AT, de"},
		{"the default is asked for", "en", "", web, "en", "en"},
		{"the default is an ancestor", "en-AU", "", web, "en-001", "en-AU, en-001, en"},
		{"the default is not expanded", "fi", "", web, "en-GB", "fi, en-GB"},
		{"L6: the channel's default, not English", "fr", "", locale.Fallbacks{}, "de", "fr, de"},

		{"a market with its own list", "fr", "GB", markets, "de", "fr, en-GB, en"},
		{"a market without", "fr", "FR", markets, "de", "fr, en"},
		{"no market", "fr", "", markets, "de", "fr, en"},
		{"the nearer locale beats the market", "fr-CA", "CA", markets, "de", "fr-CA, en-CA"},
		{"a market of another locale", "fr-CA", "GB", markets, "de", "fr-CA, fr, en-GB, en"},
		{"L10: an empty list is no fallback", "da", "GL", markets, "de", "da"},
		{"L10: nor is there one for a descendant", "da-DK", "GL", markets, "de", "da-DK, da"},
		{"and elsewhere there is", "da", "DK", markets, "de", "da, nb"},

		{"L17: regional Spanish", "es-MX", "", fallbacks(t, list("es-MX", "", "es, en")), "de", "es-MX, es, en"},
		{"L17: regional Spanish by inheritance", "es-MX", "", fallbacks(t, list("es", "", "en")), "de", "es-MX, es-419, es, en"},
		{"L17: lists that name each other", "de", "", fallbacks(t, list("de", "", "fr"), list("fr", "", "de")), "en", "de, fr"},
		{"L17: a list that names its locale", "de", "", fallbacks(t, list("de", "", "de, fr, de")), "en", "de, fr"},
		{"nothing asked", "", "", web, "en", "en"},
		{"nothing at all", "", "", locale.Fallbacks{}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := locale.Chain(test.asked, test.market, test.fallbacks, test.def)
			if want := tags(test.want); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestFirstValueOfTheChain reads values as callers do: the first of the chain that is no blank.
func TestFirstValueOfTheChain(t *testing.T) {
	web := fallbacks(t, list("de-CH", "", "de-DE, en"), list("fr", "", "en-GB"))
	chair := map[locale.Tag]string{"en": "Chair", "de-DE": "", "de": "Stuhl"}
	for _, test := range []struct {
		asked, served locale.Tag
		text          string
	}{
		{"de-CH", "en", "Chair"},
		{"de-AT", "de", "Stuhl"},
		{"fr", "", ""},
	} {
		chain := locale.Chain(test.asked, "", web, "en")
		var served locale.Tag
		if i := slices.IndexFunc(chain, func(tag locale.Tag) bool { return strings.TrimSpace(chair[tag]) != "" }); i >= 0 {
			served = chain[i]
		}
		if served != test.served || chair[served] != test.text {
			t.Errorf("%s is served %s %q", test.asked, served, chair[served])
		}
	}
}

func TestNewFallbacksRefuses(t *testing.T) {
	_, err := locale.NewFallbacks(
		locale.Fallback{Locale: "de", Chain: tags("en")},
		locale.Fallback{Chain: tags("en")},
		locale.Fallback{Locale: "DE-ch", Market: "ch"},
		locale.Fallback{Locale: "fr", Chain: []locale.Tag{"en", "xx", ""}},
		locale.Fallback{Locale: "de", Chain: tags("fr")},
	)
	var problems fault.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprint(strings.Join(p.Path, "."), " ", p.Code))
	}
	want := []string{"1.locale INVALID", "2.locale INVALID", "2.market INVALID", "3.chain.1 INVALID", "3.chain.2 INVALID", "4 CONFLICT"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFallbacksDoNotChange(t *testing.T) {
	given := []locale.Fallback{list("de", "", "fr, en")}
	made := fallbacks(t, given...)
	given[0].Chain[0] = "it"
	got := locale.Chain("de", "", made, "")
	got[1] = "es"
	if again := locale.Chain("de", "", made, ""); !slices.Equal(again, tags("de, fr, en")) {
		t.Errorf("the lists changed to %v", again)
	}
}

func TestChainProperties(t *testing.T) {
	markets := rapid.SampledFrom([]string{"", "DE", "GB"})
	lists := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) locale.Fallback {
		return locale.Fallback{
			Locale: anyTag().Draw(t, "locale"),
			Market: markets.Draw(t, "market"),
			Chain:  rapid.SliceOfN(anyTag(), 0, 4).Draw(t, "chain"),
		}
	}), 0, 12, func(list locale.Fallback) string { return string(list.Locale) + " " + list.Market })
	rapid.Check(t, func(t *rapid.T) {
		given := lists.Draw(t, "lists")
		asked, market, def := anyTag().Draw(t, "asked"), markets.Draw(t, "market"), anyTag().Draw(t, "default")
		made, err := locale.NewFallbacks(given...)
		if err != nil {
			t.Fatal(err)
		}
		chain := locale.Chain(asked, market, made, def)
		if chain[0] != asked {
			t.Errorf("%v does not start with %s", chain, asked)
		}
		seen := map[locale.Tag]bool{}
		for _, tag := range chain {
			if seen[tag] {
				t.Errorf("%v has %s twice", chain, tag)
			}
			seen[tag] = true
		}
		made, err = locale.NewFallbacks(rapid.Permutation(given).Draw(t, "permuted")...)
		if err != nil {
			t.Fatal(err)
		}
		if other := locale.Chain(asked, market, made, def); !slices.Equal(chain, other) {
			t.Errorf("the order of the lists made %v out of %v", other, chain)
		}
		ancestors := locale.Ancestors(asked)
		for _, tag := range chain {
			if locale.IsFallback(tag, asked) == slices.Contains(ancestors, tag) {
				t.Errorf("IsFallback(%s, %s) is %t", tag, asked, locale.IsFallback(tag, asked))
			}
		}
	})
}

func ExampleChain() {
	web, err := locale.NewFallbacks(
		locale.Fallback{Locale: "de-CH", Chain: []locale.Tag{"de-DE", "en"}},
		locale.Fallback{Locale: "fr", Chain: []locale.Tag{"en"}},
		locale.Fallback{Locale: "fr", Market: "GB", Chain: []locale.Tag{"en-GB", "en"}},
		locale.Fallback{Locale: "da"}, // Danish or nothing
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(locale.Chain("de-CH", "", web, "en"))
	fmt.Println(locale.Chain("fr-CA", "FR", web, "en"))
	fmt.Println(locale.Chain("fr", "GB", web, "en"))
	fmt.Println(locale.Chain("da-DK", "", web, "en"))
	fmt.Println(locale.Chain("pt-AO", "", web, "en"))
	// Output:
	// [de-CH de-DE en]
	// [fr-CA fr en]
	// [fr en-GB en]
	// [da-DK da]
	// [pt-AO pt-PT pt en]
}
