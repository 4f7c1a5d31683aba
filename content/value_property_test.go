package content_test

import (
	"bytes"
	"math"
	"reflect"
	"regexp"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"unisono/content"
)

// anyOf draws what a Value can hold. What is like a measurement or like money is drawn often, and so are equal values.
func anyOf(depth int, text *rapid.Generator[string]) *rapid.Generator[any] {
	number := rapid.OneOf(
		rapid.Map(rapid.Float64Range(-1<<53+1, 1<<53-1), func(f float64) any { return f + 0 }),
		rapid.Map(rapid.Int64Range(-1<<53+1, 1<<53-1), func(i int64) any { return float64(i) }),
		rapid.SampledFrom([]any{0.0, 1.5, 12.0, -0.1, math.SmallestNonzeroFloat64}),
	)
	texts := rapid.OneOf(rapid.Map(text, func(s string) any { return s }), rapid.SampledFrom([]any{"", "12.50", "-0", "01", "1.", "EUR", "eur", "kg", " "}))
	leaves := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }), number, texts)
	if depth == 1 {
		return leaves
	}
	below := anyOf(depth-1, text)
	pair := rapid.Custom(func(t *rapid.T) any {
		object := map[string]any{"amount": rapid.OneOf(number, texts).Draw(t, "amount")}
		object[rapid.SampledFrom([]string{"unit", "currency", "other"}).Draw(t, "name")] = texts.Draw(t, "of")
		if rapid.IntRange(0, 4).Draw(t, "more") == 0 {
			object["more"] = below.Draw(t, "member")
		}
		return object
	})
	return rapid.OneOf(leaves, pair,
		rapid.Map(rapid.SliceOfN(below, 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.OneOf(text, rapid.SampledFrom([]string{"a", "amount", "unit"})), below, 0, 3), func(m map[string]any) any { return m }),
	)
}

// anyText draws texts that are not UTF-8 too: another program may have written them.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringN(100, 300, -1), rapid.Map(rapid.SliceOfN(rapid.ByteMin(0xF0), 0, 4), func(b []byte) string { return string(b) }))
}

func TestAValueIsTheSameAfterJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkJSON(t, mustValue(t, anyOf(4, rapid.String()).Draw(t, "value"))) })
}

// checkJSON holds for every value of texts in UTF-8: JSON says the same as of the tree, and is read as the value, whatever the order of its members.
func checkJSON(t rapid.TB, made content.Value) {
	t.Helper()
	written, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := json.Marshal(made.Any(), json.Deterministic(true)); err != nil || !bytes.Equal(written, want) {
		t.Errorf("%s is written, not %s, %v", written, want, err)
	}
	if made.String() != string(written) {
		t.Errorf("%s is shown as %s", written, made)
	}
	shuffled, err := json.Marshal(made.Any())
	if err != nil {
		t.Fatal(err)
	}
	for _, written := range [][]byte{written, shuffled} {
		read := content.Value{}
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if !read.Equal(made) || !made.Equal(read) || read.Missing() != made.Missing() || read.Type() != made.Type() {
			t.Errorf("%v became %v", made.Any(), read.Any())
		}
	}
}

func TestAValueHoldsWhatItWasMadeOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := anyOf(5, anyText()).Draw(t, "value")
		made := mustValue(t, of)
		if got := made.Any(); !reflect.DeepEqual(got, of) {
			t.Fatalf("%#v became %#v", of, got)
		}
		checkAsked(t, made, of)
	})
}

func TestValuesAreEqualWhereTheirTreesAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		few := anyOf(3, rapid.SampledFrom([]string{"a", "", "\xf8", "\xff"}))
		one, other := few.Draw(t, "one"), few.Draw(t, "other")
		if got, want := mustValue(t, one).Equal(mustValue(t, other)), reflect.DeepEqual(one, other); got != want {
			t.Errorf("equal is %t of %#v and %#v", got, one, other)
		}
		if !mustValue(t, one).Equal(mustValue(t, mustValue(t, one).Any())) {
			t.Errorf("%#v is not equal to itself", one)
		}
	})
}

