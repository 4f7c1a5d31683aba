package scalar_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"unisono/content"
	"unisono/fault"
	"unisono/scalar"
)

func written(m graphql.Marshaler) string {
	text := strings.Builder{}
	m.MarshalGQL(&text)
	return text.String()
}

// scalars are those that are written as texts.
var scalars = map[string]func(given any) (any, error){
	"Locale":       func(given any) (any, error) { return scalar.UnmarshalLocale(given) },
	"CountryCode":  func(given any) (any, error) { return scalar.UnmarshalCountryCode(given) },
	"CurrencyCode": func(given any) (any, error) { return scalar.UnmarshalCurrencyCode(given) },
	"DateTime":     func(given any) (any, error) { return scalar.UnmarshalDateTime(given) },
	"URL":          func(given any) (any, error) { return scalar.UnmarshalURL(given) },
}

func TestWhatIsNoTextIsRefused(t *testing.T) {
	for name, read := range scalars {
		for _, hostile := range []any{
			nil, 7, int64(7), 7.5, true, json.Number("7"),
			[]any{"da"},
			map[string]any{"a": "da"},
			[]byte("da"),
			struct{}{},
			&struct{}{},
			math.NaN(),
			[][]any{{}},
			strings.Repeat, make(chan int), time.Now(),
			map[string]any{"x": strings.Repeat("x", 1<<20)},
		} {
			_, err := read(hostile)
			if fault.KindOf(err) != fault.BadUserInput {
				t.Errorf("%s took %T: %v", name, hostile, err)
			} else if len(fault.Public(err)) > 300 {
				t.Errorf("%s says %d bytes of a %T", name, len(fault.Public(err)), hostile)
			}
		}
	}
}

func TestWhatIsNotOfItsFormIsRefused(t *testing.T) {
	for name, texts := range map[string][]string{
		"Locale":       {"", "xx-yy-zz-1", "da, en", "danish", "und", "\x00", strings.Repeat("da-", 1000)},
		"CountryCode":  {"", "dk", "D", "DNK", "D1", "ÆØ", " DK", "DK\n"},
		"CurrencyCode": {"", "dkk", "DK", "EURO", "E1R", "€€€"},
		"DateTime":     {"", "2026-03-01", "2026-03-01T08:00:00", "2026-03-01T08:00", "2026-03-01 08:00:00Z", "2026-02-30T08:00:00Z", "1772352000", "now", "2026-03-01T25:00:00Z", strings.Repeat("9", 1<<20)},
		"URL":          {"", "javascript:alert(1)", "//a.example", "a.png", "https://", "data:text/html,x", "https://a.example/\n", strings.Repeat("x", 1<<20)},
	} {
		for _, text := range texts {
			if got, err := scalars[name](text); fault.KindOf(err) != fault.BadUserInput {
				t.Errorf("%s took %.40q as %v: %v", name, text, got, err)
			} else if len(fault.Public(err)) > 300 {
				t.Errorf("%s says %d bytes of %.40q", name, len(fault.Public(err)), text)
			}
		}
	}
}

func TestWhatIsOfItsFormIsTaken(t *testing.T) {
	for name, texts := range map[string]map[string]any{
		"CountryCode":  {"DK": "DK", "XK": "XK"},
		"CurrencyCode": {"DKK": "DKK"},
		"URL":          {"https://a.example/b": "https://a.example/b", "/a.png": "/a.png", "mailto:a@b.example": "mailto:a@b.example"},
	} {
		for text, want := range texts {
			if got, err := scalars[name](text); err != nil || got != want {
				t.Errorf("%s of %q is %v, %v", name, text, got, err)
			}
		}
	}
	if tag, err := scalar.UnmarshalLocale("DA_dk"); err != nil || tag != "da-DK" {
		t.Errorf("a locale is made %q, %v", tag, err)
	}
	for text, want := range map[string]time.Time{
		"2026-03-01T08:00:00+01:00":      time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC),
		"2026-03-01T08:00:00.123456789Z": time.Date(2026, 3, 1, 8, 0, 0, 123456789, time.UTC),
		"2026-03-01T08:00:00-12:00":      time.Date(2026, 3, 1, 20, 0, 0, 0, time.UTC), // W3
		"2026-03-01T08:00:00+14:00":      time.Date(2026, 2, 28, 18, 0, 0, 0, time.UTC),
	} {
		if got, err := scalar.UnmarshalDateTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%s is %s, %v", text, got, err)
		}
	}
}

