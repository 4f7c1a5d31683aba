package cache

import (
	"context"
	"testing"

	"unisono/content"
)

// Hashes of two documents may be the same, if hardly ever. Then one of them is kept, and neither is given for the other.
func TestDocumentsWhoseHashesAreTheSame(t *testing.T) {
	c, err := New(Config{Size: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	documents := In(c, content.KindProduct, func(context.Context, []string) (map[string]string, error) {
		return map[string]string{"a": "what a is"}, nil
	})
	for _, other := range []*entry{{kind: content.KindProduct, key: "b", value: "what b is"}, {kind: content.KindFragment, key: "a", value: "another a"}} {
		c.kept.Set(uint64(placeOf(content.KindProduct, "a")), other, 100)
		c.kept.Wait()
		found, err := documents.Load(t.Context(), []string{"a"})
		if err != nil || found["a"] != "what a is" {
			t.Errorf("it gives %q, %v", found["a"], err)
		}
	}
}
