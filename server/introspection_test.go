package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unisono/fault"
	"unisono/server"
)

func asAdmin() []string { return []string{"Authorization", "Bearer " + adminKey} }

func withoutIntrospection(c *server.Config) { c.Limits.NoIntrospection = true }

// tools are the queries for the whole schema that people's tools send, by their names.
func tools(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("testdata/introspection/*.graphql")
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	queries := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		queries[filepath.Base(name)] = string(text)
	}
	return queries
}

// What tools send passes with the default limits, and there is room for a schema that grows to twice its size.
func TestToolsGetTheWholeSchema(t *testing.T) {
	half := open(t, func(c *server.Config) { c.Limits.Cost = 25_000 })
	for name, query := range tools(t) {
		for _, h := range []*house{open(t, nil), half} {
			got := h.query(t, query)
			said := struct {
				Data struct {
					Schema struct{ Types []struct{ Name string } } `json:"__schema"`
				}
			}{}
			if err := json.Unmarshal([]byte(got.body), &said); err != nil || len(said.Data.Schema.Types) < 90 || len(got.failures(t)) > 0 {
				t.Errorf("%s: %v, %d types, %.300s", name, err, len(said.Data.Schema.Types), got.body)
			}
		}
	}
}

// With introspection switched off, the schema is for those who may do what an admin does.
func TestIntrospectionSwitchedOff(t *testing.T) {
	h := open(t, withoutIntrospection)
	queries := tools(t)
	for name, query := range map[string]string{
		"the schema":                     `{ __schema { types { name } } }`,
		"a type":                         `{ channels { key } x: __type(name: "Product") { name } }`,
		"in a fragment":                  `{ ...f } fragment f on Query { ... on Query { ...g } } fragment g on Query { __schema { queryType { name } } }`,
		"in a fragment, perhaps":         `query ($no: Boolean = false) { __schema @include(if: $no) { queryType { name } } }`,
		"behind others":                  `{ channels { key } audiences { key } ...f ...f } fragment f on Query { __type(name: "X") { name } }`,
		"of which there may be too much": `{` + aliases(150, func(i int) string { return fmt.Sprintf(" a%d: __schema { types { fields { name } } }", i) }) + `}`,
	} {
		queries[name] = query
	}
	for name, query := range queries {
		for _, key := range []string{"", guestKey} {
			headers := []string{}
			if key != "" {
				headers = append(headers, "Authorization", "Bearer "+key)
			}
			h.query(t, query, headers...).refused(t, 200, validationFailed, "__schema and __type")
			h.query(t, query, append(headers, "Accept", newer)...).refused(t, 400, validationFailed, "__schema and __type")
		}
		if got := h.query(t, query, asAdmin()...); !strings.HasPrefix(name, "of which") && len(got.failures(t)) > 0 {
			t.Errorf("%s, for the admin: %.300s", name, got.body)
		}
	}
	h.query(t, `{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }`).refused(t, 200, validationFailed, "introspection depth")
	if got := h.query(t, `{ __typename product(sku: "A") { __typename } }`); got.body != `{"data":{"__typename":"Query","product":{"__typename":"Product"}}}` {
		t.Errorf("__typename: %s", got.body)
	}
}

// A misspelt name is answered with those that may have been meant, which would show the schema bit by bit (S10).
func TestHintsShowNothingOfTheSchema(t *testing.T) {
	off, on := open(t, withoutIntrospection), open(t, nil)
	for _, test := range []struct{ name, query, hint string }{ // no hint: there never is one
		{"a field", `{ product(sku: "A") { nam } }`, `"name"`},
		{"several fields to choose from", `{ product(sku: "A") { fragmen } }`, ` or `},
		{"a field of another type", `{ node(id: "x") { sku } }`, `inline fragment on "Product"`},
		{"an argument", `{ product(sk: "A") { name } }`, `"sku"`},
		{"an argument of a directive", `query @inContext(channl: "site") { channels { key } }`, `"channel"`},
		{"a directive", `query @inContex(channel: "site") { channels { key } }`, ""},
		{"a type of a fragment", `{ product(sku: "A") { ...f } } fragment f on Produc { name }`, `"Product"`},
		{"a type of an inline fragment", `{ product(sku: "A") { ... on Produc { name } } }`, ""},
		{"a type of a variable", `query ($x: Produc) { products(filter: $x) { totalCount } }`, ""},
		{"an enum value", `{ products(order: SKUU) { totalCount } }`, `"SKU"`},
		{"an enum value as text", `{ products(order: "SKUU") { totalCount } }`, `"SKU"`},
		{"an input field", `{ products(filter: {famili: ["x"]}) { totalCount } }`, `"families"`},
		{"an input field of a directive", `query @inContext(with: {chanel: "site"}) { channels { key } }`, `"channel"`},
		{"no selection", `{ channels }`, `"channels { ... }"`},
		{"several mistakes", `{ product(sk: "A") { nam } products(order: SKUU) { totalCount } }`, `"sku"`},
		{"a hint in what is sent", `{ products(order: "a. Did you mean SKUU?") { totalCount } }`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, headers := range map[string][]string{"nobody": nil, "guest": {"Authorization", "Bearer " + guestKey}} {
				got := off.query(t, test.query, headers...)
				for _, failure := range got.failures(t) {
					if failure.Extensions.Code != string(validationFailed) || strings.HasSuffix(failure.Message, "?") || test.hint != "" && strings.Contains(failure.Message, "Did you mean") {
						t.Errorf("%s: %+v", name, failure)
					}
				}
				if len(got.failures(t)) == 0 {
					t.Errorf("%s: %s", name, got.body)
				}
			}
			for _, got := range []answer{on.query(t, test.query), off.query(t, test.query, asAdmin()...)} {
				if text := fmt.Sprint(got.failures(t)); !strings.Contains(text, test.hint) || test.hint != "" && !strings.Contains(text, "Did you mean") {
					t.Errorf("no hint of %s: %s", test.hint, text)
				}
			}
		})
	}
}

