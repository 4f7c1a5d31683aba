package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"unisono/internal/mongotest"
)

// A request that comes again is answered from what is kept, and yet as if it were the first: for who asks, in the form that they take, and refused where it is to be refused.
func TestARequestThatComesAgain(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), nil)
	h.loadDemoCatalogue(t)
	found := func() uint64 { return h.cache.Stats().Views["answers"].Hits }
	const text = `query Again($sku: ID!) { product(sku: $sku) { name fragments(slots: ["intro"]) { title } } }`
	body := fmt.Sprintf(`{"query": %q, "variables": {"sku": "LUMA-2"}}`, text)
	headers := map[string]string{"Content-Type": "application/json"}
	post := func(change map[string]string) answer {
		sent := map[string]string{}
		for _, of := range []map[string]string{headers, change} {
			for name, value := range of {
				sent[name] = value
			}
		}
		return do(t, http.MethodPost, h.url+"/graphql", body, sent)
	}
	first := post(nil)
	before := found()
	if second := post(nil); string(second.body) != string(first.body) || second.status != http.StatusOK || found() != before+1 {
		t.Errorf("%d %s\nafter %s; %d were found", second.status, second.body, first.body, found()-before)
	}
	if !strings.Contains(h.log.String(), `"operation":"query Again"`) {
		t.Error("the log does not say what was asked again")
	}
	if got := post(map[string]string{"Accept": "application/graphql-response+json"}); string(got.body) != string(first.body) || !strings.HasPrefix(got.header.Get("Content-Type"), "application/graphql-response+json") {
		t.Errorf("in the other form: %v %s", got.header, got.body)
	}
	if got := post(map[string]string{"Accept-Language": "de"}); string(got.body) == string(first.body) || !strings.Contains(string(got.body), "Luma 2") {
		t.Errorf("in another language: %s", got.body)
	}
	for name, test := range map[string]struct {
		headers map[string]string
		status  int
		says    string
	}{
		"another content type":                  {map[string]string{"Content-Type": "text/plain"}, http.StatusUnsupportedMediaType, "application/json is expected"},
		"a form that is none":                   {map[string]string{"Accept": "image/png"}, http.StatusNotAcceptable, "nothing that the Accept header names"},
		"a key that nobody has":                 {map[string]string{"Authorization": "Bearer nobody"}, http.StatusUnauthorized, "nobody has this API key"},
		"a channel that is none":                {map[string]string{"Unisono-Channel": "nowhere"}, http.StatusOK, "nowhere"},
		"an audience that is not for everybody": {map[string]string{"Unisono-Audience": "dealer"}, http.StatusOK, "header Unisono-Audience"},
		"who wants it made anew":                {map[string]string{"Cache-Control": "no-store, No-Cache"}, http.StatusOK, "Luma 2"},
		"who wants to know the context":         {map[string]string{"Unisono-Echo": "context"}, http.StatusOK, `"audience":"consumer"`},
	} {
		before := found()
		if got := post(test.headers); got.status != test.status || !strings.Contains(string(got.body), test.says) || found() != before {
			t.Errorf("%s: %d %s, %d found", name, got.status, got.body, found()-before)
		}
	}

	byGet := h.url + "/graphql?" + url.Values{"query": {text}, "variables": {`{"sku": "LUMA-2"}`}}.Encode()
	if got := do(t, http.MethodGet, byGet, "", nil); string(got.body) != string(first.body) {
		t.Errorf("by GET: %s", got.body)
	}
	before = found()
	if got := do(t, http.MethodGet, byGet, "", nil); string(got.body) != string(first.body) || found() != before+1 {
		t.Errorf("by GET again: %s, %d found", got.body, found()-before)
	}
	madeEachTime(t, h)
}

// madeEachTime checks that what is not of the content alone is not kept.
func madeEachTime(t *testing.T, h *house) {
	t.Helper()
	for name, question := range map[string]asked{
		"who asks":            {Query: `{ caller { name } }`, Key: technicianKey},
		"problems":            {Query: `{ problems { key } }`, Key: editorKey},
		"gaps":                {Query: `{ contentGaps(first: 1) { nodes { product { sku } } } }`, Key: editorKey},
		"the log of writes":   {Query: `{ audit(first: 1) { nodes { key } } }`, Key: adminKey},
		"keys":                {Query: `{ keys { name } }`, Key: adminKey},
		"a preview":           {Query: `query @inContext(preview: true) { product(sku: "LUMA-2") { name } }`, Key: editorKey},
		"another moment":      {Query: `query @inContext(at: "2027-01-01T00:00:00Z") { product(sku: "LUMA-2") { name } }`, Key: editorKey},
		"the moment":          {Query: `{ context { at } }`},
		"where it comes from": {Query: `{ context { origins { source } } }`},
		"what went wrong":     {Query: `{ product { name } }`},
	} {
		h.send(t, question)
		before := h.cache.Stats().Views["answers"].Hits
		h.send(t, question)
		if h.cache.Stats().Views["answers"].Hits != before {
			t.Errorf("%s is kept", name)
		}
	}
}
