package content_test

import (
	"math"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"unisono/content"
)

func TestNullEmptyTextWhiteSpaceAndEmptyListsAreMissing(t *testing.T) {
	for name, test := range map[string]struct {
		of   any
		want bool
	}{
		"null":                       {nil, true},
		"an empty text":              {"", true},
		"white space":                {" \t\n\u00a0", true},
		"an empty list":              {[]any{}, true},
		"T4 a list of an empty text": {[]any{""}, true},
		"a list of missing values":   {[]any{nil, "", []any{" "}}, true},
		"an empty object":            {map[string]any{}, true},
		"a text":                     {"a", false},
		"false":                      {false, false},
		"zero":                       {0, false},
		"L1 a list with a value":     {[]any{nil, "a"}, false},
		"a list of false":            {[]any{false}, false},
		"an object":                  {map[string]any{"a": nil}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := value(t, test.of).Missing(); got != test.want {
				t.Errorf("missing is %t", got)
			}
		})
	}
}

func TestNewValueRefusesWhatJSONCannotSay(t *testing.T) {
	deep := any("x")
	for range 8 {
		deep = []any{deep}
	}
	for name, of := range map[string]any{
		"not a number":        math.NaN(),
		"infinity":            math.Inf(-1),
		"a whole too large":   int64(1 << 53),
		"an unsigned so":      uint64(math.MaxUint64),
		"a number in a list":  []any{1, math.Inf(1)},
		"one in an object":    map[string]any{"a": math.NaN()},
		"a struct":            struct{}{},
		"a channel":           make(chan int),
		"a function":          func() {},
		"bytes":               []byte("a"),
		"a map of other keys": map[int]any{1: 1},
		"a pointer":           new(int),
		"too deep":            deep,
	} {
		t.Run(name, func(t *testing.T) {
			if made, err := content.NewValue(of); err == nil || !made.Missing() {
				t.Errorf("it gave %v, %v", made.Any(), err)
			}
		})
	}
}

func TestNewValueMakesEveryNumberOneKind(t *testing.T) {
	for _, of := range []any{int8(7), int(7), uint16(7), float32(7), 7.0, int64(7)} {
		if got := value(t, of).Any(); got != 7.0 {
			t.Errorf("%T gives %v (%T)", of, got, got)
		}
	}
	if got := value(t, value(t, "a")).Any(); got != "a" {
		t.Errorf("a value of a value is %v", got)
	}
}

func TestAValueDoesNotShareWhatItWasMadeOf(t *testing.T) {
	list, object := []any{"a"}, map[string]any{"a": "b"}
	made := value(t, []any{list, object})
	list[0], object["a"] = "changed", "changed"
	diff(t, "value", made.Any(), []any{[]any{"a"}, map[string]any{"a": "b"}})
}

func TestTextsLeavesOutWhatIsNoText(t *testing.T) {
	for _, test := range []struct {
		of   any
		want []string
	}{{"a", []string{"a"}}, {[]any{"a", 1, nil, "b"}, []string{"a", "b"}}, {[]any{}, []string{}}, {1, nil}, {nil, nil}, {map[string]any{"a": "b"}, nil}} {
		diff(t, "texts", value(t, test.of).Texts(), test.want)
	}
	if text, is := value(t, "a").Text(); text != "a" || !is {
		t.Error("a text is none")
	}
	if text, is := value(t, 1).Text(); text != "" || is {
		t.Error("a number is a text")
	}
	if text, is := content.TextValue("a").Text(); text != "a" || !is {
		t.Error("TextValue is no text")
	}
}

func TestWhatIsNotDefinedHasTheTypeOfItsValue(t *testing.T) {
	for name, test := range map[string]struct {
		of   any
		want content.AttributeType
	}{
		"a text":            {"a", content.TypeText},
		"null":              {nil, content.TypeText},
		"a number":          {1, content.TypeNumber},
		"a switch":          {false, content.TypeBoolean},
		"texts":             {[]any{"a", "b"}, content.TypeOptions},
		"an empty list":     {[]any{}, content.TypeOptions},
		"rows":              {[]any{map[string]any{"a": "b"}}, content.TypeTable},
		"money":             {map[string]any{"amount": "1.50", "currency": "EUR"}, content.TypeMoney},
		"money by number":   {map[string]any{"amount": 1.5, "currency": "EUR"}, content.TypeTable},
		"a quantity":        {map[string]any{"amount": 1.5, "unit": "m"}, content.TypeQuantity},
		"more than that":    {map[string]any{"amount": 1.5, "unit": "m", "note": "x"}, content.TypeTable},
		"an object besides": {map[string]any{"a": "b"}, content.TypeTable},
	} {
		t.Run(name, func(t *testing.T) {
			if got := value(t, test.of).Type(); got != test.want {
				t.Errorf("it is %s", got)
			}
		})
	}
}

// anyOf draws what a Value can hold.
func anyOf(depth int) *rapid.Generator[any] {
	leaves := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.Float64Range(-1<<53+1, 1<<53-1), func(f float64) any { return f }),
		rapid.Map(rapid.Int64Range(-1<<53+1, 1<<53-1), func(i int64) any { return i }),
	)
	if depth == 1 {
		return leaves
	}
	return rapid.OneOf(leaves,
		rapid.Map(rapid.SliceOfN(anyOf(depth-1), 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.String(), anyOf(depth-1), 0, 3), func(m map[string]any) any { return m }),
	)
}

func TestAValueIsTheSameAfterJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made, err := content.NewValue(anyOf(4).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		written, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		read := content.Value{}
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if !read.Equal(made) || !made.Equal(read) || read.Missing() != made.Missing() || read.Type() != made.Type() {
			t.Errorf("%v became %v", made.Any(), read.Any())
		}
	})
}

func TestWhatNewValueTakesCanBeReadFromItsJSON(t *testing.T) {
	for name, of := range map[string]any{
		"the largest exact number": float64(1<<53 - 1),
		"a larger one":             1e20,
		"the largest of all":       math.MaxFloat64,
		"the first that is not":    float64(1 << 53),
		"less than zero by sign":   math.Copysign(0, -1),
		"the smallest of all":      math.SmallestNonzeroFloat64,
		"the value at full depth":  []any{[]any{[]any{[]any{[]any{[]any{[]any{"x"}}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := content.NewValue(of)
			if err != nil {
				return
			}
			written, err := json.Marshal(made)
			if err != nil {
				t.Fatal(err)
			}
			read := content.Value{}
			if err := json.Unmarshal(written, &read); err != nil || !read.Equal(made) {
				t.Errorf("%.40s was written and is read as %v, %v", written, read.Any(), err)
			}
		})
	}
}

func TestAValueThatIsBrokenJSONIsRefused(t *testing.T) {
	for _, raw := range []string{`[1, 2`, `{"a": }`, `{"a": 1, "a": 2}`, `[1 2]`, `tru`, `"` + "\xff" + `"`, ``, strings.Repeat("[", 9)} {
		read := content.TextValue("before")
		if err := json.Unmarshal([]byte(raw), &read); err == nil {
			t.Errorf("%q gave %v", raw, read.Any())
		} else if text, _ := read.Text(); text != "before" {
			t.Errorf("%q changed the value to %v", raw, read.Any())
		}
	}
}
