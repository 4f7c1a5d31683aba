package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/targeting"
)

// What is known of requests takes no more memory than is counted, whatever they say of the reader.
func TestWhatIsKnownOfRequestsIsCounted(t *testing.T) {
	for name, one := range map[string]func(i int) string{
		"facts":         func(i int) string { return fmt.Sprintf(`"%x":%d`, i, i%10) },
		"lists":         func(i int) string { return fmt.Sprintf(`"%x":[]`, i) },
		"objects":       func(i int) string { return fmt.Sprintf(`"%x":{}`, i) },
		"one long list": func(i int) string { return fmt.Sprintf(`"%x":[%s0]`, i, strings.Repeat("0,", 1900)) },
		"many objects":  func(i int) string { return fmt.Sprintf(`"%x":[%s0]`, i, strings.Repeat(`{"a":0},`, 390)) },
	} {
		const requests = 40
		read := func() int64 {
			runtime.GC()
			runtime.GC()
			stats := runtime.MemStats{}
			runtime.ReadMemStats(&stats)
			return int64(stats.HeapAlloc) //nolint:gosec // no heap is so large
		}
		known, before := newKnown(), read()
		for request := range requests {
			facts := []string{}
			for i, length := 0, 0; length < 12<<10; i++ {
				facts = append(facts, one(i))
				length += len(facts[i]) + 1
			}
			raw := fmt.Sprintf(`{"query":"{__typename}","extensions":{"context":{"traits":{%s}}}}%d`, strings.Join(facts, ","), request)
			of := &arrival{raw: []byte(raw)}
			of.hash = hashOf(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", nil), of.raw)
			given := map[string]any{}
			decoder := json.NewDecoder(strings.NewReader(raw[strings.Index(raw, `{"traits"`):]))
			decoder.UseNumber()
			if err := decoder.Decode(&given); err != nil {
				t.Fatal(err)
			}
			by := said{extension: targeting.Ask{Place: func(argument string) string { return argument }}}
			if err := by.extension.Read(given); err != nil {
				t.Fatal(err)
			}
			known.learn(of, &graphql.OperationContext{RawQuery: "{__typename}", Operation: &ast.OperationDefinition{}}, "asked", by)
		}
		if took, counted := read()-before, int64(known.by.bytes); took > counted*11/10 || known.by.kept.Len() == 0 {
			t.Errorf("%s: of %d requests %d bytes are counted, and %d taken", name, known.by.kept.Len(), counted, took)
		}
		runtime.KeepAlive(known)
	}
}
