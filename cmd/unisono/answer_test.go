package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"unisono/internal/golden"
)

// answer is what a gateway sent back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// failure is an error as it stands in an answer.
type failure struct {
	Message    string
	Path       []any
	Extensions struct{ Code string }
}

func (a answer) part(t testing.TB, name string) json.RawMessage {
	t.Helper()
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(a.body, &parts); err != nil {
		t.Fatalf("%d, and no JSON object: %.500s", a.status, a.body)
	}
	return parts[name]
}

// data gives the data of an answer without errors.
func (a answer) data(t testing.TB) json.RawMessage {
	t.Helper()
	if failures := a.part(t, "errors"); failures != nil || a.status != http.StatusOK {
		t.Fatalf("%d %.2000s", a.status, a.body)
	}
	return a.part(t, "data")
}

// gives checks the whole data of an answer without errors.
func (a answer) gives(t testing.TB, want string) {
	t.Helper()
	if diff := cmp.Diff(golden.Decode(t, []byte(want)), golden.Decode(t, a.data(t))); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
}

// at gives the value at a path of names and places: "products.nodes.0.sku". A path that leads nowhere gives nil.
func (a answer) at(t testing.TB, path string) any {
	t.Helper()
	value := golden.Decode(t, a.data(t))
	for _, part := range strings.Split(path, ".") {
		switch in := value.(type) {
		case map[string]any:
			value = in[part]
		case []any:
			place, err := strconv.Atoi(part)
			if err != nil || place >= len(in) {
				return nil
			}
			value = in[place]
		default:
			return nil
		}
	}
	return value
}

// texts gives the members of this name of all objects in the list at a path.
func (a answer) texts(t testing.TB, path, member string) []string {
	t.Helper()
	list, _ := a.at(t, path).([]any)
	texts := make([]string, len(list))
	for i, one := range list {
		object, _ := one.(map[string]any)
		texts[i], _ = object[member].(string)
	}
	return texts
}

func (a answer) failures(t testing.TB) []failure {
	t.Helper()
	failures := []failure{}
	if raw := a.part(t, "errors"); raw != nil {
		if err := json.Unmarshal(raw, &failures); err != nil {
			t.Fatal(err)
		}
	}
	return failures
}

// fails checks that there is exactly one error, with this code, and that its message says all this.
func (a answer) fails(t testing.TB, code string, says ...string) {
	t.Helper()
	failures := a.failures(t)
	if len(failures) != 1 || failures[0].Extensions.Code != code {
		t.Errorf("%.2000s\nwant one error of code %s", a.body, code)
		return
	}
	for _, word := range says {
		if !strings.Contains(failures[0].Message, word) {
			t.Errorf("%q; want it to say %q", failures[0].Message, word)
		}
	}
}

// without checks that none of these words stands anywhere in the answer, in whichever case.
func (a answer) without(t testing.TB, words ...string) {
	t.Helper()
	for _, word := range words {
		if bytes.Contains(bytes.ToLower(a.body), []byte(strings.ToLower(word))) {
			t.Errorf("%.3000s\nit has %q", a.body, word)
		}
	}
}

// userErrors gives the errors in content of a mutation's payload, each as "path CODE".
func (a answer) userErrors(t testing.TB, field string) []string {
	t.Helper()
	payload := map[string]struct {
		UserErrors []struct {
			Path    []string
			Code    string
			Message string
		}
	}{}
	if err := json.Unmarshal(a.data(t), &payload); err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, one := range payload[field].UserErrors {
		if one.Message == "" {
			t.Errorf("%v: no message", one.Path)
		}
		found = append(found, strings.Join(one.Path, ".")+" "+one.Code)
	}
	slices.Sort(found)
	return found
}

func same[T any](t testing.TB, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
