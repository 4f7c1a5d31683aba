package locale_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"unisono/locale"
)

func TestNegotiate(t *testing.T) {
	for _, test := range []struct {
		supported, header string
		want              locale.Tag
		fits              bool
	}{
		{"en fr de", "fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "fr", true},
		{"en pt-BR pt-PT", "pt-AO", "pt-PT", true},
		{"en zh-Hans", "zh-TW", "en", false},
		{"en sr", "sr-Latn", "en", false},
		{"en nb", "nn", "nb", true},
		{"en de", "de-CH, de;q=0, en;q=0.5", "en", true},
		{"en-US en-001", "en-AU", "en-US", true},

		// L13
		{"zh-Hans zh-Hant en", "zh-Hant-TW", "zh-Hant", true},
		{"zh-Hans zh-Hant en", "zh-TW", "zh-Hant", true},
		{"zh-Hans zh-Hant en", "zh-HK", "zh-Hant", true},
		{"zh-Hans zh-Hant en", "zh", "zh-Hans", true},
		{"en zh-Hant zh-Hans", "zh-TW", "zh-Hant", true},
		{"en zh-Hant zh-Hans", "zh", "zh-Hans", true},
		// L15
		{"en ms", "en-SG, zh-Hant-HK;q=0.9, ms-SG;q=0.8", "en", true},
		{"ms en", "en-SG, zh-Hant-HK;q=0.9, ms-SG;q=0.8", "en", true},

		{"en fr", "", "en", false},
		{"en fr", "de", "en", false},
		{"en fr", "en", "en", true},
		{"en fr", "EN-us", "en", true},
		{"en he", "iw", "he", true},
		{"en fr", "en;q=0.2, fr;q=0.8", "fr", true},
		{"en fr", "fr;q=0.001", "fr", true},
		{"en de fr", "fr;q=0.5,de;q=0.5", "fr", true}, // ties by position
		{"en fr", "fr ; Q=1.0 ,,\ten;q=.5", "fr", true},
		{"en fr", "fr_CA", "fr", true},

		// q=0
		{"en fr", "fr;q=0", "en", false},
		{"en fr", "en;q=0", "en", false}, // nothing else is wanted, and the answer is never 406
		{"en fr", "en;q=0, en-GB", "en", false},
		{"en fr-CA", "fr;q=0, fr-CA", "fr-CA", true}, // the longer range decides
		{"en fr fr-CA", "fr-CA;q=0, fr", "fr", true},
		{"en de-AT", "de;q=0, de-AT;q=0.5, en;q=0.1", "de-AT", true},
		{"en de-CH de", "de-CH;q=0.000, de", "de", true},
		{"en fr de", "*;q=0, de", "de", true},
		{"en fr de", "*;q=0, it", "en", false},
		{"en he", "iw;q=0, he;q=0", "en", false},
		{"en den", "de;q=0, den", "den", true}, // a prefix ends at a subtag

		// '*'
		{"en fr", "*", "en", false},
		{"en fr", "de, *;q=0.1", "en", false},
		{"en fr de", "en;q=0, *", "fr", true},
		{"mul en", "*", "mul", false},

		// languages nobody registered, and readable parts
		{"en fr", "xx, fr", "fr", true},
		{"en fr", "fr-YY", "fr", true},
		{"en fr", "fr-YY;q=0, fr", "fr", true},
		{"en fr", "xx;q=0, fr", "fr", true},
		{"en fr", "und, x-acme", "en", false},

		// malformed
		{"en fr", "fr;q=2", "en", false},
		{"en fr", "fr;q=-1", "en", false},
		{"en fr", "fr;q=NaN", "en", false},
		{"en fr", "fr;q=1e-1", "en", false},
		{"en fr", "fr;q=", "en", false},
		{"en fr", "fr;q=.", "en", false},
		{"en fr", "fr;level=1", "en", false},
		{"en fr", "fr;q=0.5;q=0.5", "en", false},
		{"en fr", "fr--CA", "en", false},
		{"en fr", "fr, *-CH", "en", false},
		{"en fr", "fr en", "en", false},
		{"en fr", "fr, f\xffr", "en", false},
		{"en fr", "französisch, fr", "en", false},
		{"en fr", ";;;", "en", false},
		{"en fr", "fr, verylonglanguage", "en", false},
		{"", "fr", "", false},
	} {
		t.Run(test.supported+"|"+test.header, func(t *testing.T) {
			got, fits := locale.Negotiate(test.header, tags(test.supported))
			if got != test.want || fits != test.fits {
				t.Errorf("got %q, %t; want %q, %t", got, fits, test.want, test.fits)
			}
		})
	}
}

func TestNegotiateIsBounded(t *testing.T) {
	supported := tags("en fr")
	for name, test := range map[string]struct {
		header string
		want   locale.Tag
	}{
		"the last of many ranges that count": {strings.Repeat("de,", 31) + "fr", "fr"},
		"one range too many":                 {strings.Repeat("de,", 32) + "fr", "en"},
		"ends within the bytes that count":   {strings.Repeat(" ", 1022) + "fr, de, nonsense-", "fr"},
		"a range cut in half":                {strings.Repeat(" ", 1021) + "de, fr", "en"},
		"endless without a comma":            {strings.Repeat("fr-", 1_000_000), "en"},
		"endless with commas":                {strings.Repeat(",", 1_000_000), "en"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := locale.Negotiate(test.header, supported); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestNegotiatorIsShared(t *testing.T) {
	supported := tags("en fr de")
	negotiator := locale.NewNegotiator(supported)
	supported[1] = "it" // the list was copied
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				if got, _ := negotiator.Negotiate("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"); got != "fr" {
					t.Errorf("got %s", got)
				}
				if got, _ := negotiator.Negotiate("fr;q=0, de;q=0.5"); got != "de" {
					t.Errorf("got %s", got)
				}
			}
		})
	}
	wait.Wait()
}