func TestHowScalarsAreWritten(t *testing.T) {
	value := func(of any) content.Value {
		made, err := content.NewValue(of)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	for want, marshaler := range map[string]graphql.Marshaler{
		`"da-DK"`:                    scalar.MarshalLocale("da-DK"),
		`"DK"`:                       scalar.MarshalCountryCode("DK"),
		`"DKK"`:                      scalar.MarshalCurrencyCode("DKK"),
		`"https://a.example/"`:       scalar.MarshalURL("https://a.example/"),
		`"a\"\\\n"`:                  scalar.MarshalURL("a\"\\\n"),
		`"2026-03-01T07:00:00Z"`:     scalar.MarshalDateTime(time.Date(2026, 3, 1, 8, 0, 0, 0, time.FixedZone("", 3600))),
		`"2026-03-01T07:00:00.123Z"`: scalar.MarshalDateTime(time.Date(2026, 3, 1, 7, 0, 0, 123_000_000, time.UTC)),
		`null`:                       scalar.MarshalJSON(content.Value{}),
		`false`:                      scalar.MarshalJSON(value(false)),
		`0`:                          scalar.MarshalJSON(value(0)),
		`1.5`:                        scalar.MarshalJSON(value(1.5)),
		`9007199254740991`:           scalar.MarshalJSON(value(1<<53 - 1)),
		`""`:                         scalar.MarshalJSON(value("")),
		`{"a":[1,null,{"b":"c"}]}`:   scalar.MarshalJSON(value(map[string]any{"a": []any{1, nil, map[string]any{"b": "c"}}})),
	} {
		if got := written(marshaler); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
}

func TestValuesAreWrittenAsTheLibraryDoes(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~ü\x00-\x1f]{0,8}`), rapid.SampledFrom([]string{"\xff", "\u2028", "\x7f", "amount", "unit"}))
	leaf := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }), rapid.Map(text, func(s string) any { return s }),
		rapid.Map(rapid.Float64Range(-1<<53+1, 1<<53-1), func(f float64) any { return f }), rapid.SampledFrom([]any{1e-7, -1e-9, 5e-324, 100}))
	list := rapid.Map(rapid.SliceOfN(leaf, 0, 3), func(l []any) any { return l })
	object := rapid.Map(rapid.MapOfN(text, rapid.OneOf(leaf, list), 0, 3), func(m map[string]any) any { return m })
	rapid.Check(t, func(t *rapid.T) {
		value, err := content.NewValue(rapid.OneOf(leaf, list, object).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		if want, err := json.Marshal(value.Any()); err != nil || written(scalar.MarshalJSON(value)) != string(want) {
			t.Errorf("%s is written %s, %v", want, written(scalar.MarshalJSON(value)), err)
		}
	})
}

func TestAnyJSONValueIsRead(t *testing.T) {
	for name, test := range map[string]struct{ given, want any }{
		"null":                {nil, nil},
		"a text":              {"a", "a"},
		"a switch":            {false, false},
		"a literal":           {int64(7), 7.0},
		"a variable's number": {json.Number("7"), 7.0},
		"a fraction":          {json.Number("1.5"), 1.5},
		"an exponent":         {json.Number("1e3"), 1000.0},
		"a list":              {[]any{json.Number("1"), "a", nil}, []any{1.0, "a", nil}},
		"an object":           {map[string]any{"a": map[string]any{"b": json.Number("2")}}, map[string]any{"a": map[string]any{"b": 2.0}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scalar.UnmarshalJSON(test.given)
			want, wrong := content.NewValue(test.want)
			if err != nil || wrong != nil || !got.Equal(want) {
				t.Errorf("it is %v, %v", got.Any(), err)
			}
			again, err := scalar.UnmarshalJSON(got.Any())
			if err != nil || !again.Equal(got) {
				t.Errorf("read again it is %v, %v", again.Any(), err)
			}
		})
	}
}

func TestWhatNoValueCanHoldIsRefused(t *testing.T) {
	deep := any("x")
	for range 2000 {
		deep = []any{deep}
	}
	for name, given := range map[string]any{
		"a number that is too large":        json.Number("9007199254740993"),
		"the same as a literal":             int64(9007199254740993),
		"a number beyond all":               json.Number("1e400"),
		"digits that are none":              json.Number("x"),
		"a number in a list":                []any{json.Number("9007199254740993")},
		"not a number":                      math.NaN(),
		"a struct":                          struct{}{},
		"a function":                        strings.Repeat,
		"what is nested beyond reason":      deep,
		"an object of other keys":           map[any]any{1: 2},
		"a whole number too large as a 1.0": json.Number("9007199254740993.0"),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := scalar.UnmarshalJSON(given); fault.KindOf(err) != fault.BadUserInput || len(fault.Public(err)) > 300 {
				t.Errorf("it is %v, %.300v", got.Any(), err)
			}
		})
	}
}
