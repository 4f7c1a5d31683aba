package server

import (
	"crypto/sha256"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// What is kept under a key stays as it is, and what was used is kept longer than what was not.
func TestRecent(t *testing.T) {
	r := newRecent(3, 80, func(_ int, text string) int { return len(text) })
	for i, text := range []string{"one", "two", "three"} {
		r.add(i, text)
	}
	r.add(0, "uno")
	r.add(3, "four")
	r.add(4, "123456") // longer than a sixteenth of all
	for i, want := range []string{"one", "", "three", "four", ""} {
		if got, is := r.get(i); got != want || is != (want != "") {
			t.Errorf("under %d is %q; want %q", i, got, want)
		}
	}
	if want := len("onethreefour"); r.bytes != want {
		t.Errorf("it counts %d bytes; want %d", r.bytes, want)
	}
}

// C15: whatever texts strangers send with their hashes, they are kept in a bounded number of bytes, and what is asked for all the time stays.
func TestWhatIsKeptByItsHashIsBounded(t *testing.T) {
	for name, length := range map[string]int{"short": 20, "usual": 2000, "long": persistedBytes / 16} {
		t.Run(name, func(t *testing.T) {
			p, hot := newPersisted(), "{ hot }"
			p.keep(sha256.Sum256([]byte(hot)), hot)
			for i := range min(2*persistedOperations, 4*persistedBytes/length) {
				text := fmt.Sprintf("%0*d", length, i)
				p.keep(sha256.Sum256([]byte(text)), text)
				if got, _ := p.texts.get(sha256.Sum256([]byte(hot))); got != hot {
					t.Fatalf("after %d others what is asked for all the time is forgotten", i)
				}
			}
			sum := 0
			for hash, text := range p.all() {
				sum += len(text)
				if sha256.Sum256([]byte(text)) != hash {
					t.Fatalf("%.20q is kept under the hash of another text", text)
				}
			}
			if most := min(persistedOperations, persistedBytes/length); sum != p.texts.bytes || sum > persistedBytes || p.texts.kept.Len() > most+1 || p.texts.kept.Len() < most-1 {
				t.Errorf("%d texts are kept with %d bytes, counted as %d; want some %d with %d at the most", p.texts.kept.Len(), sum, p.texts.bytes, most, persistedBytes)
			}
		})
	}
}

func (p persisted) all() map[textHash]string {
	texts := map[textHash]string{}
	for _, hash := range p.texts.kept.Keys() {
		texts[hash], _ = p.texts.kept.Peek(hash)
	}
	return texts
}

// C15: of an address nothing but the text is kept, however long the rest of it is.
func TestATextKeepsNothingOfItsAddress(t *testing.T) {
	const count, rest = 100, 500_000
	texts := []string{}
	before := heap()
	for i := range count {
		params, err := fromURL(httptest.NewRequestWithContext(t.Context(), "GET", fmt.Sprintf("/graphql?query={a%d}&rest=%s", i, strings.Repeat("x", rest)), nil))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, params.Query)
	}
	if grown := heap() - before; grown > count*rest/10 {
		t.Errorf("%d texts such as %s keep %d bytes", count, texts[0], grown)
	}
}

func heap() int {
	runtime.GC()
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc) //nolint:gosec // it fits
}
