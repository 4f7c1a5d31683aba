package direct

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"
)

// Package internal/directgen/small compares all the rest.
func TestTextsAreWrittenAsGqlgenDoes(t *testing.T) {
	check := func(t rapid.TB, text string) {
		w, want := &Writer{}, strings.Builder{}
		graphql.MarshalString(text).MarshalGQL(&want)
		if w.Text(text); string(w.bytes) != want.String() {
			t.Errorf("%q is %s, and gqlgen's %s", text, w.bytes, want.String())
		}
	}
	for c := range 256 {
		check(t, "a"+string([]byte{byte(c)})+"b")
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "text")) })
}

func BenchmarkText(b *testing.B) {
	w := &Writer{}
	for b.Loop() {
		w.bytes = w.bytes[:0]
		w.Text("Ein Wasserkocher aus Edelstahl, der nach neunzig Sekunden \"Bitte\" sagt, und nicht mehr.")
	}
}