func mustValue(t rapid.TB, of any) content.Value {
	t.Helper()
	made, err := content.NewValue(of)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

var decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// checkAsked holds for every value: what it says of itself is what is seen in the tree, all the way down.
func checkAsked(t rapid.TB, value content.Value, of any) {
	t.Helper()
	text, isText := value.Text()
	number, isNumber := value.Number()
	either, isBool := value.Bool()
	quantity, isQuantity := value.Quantity("")
	money, isMoney := value.Money()
	said := []any{isText, text, isNumber, number, isBool, either, value.IsList(), value.IsObject(), value.IsNull(), isQuantity, quantity, isMoney, money}
	wantText, wantsText := of.(string)
	wantNumber, wantsNumber := of.(float64)
	wantBool, wantsBool := of.(bool)
	list, wantsList := of.([]any)
	object, wantsObject := of.(map[string]any)
	wantQuantity, wantsQuantity := quantityOf(object)
	wantMoney, wantsMoney := moneyOf(object)
	want := []any{wantsText, wantText, wantsNumber, wantNumber, wantsBool, wantBool, wantsList, wantsObject, of == nil, wantsQuantity, wantQuantity, wantsMoney, wantMoney}
	if !reflect.DeepEqual(said, want) {
		t.Fatalf("%#v says %v, want %v", of, said, want)
	}
	if n := value.Len(); n != len(list)+len(object) {
		t.Errorf("%#v has %d", of, n)
	}
	if !wantsList {
		list = []any{of}
	}
	i := 0
	for item := range value.Items() {
		if wantsList {
			checkAsked(t, item, list[i])
		}
		i++
	}
	if i != len(list) {
		t.Errorf("%#v has %d items", of, i)
	}
	for name, member := range value.Members() {
		checkAsked(t, member, object[name])
		if !value.Member(name).Equal(member) {
			t.Errorf("%#v has another member %q", of, name)
		}
	}
}

func quantityOf(object map[string]any) (content.Quantity, bool) {
	amount, is := object["amount"].(float64)
	unit, _ := object["unit"].(string)
	if !is || unit == "" || len(object) != 2 {
		return content.Quantity{}, false
	}
	return content.Quantity{Amount: amount, Unit: unit}, true
}

func moneyOf(object map[string]any) (content.Money, bool) {
	amount, _ := object["amount"].(string)
	currency, _ := object["currency"].(string)
	if !decimalForm.MatchString(amount) || !content.IsCurrencyCode(currency) || len(object) != 2 {
		return content.Money{}, false
	}
	return content.Money{Amount: amount, Currency: currency}, true
}

func TestADecimalIsWhatTheExpressionSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`-?[0-9]{0,3}\.?[0-9]{0,3}`), rapid.StringMatching(`[-.0-9x\n]{0,5}`)).Draw(t, "text")
		if got := content.IsDecimal(text); got != decimalForm.MatchString(text) {
			t.Errorf("of %q it is %t", text, got)
		}
	})
}

// FuzzValue: whatever JSON a stranger writes, it is refused or read as a value that is written, read and built again as itself.
func FuzzValue(f *testing.F) {
	for _, raw := range []string{
		`null`, `"a"`, `""`, `-0`, `1e3`, `9007199254740993`, `[]`, `{}`, `[[[[[[[1]]]]]]]`, `[[[[[[[[1]]]]]]]]`, `{"unit":"kg","amount":1.5}`, `{"amount":"12.50","currency":"EUR"}`,
		`[{"amount":"1","currency":"EUR"},{"amount":"-0.5","currency":"DKK"}]`, `{"amount":1,"unit":""}`, `{"b":[null,true,false,"\ud834\udd1e"],"a":{"":0.1}}`, `{"a":1,"a":2}`, `[1 2]`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		read := content.Value{}
		if err := json.Unmarshal(raw, &read); err != nil {
			return
		}
		checkJSON(t, read)
		checkAsked(t, read, read.Any())
		if again := mustValue(t, read.Any()); again != read {
			t.Errorf("%s is built again as %s", read, again)
		}
		loose := content.Value{} // as of a document whose names stand twice, of which the last counts
		if err := json.Unmarshal(raw, &loose, jsontext.AllowDuplicateNames(true)); err != nil || loose != read {
			t.Errorf("%s is read as %s, %v", read, loose, err)
		}
	})
}
