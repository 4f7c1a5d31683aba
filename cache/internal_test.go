package cache

import (
	"context"
	"strings"
	"testing"
	"time"

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

// manyRules is what was read where many rules were asked.
type manyRules struct{ texts string }

func (r *manyRules) AppendKey(to []byte, context string) []byte {
	return append(append(to, r.texts...), context...)
}
func (r *manyRules) With(*manyRules) *manyRules { return r }
func (*manyRules) Until() time.Time             { return time.Time{} }
func (*manyRules) IsShareable() bool            { return true }
func (*manyRules) Rules() int                   { return 1 }

// Keys, which others keep too, are short, however long what a context says of many rules is; and yet each is another.
func TestKeysAreShort(t *testing.T) {
	c, err := New(Config{Size: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	made := MadeIn[string, *manyRules, string](c, "rules")
	read, at := &manyRules{strings.Repeat("a rule; ", 10_000)}, Moment{At: time.Unix(1, 0)}
	keys := map[string]bool{}
	for _, context := range []string{"yes", "no"} {
		made.Keep("question", context, at, "what is right for "+context, read)
		key, is := made.Key("question", context)
		if !is || len(key) > longestKey || keys[key] {
			t.Errorf("%s: a key of %d bytes, there: %t, another's: %t", context, len(key), is, keys[key])
		}
		keys[key] = true
	}
	for _, context := range []string{"yes", "no"} {
		if found, _, is := made.Find("question", context, at, nil); !is || found != "what is right for "+context {
			t.Errorf("%s: %q, %t", context, found, is)
		}
	}
}
