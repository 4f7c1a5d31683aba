package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// asEditor sends an operation with variables under the demo's editor key and gives the answer's data.
func asEditor(t *testing.T, address, query string, variables map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	answer := struct {
		Data   map[string]any
		Errors []any
	}{}
	ask(t, address, "demo-editor", string(body), &answer)
	if len(answer.Errors) > 0 {
		t.Fatalf("%s: %v", query, answer.Errors)
	}
	return answer.Data
}

const writeFragments = `mutation($f: [FragmentInput!]!) { upsertFragments(fragments: $f) { written userErrors { path code message } } }`

// TestTextsSpeakOfTheProductTheyStandOn: one fragment in the slots of two products says what each has, as the reader's language writes it.
func TestTextsSpeakOfTheProductTheyStandOn(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	asEditor(t, address, writeFragments, map[string]any{"f": []any{map[string]any{
		"key": "facts", "kind": "FEATURE", "state": "PUBLISHED", "variants": []any{map[string]any{
			"id": "all", "title": `{{attribute "weight"}} exactly`, "body": `It weighs **{{attribute "weight"}}**{{attribute "nonsense"}}. <script>x</script> [no](javascript:x) [yes](https://kavra.example/)`,
		}},
	}}})
	asEditor(t, address, `mutation($p: [ProductInput!]!) { upsertProducts(products: $p) { written userErrors { path } } }`, map[string]any{"p": []any{
		map[string]any{"sku": "T1", "state": "PUBLISHED", "fragments": []any{map[string]any{"slot": "facts", "fragment": "facts"}}, "attributes": []any{map[string]any{"key": "weight", "value": 1234.5, "unit": "kg"}}},
		map[string]any{"sku": "T2", "state": "PUBLISHED", "fragments": []any{map[string]any{"slot": "facts", "fragment": "facts"}}, "attributes": []any{map[string]any{"key": "weight", "value": 7, "unit": "kg"}}},
	}})
	data := asEditor(t, address, `query @inContext(locale: "da") {
		t1: product(sku: "T1") { attribute(key: "weight") { text } fragment(slot: "facts") { id title body html: body(format: HTML) plain: body(format: PLAIN) } en: in(context: {locale: "en"}) { fragment(slot: "facts") { plain: body(format: PLAIN) } } }
		t2: product(sku: "T2") { fragment(slot: "facts") { id plain: body(format: PLAIN) } }
		alone: fragment(key: "facts") { id plain: body(format: PLAIN) }
	}`, nil)
	t1 := data["t1"].(map[string]any)
	one := t1["fragment"].(map[string]any)
	for what, is := range map[string][2]any{
		"text":            {t1["attribute"].(map[string]any)["text"], "1.234,5 kg"},
		"title":           {one["title"], "1.234,5 kg exactly"},
		"HTML":            {strings.Contains(one["html"].(string), "<strong>1.234,5 kg</strong>. "), true},
		"no script":       {strings.Contains(one["html"].(string), "script"), false},
		"a link":          {strings.Contains(one["html"].(string), `<a href="https://kavra.example/"`), true},
		"no placeholder":  {strings.Contains(one["body"].(string), "{{"), false},
		"in English":      {strings.HasPrefix(t1["en"].(map[string]any)["fragment"].(map[string]any)["plain"].(string), "It weighs 1,234.5 kg. "), true},
		"the other":       {strings.HasPrefix(data["t2"].(map[string]any)["fragment"].(map[string]any)["plain"].(string), "It weighs 7 kg. "), true},
		"an id for each":  {one["id"] == data["t2"].(map[string]any)["fragment"].(map[string]any)["id"] || one["id"] == data["alone"].(map[string]any)["id"], false},
		"alone it has no": {strings.HasPrefix(data["alone"].(map[string]any)["plain"].(string), "It weighs"), true},
	} {
		if is[0] != is[1] {
			t.Errorf("%s: %v, want %v in %v", what, is[0], is[1], data)
		}
	}
}

