package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"unisono/fault"
)

// Small requests that would take much to answer, or to refuse (S8). Each is one or the other at once: a quarter of a second is the most that any takes,
// and up to twenty times that where races are looked for.
const atOnce = 5 * time.Second

// aliases repeats a part of a document.
func aliases(count int, part func(i int) string) string {
	text := strings.Builder{}
	for i := range count {
		text.WriteString(part(i))
	}
	return text.String()
}

// bomb gives fragments of which each spreads the next one twice.
func bomb(deep int, on, leaf string) string {
	return aliases(deep-1, func(i int) string { return fmt.Sprintf(" fragment f%d on %s { ...f%d ...f%d }", i, on, i+1, i+1) }) +
		fmt.Sprintf(" fragment f%d on %s { %s }", deep-1, on, leaf)
}

func TestSmallRequestsThatWouldTakeMuch(t *testing.T) {
	h := open(t, nil)
	nested := func(deep int) string {
		return `{ product(sku: "A") {` + strings.Repeat(" parent {", deep) + ` sku` + strings.Repeat(" }", deep) + ` } }`
	}
	doubled := aliases(11, func(i int) string {
		return fmt.Sprintf(" fragment f%d on __Type { a: ofType { ...f%d } b: ofType { ...f%d } }", i, i+1, i+1)
	}) + " fragment f11 on __Type { name }"
	for _, test := range []struct {
		name, query string
		code        fault.Kind // "" is answered
		says        string
	}{
		{"1,000 aliases of a field without a selection", `{` + aliases(1000, func(i int) string { return fmt.Sprintf(" a%d: __typename", i) }) + `}`, "", ""},
		{"1,000 aliases of a cheap field", `{` + aliases(1000, func(i int) string { return fmt.Sprintf(" a%d: channels { key }", i) }) + `}`, parseFailed, "token limit of 5000"},
		{"as many as are taken", `{` + aliases(800, func(i int) string { return fmt.Sprintf(" a%d: channels { key }", i) }) + `}`, "", ""},
		{"490 aliases of a costly field", `{` + aliases(490, func(i int) string { return fmt.Sprintf(" a%d: products { nodes { sku } }", i) }) + `}`, "", ""},
		{"300 aliases of a costlier one", `{` + aliases(300, func(i int) string { return fmt.Sprintf(" a%d: products(first: 100) { nodes { sku } }", i) }) + `}`, fault.LimitExceeded, "50000"},
		{"240 aliases of twenty facets of a list of nothing", `query ($keys: [ID!]! = ["` + strings.Repeat(`name", "`, 19) + `name"]) {` + aliases(240, func(i int) string {
			return fmt.Sprintf(" a%d: products(first: 0) { facets(keys: $keys) { totalCount } }", i)
		}) + `}`, fault.LimitExceeded, "200 facets"},
		{"as many facets as are taken", `{` + aliases(10, func(i int) string {
			return fmt.Sprintf(` a%d: products(first: 1) { facets(keys: ["name"%s]) { values { count } } }`, i, strings.Repeat(`, "name"`, 19))
		}) + `}`, "", ""},
		{"one facet more", `{ products { facets(keys: "name") { key } }` + aliases(10, func(i int) string {
			return fmt.Sprintf(` a%d: products(first: 1) { facets(keys: ["name"%s]) { values { count } } }`, i, strings.Repeat(`, "name"`, 19))
		}) + `}`, fault.LimitExceeded, "200 facets"},
		{"filters in a fragment that is spread often", `{` + strings.Repeat(" ...f", 5) + `} fragment f on Query { view(context: {}) { products(filter: {attributes: [` + strings.Repeat(`{key: "a", exists: true}`, 41) + `]}) { totalCount } } }`, fault.LimitExceeded, "200 facets"},
		{"filters in variables", `query ($f: ProductFilter = {attributes: [` + strings.Repeat(`{key: "a", exists: true}`, 41) + `]}) {` + aliases(5, func(i int) string {
			return fmt.Sprintf(" a%d: products(filter: $f) { totalCount }", i)
		}) + `}`, fault.LimitExceeded, "200 facets"},
		{"1,000 times the same field", `{` + strings.Repeat(" channels { key }", 1000) + `}`, "", ""},
		{"1,000 aliases in a fragment that is spread 500 times", `{` + strings.Repeat(" ...f", 500) + `} fragment f on Query {` + aliases(1000, func(i int) string { return fmt.Sprintf(" a%d: __typename", i) }) + `}`, fault.LimitExceeded, "50000 fields"},
		{"200 aliases that all spread 300 fields", `{` + aliases(200, func(i int) string { return fmt.Sprintf(" a%d: channels { ...f }", i) }) + `} fragment f on Channel {` + aliases(300, func(i int) string { return fmt.Sprintf(" b%d: key", i) }) + `}`, fault.LimitExceeded, "50000 fields"},
		{"fragments 14 deep", `{ ...f0 }` + bomb(14, "Query", "channels { key }"), "", ""},
		{"fragments 20 deep", `{ ...f0 }` + bomb(20, "Query", "channels { key }"), fault.LimitExceeded, "50000 fields"},
		{"fragments 400 deep", `{ ...f0 }` + bomb(400, "Query", "channels { key }"), fault.LimitExceeded, "50000 fields"},
		{"fragments 400 deep in a list of nothing", `{ products(first: 0) { nodes { ...f0 } } }` + bomb(400, "Product", "sku"), fault.LimitExceeded, "50000 fields"},
		{"fragments 400 deep in the schema", `{ __schema { types { ...f0 } } }` + bomb(400, "__Type", "name"), fault.LimitExceeded, "50000 fields"},
		{"fragments that double fields of the schema", `{ __schema { types { fields { args { type { ...f0 } } type { ...f0 } } } } }` + doubled, "", ""},
		{"fragments in a circle", `{ ...f } fragment f on Query { ...g ...g } fragment g on Query { ...f ...f }`, validationFailed, "itself"},
		{"330 aliases of the schema", `{` + aliases(330, func(i int) string { return fmt.Sprintf(" a%d: __schema { types { fields { name } } }", i) }) + `}`, fault.LimitExceeded, "more of the schema"},
		{"230 aliases of a type", `{` + aliases(230, func(i int) string {
			return fmt.Sprintf(` a%d: __type(name: "Product") { fields { type { kind ofType { name } } } }`, i)
		}) + `}`, "", ""},
		{"nested 1,000 deep", nested(1000), parseFailed, "nesting depth"},
		{"nested 990 deep", nested(990), "", ""},
		{"5,000 directives on one field", `{ channels ` + strings.Repeat("@include(if: true) ", 5000) + `{ key } }`, parseFailed, "token limit"},
		{"2,000 unknown directives on one field", `{ channels ` + strings.Repeat("@a ", 2000) + `{ key } }`, validationFailed, "@a"},
		{"as many directives as are taken", `{ channels ` + strings.Repeat("@include(if: true) ", 700) + `{ key } }`, validationFailed, "once"},
		{"1,000 variables that nothing uses", `query (` + aliases(1000, func(i int) string { return fmt.Sprintf("$v%d: ID ", i) }) + `) { channels { key } }`, validationFailed, "never used"},
		{"1,000 misspelt fields", `{` + aliases(1000, func(i int) string { return fmt.Sprintf(" a%d: chanels", i) }) + `}`, validationFailed, "Did you mean"},
		{"a name of 2 MB", `{ ...f } fragment f on ` + strings.Repeat("A", 2<<20-100) + ` { x }`, fault.LimitExceeded, "name of 2097052 bytes"},
		{"150 names as long as are taken", `{ channels { key } }` + aliases(150, func(i int) string { return fmt.Sprintf(" fragment f%d on %s { x }", i, strings.Repeat("A", 255)) }), validationFailed, "Unknown type"},
	} {
		t.Run(test.name, func(t *testing.T) {
			started := time.Now()
			got := h.query(t, test.query)
			took := time.Since(started)
			t.Logf("%s, %d bytes", took, len(got.body))
			if took > atOnce {
				t.Errorf("it took %s", took)
			}
			if test.code != "" && len(got.body) > 64<<10 {
				t.Errorf("it is refused in %d bytes", len(got.body))
			}
			failures := got.failures(t)
			switch {
			case test.code == "" && len(failures) > 0, test.code != "" && len(failures) == 0:
				t.Errorf("%d failures, want %q: %.300s", len(failures), test.code, got.body)
			case len(failures) > 0 && (failures[0].Extensions.Code != string(test.code) || !strings.Contains(failures[0].Message, test.says) || strings.Contains(got.body, `"data"`)):
				t.Errorf("%.300s; want %s that says %q", got.body, test.code, test.says)
			}
		})
	}
}

