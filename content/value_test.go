package content_test

import (
	"math"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

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

func TestWhatAValueIsAskedFor(t *testing.T) {
	long := strings.Repeat("x", 20_000)
	list := value(t, []any{"a", 1.5, []any{long}, map[string]any{}})
	object := value(t, map[string]any{"b": nil, "a": map[string]any{"unit": "kg", "amount": 1.5}, long: map[string]any{"amount": "1.50", "currency": "EUR"}})
	texts := []string{}
	for item := range list.Items() {
		texts = append(texts, item.String())
	}
	diff(t, "items", texts, []string{`"a"`, `1.5`, `["` + long + `"]`, `{}`})
	texts = texts[:0]
	for name, member := range object.Members() {
		texts = append(texts, name, member.String())
	}
	diff(t, "members", texts, []string{"a", `{"amount":1.5,"unit":"kg"}`, "b", "null", long, `{"amount":"1.50","currency":"EUR"}`})
	diff(t, "a member of a member", object.Member("a").Member("unit").Any(), any("kg"))
	for name, is := range map[string]bool{
		"a list":                     list.IsList() && !object.IsList() && list.Len() == 4,
		"an object":                  object.IsObject() && !list.IsObject() && object.Len() == 3,
		"a measurement is an object": object.Member("a").IsObject() && object.Member("a").Len() == 2,
		"money is an object":         object.Member(long).IsObject() && object.Member(long).Len() == 2,
		"a text has no members":      value(t, "a").Len() == 0 && value(t, "a").Member("a").IsNull(),
		"what is not there is null":  object.Member("c").IsNull() && object.Member("b").IsNull() && !object.IsNull(),
	} {
		if !is {
			t.Errorf("%s: it is not so", name)
		}
	}
	for range list.Items() {
		break
	}
	for range object.Members() {
		break
	}
}

func TestQuantityAndMoneyAsValues(t *testing.T) {
	for want, made := range map[string]func() (content.Value, error){
		`{"amount":1.5,"unit":"kg"}`:          content.Quantity{Amount: 1.5, Unit: "kg"}.Value,
		`{"amount":0,"unit":""}`:              content.Quantity{}.Value,
		`{"amount":"12.50","currency":"EUR"}`: func() (content.Value, error) { return content.Money{Amount: "12.50", Currency: "EUR"}.Value(), nil },
		`{"amount":"x","currency":""}`:        func() (content.Value, error) { return content.Money{Amount: "x"}.Value(), nil },
	} {
		if got, err := made(); err != nil || got.String() != want {
			t.Errorf("%s is %s, %v", want, got, err)
		}
	}
	if got, err := (content.Quantity{Amount: math.Inf(1), Unit: "kg"}).Value(); err == nil || !got.IsNull() {
		t.Errorf("infinity is %s", got)
	}
}

func TestAValueIsBuiltAsItIsRead(t *testing.T) {
	b, long := content.ValueBuilder{}, strings.Repeat("ü", 100)
	try := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	try(b.Object())
	b.Name("z")
	try(b.List())
	try(b.Number(1))
	try(b.Add(content.TextValue(long)))
	b.End()
	b.Name("a")
	try(b.Object())
	b.Name("unit")
	try(b.Add(content.TextValue("kg")))
	b.Name("amount")
	try(b.Number(2.5))
	b.End()
	b.Name("z")
	try(b.Add(content.BoolValue(true)))
	b.End()
	diff(t, "value", b.Value().Any(), any(map[string]any{"a": map[string]any{"amount": 2.5, "unit": "kg"}, "z": true}))

	deep := content.ValueBuilder{}
	for range 8 {
		try(deep.List())
	}
	for name, err := range map[string]error{"a list": deep.List(), "an object": deep.Object(), "a number": deep.Number(1), "a value": deep.Add(content.Value{})} {
		if err == nil || err.Error() != "it is nested more than 8 deep" {
			t.Errorf("%s at the ninth level: %v", name, err)
		}
	}
	list := content.ValueBuilder{}
	try(list.List())
	if err := list.Number(math.NaN()); err == nil {
		t.Error("not a number is one")
	}
}

func TestWhatIsBuiltInAnotherOrderPanics(t *testing.T) {
	object := func() *content.ValueBuilder {
		b := &content.ValueBuilder{}
		if err := b.Object(); err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, build := range map[string]func(){
		"a value that is not closed":  func() { object().Value() },
		"a member without a name":     func() { _ = object().Number(1) },
		"a list without a name":       func() { _ = object().List() },
		"a name without a value":      func() { b := object(); b.Name("a"); b.End() },
		"two names":                   func() { b := object(); b.Name("a"); b.Name("b") },
		"a name of nothing":           func() { (&content.ValueBuilder{}).Name("a") },
		"an end of nothing":           func() { (&content.ValueBuilder{}).End() },
		"a value in nothing":          func() { _ = (&content.ValueBuilder{}).Add(content.TextValue("a")) },
		"a number in nothing":         func() { _ = (&content.ValueBuilder{}).Number(1) },
		"a list behind what is whole": func() { b := object(); b.End(); _ = b.List() },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it does not")
				}
			}()
			build()
		})
	}
}