func TestNegotiateProperties(t *testing.T) {
	element := rapid.Custom(func(t *rapid.T) string {
		name := rapid.OneOf(
			rapid.Map(anyTag(), func(tag locale.Tag) string { return string(tag) }),
			rapid.SampledFrom([]string{"*", "xx", "en-YY", "und", "-"}),
		).Draw(t, "range")
		return name + rapid.SampledFrom([]string{"", ";q=1", ";q=0.5", ";q=0", ";q=x"}).Draw(t, "weight")
	})
	rapid.Check(t, func(t *rapid.T) {
		supported := rapid.SliceOfN(anyTag(), 1, 6).Draw(t, "supported")
		header := strings.Join(rapid.SliceOfN(element, 0, 8).Draw(t, "header"), ", ")
		checkNegotiated(t, header, supported)
	})
}

// checkNegotiated holds for every header.
func checkNegotiated(t interface{ Errorf(string, ...any) }, header string, supported []locale.Tag) {
	negotiator := locale.NewNegotiator(supported)
	got, fits := negotiator.Negotiate(header)
	if !slices.Contains(supported, got) {
		t.Errorf("%q gives %q, which is not among %v", header, got, supported)
	}
	if !fits && got != supported[0] {
		t.Errorf("%q gives %q, which does not fit and is not the default", header, got)
	}
	if again, fitsAgain := negotiator.Negotiate(header); again != got || fitsAgain != fits {
		t.Errorf("%q gives %q, then %q", header, got, again)
	}
}

func FuzzNegotiate(f *testing.F) {
	supported := tags("en fr de zh-Hant zh-Hans pt-BR pt-PT nb sr de-u-co-phonebk en-x-acme")
	f.Fuzz(func(t *testing.T, header string) { checkNegotiated(t, header, supported) })
}

func BenchmarkNegotiate(b *testing.B) {
	negotiator := locale.NewNegotiator(tags("en fr de es it pt-BR pt-PT da nb sv"))
	for name, header := range map[string]string{
		"usual":     "fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5",
		"exclusion": "de-CH, de;q=0, en;q=0.5",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				negotiator.Negotiate(header)
			}
		})
	}
}
