package view_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"unisono/view"
)

func odd() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringN(1, 20, 200),
		rapid.SampledFrom([]string{"/", "//", "%", "%2F", "%41", "+", " ", ".", "..", "a/b", "p/a", "s/a/b/c", "Ä", "椅子", "🪑", "a\x00b", "\n", "\xff", "=", "?x#y", "~"}),
	)
}

func TestAnIdNamesWhatItWasMadeOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sku, slot, key := odd().Draw(t, "sku"), odd().Draw(t, "slot"), odd().Draw(t, "key")
		for id, want := range map[string]view.NodeName{
			view.ProductID(sku):         {SKU: sku},
			view.FragmentID(key):        {Fragment: key},
			view.SlotID(sku, slot, key): {SKU: sku, Slot: slot, Fragment: key},
		} {
			if got, ok := view.ReadID(id); !ok || got != want {
				t.Errorf("%s names %+v, %t; want %+v", id, got, ok, want)
			}
			if strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Errorf("%s is no plain word", id)
			}
		}
	})
}

// idOf makes the id of what a name names.
func idOf(name view.NodeName) string {
	switch {
	case name.Fragment == "":
		return view.ProductID(name.SKU)
	case name.SKU == "":
		return view.FragmentID(name.Fragment)
	default:
		return view.SlotID(name.SKU, name.Slot, name.Fragment)
	}
}

func TestWhatIsNoId(t *testing.T) {
	raw := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for name, id := range map[string]string{
		"nothing":                         "",
		"no base64":                       "!!!",
		"a SKU as it is":                  "chair-1",
		"base64 with padding":             view.ProductID("a") + "=",
		"a line's end behind it":          view.ProductID("a") + "\n",
		"a line's end within it":          view.ProductID("abc")[:2] + "\n" + view.ProductID("abc")[2:],
		"bits that no text has":           view.ProductID("ab")[:5] + "j",
		"an unknown letter":               raw("x/a"),
		"a letter alone":                  raw("p"),
		"a product without a SKU":         raw("p/"),
		"a product of two":                raw("p/a/b"),
		"a fragment without a key":        raw("f/"),
		"a slot without a fragment":       raw("s/a/b"),
		"a slot with an empty fragment":   raw("s/a/b/"),
		"a slot with an empty SKU":        raw("s//b/c"),
		"a slot with nothing in it":       raw("s///"),
		"a slot of five":                  raw("s/a/b/c/d"),
		"an escape that is none":          raw("p/%zz"),
		"an escape of what needs none":    raw("p/%41"),
		"what needs an escape without it": raw("p/ä"),
		"JSON":                            raw(`{"sku":"a"}`),
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := view.ReadID(id); ok {
				t.Errorf("%q names %+v, whose id is %q", id, got, idOf(got))
			}
		})
	}
}

// FuzzReadID: whatever is taken for an id is the id of what it names, so that nothing has two.
func FuzzReadID(f *testing.F) {
	for _, id := range []string{"", "cC9h", view.ProductID("a/b"), view.FragmentID("%"), view.SlotID("a", "b", "c"), "cy9hL2Iv", "cC8lNDE", "cC9h\n"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if name, ok := view.ReadID(id); ok && idOf(name) != id {
			t.Errorf("%q is taken for %+v, whose id is %q", id, name, idOf(name))
		}
	})
}
