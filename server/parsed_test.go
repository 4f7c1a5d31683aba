package server

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// C15: what strangers send is kept in a bounded number of bytes, and what is asked for again and again stays.
func TestWhatIsKeptParsedIsBounded(t *testing.T) {
	for name, test := range map[string]struct{ length, most int }{
		"short": {20, parsedOperations}, "usual": {2000, parsedBytes / 2000}, "long": {parsedBytes / 16, 16}, "too long": {parsedBytes/16 + 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p, hot, document := newParsed(), "{ hot }", &ast.QueryDocument{}
			p.Add(t.Context(), hot, document)
			for i := range 3 * parsedOperations {
				text := strings.Repeat(" ", test.length-4) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
				for range 2 { // two who sent it at the same time both add it
					p.Add(t.Context(), text+"x", document)
				}
				if _, is := p.Get(t.Context(), hot); !is {
					t.Fatalf("after %d others what is asked for all the time is forgotten", i)
				}
			}
			sum := 0
			for _, text := range p.documents.kept.Keys() {
				sum += len(text)
			}
			if kept := p.documents.kept.Len(); sum != p.documents.bytes || sum > parsedBytes || kept > test.most+1 || kept < test.most-1 {
				t.Errorf("%d are kept with %d bytes, counted as %d; want some %d with %d at the most", kept, sum, p.documents.bytes, test.most, parsedBytes)
			}
		})
	}
}