// TestReferencesThatGoRoundEnd: they end where they would come back, and are reported.
func TestReferencesThatGoRoundEnd(t *testing.T) {
	t.Parallel()
	g, address := demoGateway(t)
	fragment := func(key string, references ...string) map[string]any {
		return map[string]any{"key": key, "kind": "STORY", "state": "PUBLISHED", "references": references, "variants": []any{map[string]any{"id": "v", "title": key}}}
	}
	asEditor(t, address, writeFragments, map[string]any{"f": []any{fragment("a", "b", "a"), fragment("b", "c"), fragment("c", "a", "b")}})
	data := asEditor(t, address, `{ fragment(key: "a") { references { key references { key references { key references { key } } } } } }`, nil)
	written, err := json.Marshal(data)
	if want := `{"fragment":{"references":[{"key":"b","references":[{"key":"c","references":[]}]}]}}`; err != nil || string(written) != want {
		t.Errorf("it gives %s, want %s", written, want)
	}
	round := map[string]bool{}
	for _, problem := range g.catalogue.Snapshot().Broken(time.Now()) {
		round[problem.Key] = strings.Contains(problem.Reason, "lead back")
	}
	if !round["a"] || !round["b"] || !round["c"] || round["descaling"] {
		t.Errorf("nobody is told: %v", round)
	}
}

// TestPlaceholdersAreCheckedWhenTheyAreWritten names the place of one that is not right.
func TestPlaceholdersAreCheckedWhenTheyAreWritten(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	data := asEditor(t, address, writeFragments, map[string]any{"f": []any{map[string]any{
		"key": "wrong", "kind": "STORY", "variants": []any{map[string]any{"id": "v", "title": "x", "body": `{{atribute "x"}}`}},
	}}})
	payload := data["upsertFragments"].(map[string]any)
	found, _ := json.Marshal(payload["userErrors"])
	if payload["written"] != 0.0 || !strings.Contains(string(found), `"path":["fragments","0","variants","0","body"]`) || !strings.Contains(string(found), "INVALID") {
		t.Errorf("%v: %s", payload["written"], found)
	}
}

// TestProblemsAreListedForAdministratorsAlone: what could not be shown as it is written is there until it is mended.
func TestProblemsAreForAdministratorsAlone(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	for _, key := range []string{"", "demo-technician", "demo-editor"} {
		answer := struct {
			Errors []struct{ Extensions struct{ Code string } }
		}{}
		ask(t, address, key, `{"query": "{ problems { key } }"}`, &answer)
		want := "FORBIDDEN"
		if key == "" {
			want = "UNAUTHENTICATED"
		}
		if len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != want {
			t.Errorf("%q: %+v, want %s", key, answer.Errors, want)
		}
	}
}

// TestTransitionsMoveWhatTheyName takes a product from the site and brings it back.
func TestTransitionsMoveWhatTheyName(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	data := asEditor(t, address, `{ product(sku: "JUG-350") { id } fragment(key: "descaling") { id } }`, nil)
	ids := []any{data["product"].(map[string]any)["id"], data["fragment"].(map[string]any)["id"], "nonsense"}
	move := func(to string) string {
		data := asEditor(t, address, `mutation($ids: [ID!]!, $to: WorkflowState!) { transition(ids: $ids, to: $to) { nodes { id ... on Product { state } } userErrors { path code } } }`, map[string]any{"ids": ids, "to": to})
		written, _ := json.Marshal(data["transition"])
		return string(written)
	}
	there := func() bool {
		data := asEditor(t, address, `{ product(sku: "JUG-350") { id } fragment(key: "descaling") { id } products { nodes { sku } } }`, nil)
		return data["product"] != nil && data["fragment"] != nil
	}
	if got := move("ARCHIVED"); there() || !strings.Contains(got, `"nodes":[null,null,null]`) || !strings.Contains(got, `["ids","2"]`) {
		t.Errorf("archived: %s", got)
	}
	if got := move("PUBLISHED"); there() || strings.Count(got, "INVALID") != 2 {
		t.Errorf("from the archive straight to the site: %s", got)
	}
	move("DRAFT")
	if got := move("PUBLISHED"); !there() || !strings.Contains(got, `"state":"PUBLISHED"`) {
		t.Errorf("back: %s", got)
	}
}