func TestVariablesGiveNoHints(t *testing.T) {
	off := open(t, withoutIntrospection)
	for _, request := range []string{
		`{"query": "query ($x: ProductFilter) { products(filter: $x) { totalCount } }", "variables": {"x": {"famili": ["x"]}}}`,
		`{"query": "query ($x: ProductOrder) { products(order: $x) { totalCount } }", "variables": {"x": "SKUU"}}`,
		`{"query": "query ($x: ContextInput) @inContext(with: $x) { channels { key } }", "variables": {"x": {"chanel": "site"}}}`,
		`{"query": "{ channels { key } }", "extensions": {"context": {"chanel": "site"}}}`,
	} {
		got := off.send(t, "POST", "/graphql", request)
		failures := got.failures(t)
		if len(failures) != 1 || strings.Contains(strings.ToLower(failures[0].Message), "did you mean") || strings.Contains(got.body, "families") {
			t.Errorf("%s: %s", request, got.body)
		}
	}
}

// Lists of the schema in each other grow with every level; two are enough for every tool (S9).
func TestTheSchemaIsNotAskedForTooDeeply(t *testing.T) {
	h := open(t, nil)
	for name, query := range map[string]string{
		"fields":          `{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }`,
		"of one type":     `{ __type(name: "Product") { fields { type { fields { type { fields { name } } } } } } }`,
		"aliases":         `{ __schema { types { a: fields { type { b: fields { type { c: fields { name } } } } } } } }`,
		"of each kind":    `{ __schema { types { fields { args { type { inputFields { type { interfaces { name } } } } } } } } }`,
		"possible types":  `{ __schema { types { possibleTypes { interfaces { possibleTypes { name } } } } } }`,
		"fragments":       `{ __schema { types { ...f } } } fragment f on __Type { fields { type { ...g } } } fragment g on __Type { fields { type { ...h } } } fragment h on __Type { fields { name } }`,
		"inline fragment": `{ __schema { types { ... on __Type { fields { type { ... { fields { type { ... { fields { name } } } } } } } } } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			h.query(t, query).refused(t, 200, fault.LimitExceeded, "too deeply")
			h.query(t, query, "Accept", newer).refused(t, 400, fault.LimitExceeded, "too deeply")
		})
	}
	if got := h.query(t, `{ __type(name: "Product") { fields { type { fields { type { ofType { ofType { name } } } } } } } }`); len(got.failures(t)) > 0 {
		t.Errorf("two in each other: %.300s", got.body)
	}
}

// What is asked of the schema costs one for each field of the answer, to the letter: what costs as much as is taken passes, and one more does not.
func TestTheSchemaCostsWhatTheAnswerHas(t *testing.T) {
	for name, query := range map[string]string{
		"everything once":  `{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { name fields(includeDeprecated: true) { name args(includeDeprecated: true) { type { kind ofType { kind ofType { kind } } } } type { name } } } } }`,
		"the other lists":  `{ __schema { types { inputFields(includeDeprecated: true) { type { name } } enumValues(includeDeprecated: true) { name } interfaces { name } possibleTypes { name } } directives { name args(includeDeprecated: true) { name } } } }`,
		"one type by name": `query ($name: String = "Product") { __type(name: $name) { fields(includeDeprecated: true) { name type { fields(includeDeprecated: true) { name } } } } }`,
		"no such type":     `{ __type(name: "Nothing") { fields { name } } channels { key } }`,
	} {
		t.Run(name, func(t *testing.T) {
			got := open(t, nil).query(t, query)
			said := struct{ Data any }{}
			if err := json.Unmarshal([]byte(got.body), &said); err != nil || len(got.failures(t)) > 0 {
				t.Fatalf("%v %.300s", err, got.body)
			}
			cost := keys(said.Data)
			if name == "no such type" {
				cost = 5 // the answer of channels is no part of the schema; what it costs is more than the two that are asked
			}
			if got := open(t, func(c *server.Config) { c.Limits.Cost = cost }).query(t, query); len(got.failures(t)) > 0 {
				t.Errorf("a cost of %d: %.300s", cost, got.body)
			}
			if name != "no such type" {
				open(t, func(c *server.Config) { c.Limits.Cost = cost - 1 }).query(t, query).refused(t, 200, fault.LimitExceeded, "more of the schema")
			}
		})
	}
}

// keys counts the fields of all objects of an answer.
func keys(of any) int {
	total := 0
	switch of := of.(type) {
	case map[string]any:
		for _, value := range of {
			total += 1 + keys(value)
		}
	case []any:
		for _, value := range of {
			total += keys(value)
		}
	}
	return total
}