func TestVariablesByTheThousand(t *testing.T) {
	h := open(t, nil)
	used := `query (` + aliases(300, func(i int) string { return fmt.Sprintf("$v%d: ID! ", i) }) + `) {` + aliases(200, func(i int) string { return fmt.Sprintf(" a%d: node(id: $v%d) { id }", i, i) }) + ` nodes(ids: [` + aliases(100, func(i int) string { return fmt.Sprintf("$v%d ", 200+i) }) + `]) { id } }`
	values := aliases(300, func(i int) string { return fmt.Sprintf(`"v%d": "x", `, i) }) + aliases(10_000, func(i int) string { return fmt.Sprintf(`"w%d": {}, `, i) })
	started := time.Now()
	got := h.send(t, http.MethodPost, "/graphql", fmt.Sprintf(`{"query": %q, "variables": {%s "x": 1}}`, used, values))
	if took := time.Since(started); took > atOnce || got.status != http.StatusOK || !strings.Contains(got.body, `"a199":null,"nodes":[null`) {
		t.Errorf("%s: %d %.300s", took, got.status, got.body)
	}
}

// A list in a variable is read wherever the variable is given: a hundred times a million items are neither read nor kept.
func TestListsInVariablesCountWhereverTheyAreGiven(t *testing.T) {
	h := open(t, nil)
	ask := func(places, items int, as string) answer {
		query := `query ($k: [ID!]) {` + aliases(places, func(i int) string { return fmt.Sprintf(` a%d: product(sku: "x") { `+as+` }`, i) }) + ` }`
		return h.send(t, http.MethodPost, "/graphql", fmt.Sprintf(`{"query": %q, "variables": {"k": [%s"x"]}}`, query, strings.Repeat(`"x",`, items-1)))
	}
	for _, as := range []string{`attributes(keys: $k) { key }`, `fragments(slots: $k) { key }`, `parent { attributes(groups: $k) { key } }`} {
		started := time.Now()
		failures := ask(100, 400_000, as).failures(t)
		if took := time.Since(started); took > atOnce || len(failures) != 1 || failures[0].Extensions.Code != string(fault.LimitExceeded) || !strings.Contains(failures[0].Message, "25000 items") {
			t.Errorf("%s: %s %v", as, took, failures)
		}
		if failures := ask(100, 250, as).failures(t); len(failures) > 0 {
			t.Errorf("%s: as many as are taken: %v", as, failures)
		}
	}
}

// Several operations in one request are not taken: one answer has one context, one cost and one time.
func TestBatchesAreNotTaken(t *testing.T) {
	one := body(t, `{ channels { key } }`)
	h := open(t, nil)
	for name, batch := range map[string]string{
		"one":   `[` + one + `]`,
		"1,000": `[` + strings.Repeat(one+",", 999) + one + `]`,
		"none":  ` []`,
	} {
		t.Run(name, func(t *testing.T) {
			h.send(t, http.MethodPost, "/graphql", batch).refused(t, http.StatusBadRequest, fault.BadUserInput, "one operation is expected")
		})
	}
}
