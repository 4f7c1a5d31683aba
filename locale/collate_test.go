package locale_test

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"unisono/locale"
)

func sorted(c *locale.Collator, words string) string {
	list := strings.Fields(words)
	slices.SortStableFunc(list, func(a, b string) int { return bytes.Compare(c.Key(a), c.Key(b)) })
	return strings.Join(list, " ")
}

func TestCollator(t *testing.T) {
	for _, test := range []struct {
		tag         locale.Tag
		words, want string
	}{
		{"da", "zebra Ål øl abe æble aal", "abe zebra æble øl Ål aal"},
		{"da-DK", "zebra ål abe", "abe zebra ål"},
		{"en", "zebra ål øl abe æble", "abe æble ål øl zebra"},
		{"en-GB", "zebra ål abe", "abe ål zebra"},
		{"de", "zebra öl ofen", "ofen öl zebra"},
		{"sv", "zebra öl ål äpple", "zebra ål äpple öl"},
		{"de", "ab äa ad", "äa ab ad"},
		{"de-u-co-phonebk", "ab äa ad af", "ab ad äa af"}, // ä as ae
		// Norwegian in all its tags: x/text itself sorts the first two by the root.
		{"nb", "zebra ål øl abe ære", "abe zebra ære øl ål"},
		{"no-NO", "zebra ål abe", "abe zebra ål"},
		{"nn", "zebra ål abe", "abe zebra ål"},
		{"es", "nz ñ o", "nz ñ o"},
		{"en-u-kn-true", "x2 x10", "x10 x2"}, // numeric order would be another order of English
		{"", "zebra ål abe", "abe ål zebra"},
		{"xx-yy-zz-1", "zebra ål abe", "abe ål zebra"},
	} {
		t.Run(string(test.tag)+" "+test.words, func(t *testing.T) {
			if got := sorted(locale.NewCollator(test.tag), test.words); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestKeysOfOneCharacterSpelledTwice(t *testing.T) {
	danish := locale.NewCollator("da")
	if !bytes.Equal(danish.Key("å"), danish.Key("a\u030a")) {
		t.Error("the composed and the decomposed å have different keys")
	}
	if bytes.Equal(danish.Key("å"), danish.Key("Å")) {
		t.Error("letter case makes no difference")
	}
}

func TestCollatorIsShared(t *testing.T) {
	danish := locale.NewCollator("da")
	words := strings.Fields("abe zebra æble øl Ål " + strings.Repeat("lang", 2000))
	want := make([][]byte, len(words))
	for i, word := range words {
		want[i] = locale.NewCollator("da").Key(word)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			kept := make([][]byte, len(words))
			for range 20 {
				for i, word := range words {
					kept[i] = danish.Key(word)
				}
			}
			for i, key := range kept {
				if !bytes.Equal(key, want[i]) {
					t.Errorf("the key of %.10s changed", words[i])
				}
			}
		})
	}
	wait.Wait()
}

func TestKeysDependOnTheTextAlone(t *testing.T) {
	danish := locale.NewCollator("da")
	rapid.Check(t, func(t *rapid.T) {
		text, other := rapid.String().Draw(t, "text"), rapid.String().Draw(t, "other")
		key := danish.Key(text)
		danish.Key(other)
		if !bytes.Equal(key, danish.Key(text)) || !bytes.Equal(key, locale.NewCollator("da-DK").Key(text)) {
			t.Errorf("%q has two keys", text)
		}
	})
}

func BenchmarkKey(b *testing.B) {
	danish := locale.NewCollator("da")
	for b.Loop() {
		danish.Key("Lænestol i eg, Æblegård 42")
	}
}
