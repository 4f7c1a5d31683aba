package store

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"unisono/content"
)

// holder is a document with one value.
type holder struct {
	Value content.Value `bson:"value"`
}

// anyTree draws what a content.Value can hold.
func anyTree(depth int) *rapid.Generator[any] {
	number := rapid.Map(rapid.OneOf(rapid.Float64Range(-1<<53+1, 1<<53-1), rapid.SampledFrom([]float64{0, 1, 0.1, -2.5})), func(f float64) any { return f + 0 })
	text := rapid.Map(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "EUR", "12.50", "kg", "\xff", "\xf8"})), func(s string) any { return s })
	leaves := rapid.OneOf(rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }), number, text)
	if depth == 1 {
		return leaves
	}
	names := rapid.OneOf(rapid.StringMatching(`[a-zü]{0,3}`), rapid.SampledFrom([]string{"amount", "unit", "currency"}))
	return rapid.OneOf(leaves,
		rapid.Map(rapid.SliceOfN(anyTree(depth-1), 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(names, anyTree(depth-1), 0, 3), func(m map[string]any) any { return m }),
		rapid.Map(number, func(n any) any { return map[string]any{"amount": n, "unit": "kg"} }),
		rapid.Map(text, func(s any) any { return map[string]any{"amount": s, "currency": "EUR"} }),
	)
}

// ordered is what the driver writes of a tree with the members of objects in the order of their names, or backwards.
func ordered(of any, backwards bool) any {
	switch of := of.(type) {
	case []any:
		list := bson.A{}
		for _, one := range of {
			list = append(list, ordered(one, backwards))
		}
		return list
	case map[string]any:
		object := bson.D{}
		for _, name := range slices.Sorted(maps.Keys(of)) {
			object = append(object, bson.E{Key: name, Value: ordered(of[name], backwards)})
		}
		if backwards {
			slices.Reverse(object)
		}
		return object
	default:
		return of
	}
}

func TestAValueIsTheSameAfterBSON(t *testing.T) {
	registry := newRegistry()
	rapid.Check(t, func(t *rapid.T) {
		of := anyTree(5).Draw(t, "value")
		value, err := content.NewValue(of)
		if err != nil {
			t.Fatal(err)
		}
		written, err := encode(registry, holder{value})
		if err != nil {
			t.Fatal(err)
		}
		if want, err := bson.Marshal(bson.D{{Key: "value", Value: ordered(of, false)}}); err != nil || !bytes.Equal(written, want) {
			t.Errorf("%s is written %v, want %v, %v", value, written, bson.Raw(want), err)
		}
		backwards, err := bson.Marshal(bson.D{{Key: "value", Value: ordered(of, true)}})
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range [][]byte{written, backwards} {
			read := holder{content.TextValue("before")}
			if err := decode(registry, raw, &read); err != nil || !read.Value.Equal(value) {
				t.Errorf("%s is read as %s, %v", value, read.Value, err)
			}
		}
	})
}

func TestValuesThatNoneCanBeAreNotRead(t *testing.T) {
	registry, deep := newRegistry(), any("x")
	for range 8 {
		deep = bson.A{deep}
	}
	for name, of := range map[string]any{
		"too deep": deep, "too deep in an object": bson.D{{Key: "a", Value: deep}}, "binary": []byte("x"), "one in a list": bson.A{[]byte("x")}, "one in an object": bson.D{{Key: "a", Value: []byte("x")}},
		"too large": 1e300, "too large in a list": bson.A{int64(1 << 60)}, "too large in an object": bson.D{{Key: "a", Value: 1e300}},
	} {
		raw, err := bson.Marshal(bson.D{{Key: "value", Value: of}})
		if err != nil {
			t.Fatal(err)
		}
		if read := (holder{}); decode(registry, raw, &read) == nil || !read.Value.IsNull() {
			t.Errorf("%s is read as %s", name, read.Value)
		}
	}
}

// FuzzDecodeValue: whatever another program wrote is refused, or read as a value that is written, read and built again as itself. What is no BSON
// at all comes from no database, and the driver is not ready for all of it.
func FuzzDecodeValue(f *testing.F) {
	for _, of := range []any{"a", 1.5, bson.A{1.5, nil, true}, bson.D{{Key: "unit", Value: "kg"}, {Key: "amount", Value: 1.5}}, bson.D{{Key: "a", Value: "b"}, {Key: "a", Value: int64(1)}}} {
		raw, err := bson.Marshal(bson.D{{Key: "value", Value: of}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	registry := newRegistry()
	f.Fuzz(func(t *testing.T, raw []byte) {
		read := holder{}
		if bson.Raw(raw).Validate() != nil || decode(registry, raw, &read) != nil {
			return
		}
		written, err := encode(registry, read)
		if err != nil {
			t.Skip(err) // a name that holds a zero byte cannot come from BSON, and nothing else is refused
		}
		again := holder{}
		if err := decode(registry, written, &again); err != nil || again.Value != read.Value {
			t.Errorf("%s is read again as %s, %v", read.Value, again.Value, err)
		}
		if built, err := content.NewValue(read.Value.Any()); err != nil || built != read.Value {
			t.Errorf("%s is built again as %s, %v", read.Value, built, err)
		}
	})
}
