package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"unisono/fault"
	"unisono/server"
)

// The codes that GraphQL libraries give to documents that are not right.
const (
	parseFailed      fault.Kind = "GRAPHQL_PARSE_FAILED"
	validationFailed fault.Kind = "GRAPHQL_VALIDATION_FAILED"
)

func TestRequestsThatAreNotRight(t *testing.T) {
	h := open(t, nil)
	for _, test := range []struct {
		name, contentType, body string
		status                  int
		code                    fault.Kind
		says                    string
	}{
		{"a body of 5 MB", "", `{"query": "{ context { locale } }", "variables": {"x": "` + strings.Repeat("x", 5<<20) + `"}}`, 413, fault.LimitExceeded, "2097152 bytes"},
		{"no content type", " ", body(t, "{ context { locale } }"), 415, fault.BadUserInput, "Content-Type"},
		{"text", "text/plain", body(t, "{ context { locale } }"), 415, fault.BadUserInput, "Content-Type"},
		{"a bare document", "application/graphql", "{ context { locale } }", 415, fault.BadUserInput, "Content-Type"},
		{"another encoding", "application/json; charset=latin1", body(t, "{ context { locale } }"), 415, fault.BadUserInput, "UTF-8"},
		{"no JSON", "", "query { context { locale } }", 400, fault.BadUserInput, "not JSON at byte 1"},
		{"JSON that breaks off", "", `{"query": "{ context`, 400, fault.BadUserInput, "it breaks off"},
		{"more behind the JSON", "", body(t, "{ context { locale } }") + "}", 400, fault.BadUserInput, "not JSON"},
		{"no body", "", "", 400, fault.BadUserInput, "it breaks off"},
		{"a list, as of several requests", "", "[" + body(t, "{ context { locale } }") + "]", 400, fault.BadUserInput, "a JSON object with query"},
		{"invalid UTF-8", "", "{\"query\": \"{ product(sku: \\\"\xff\\\") { sku } }\"}", 400, fault.BadUserInput, "not valid UTF-8"},
		{"no query", "", `{"variables": {}}`, 400, fault.BadUserInput, "query: it is missing"},
		{"null as the query", "", `{"query": null}`, 400, fault.BadUserInput, "query: it is missing"},
		{"a blank query", "", `{"query": " \n"}`, 400, fault.BadUserInput, "query: it is missing"},
		{"a number as the query", "", `{"query": 5}`, 400, fault.BadUserInput, "query: a JSON number"},
		{"a list as the variables", "", `{"query": "{ context { locale } }", "variables": [1]}`, 400, fault.BadUserInput, "variables: a JSON array"},
		{"text as the extensions", "", `{"query": "{ context { locale } }", "extensions": "x"}`, 400, fault.BadUserInput, "extensions: a JSON string"},
		// What follows is well-formed as a request, so clients of application/json get 200.
		{"a syntax error", "", body(t, "{ context { locale }"), 200, parseFailed, "Expected"},
		{"an unknown field", "", body(t, "{ nothing }"), 200, validationFailed, "nothing"},
		{"several operations and no name", "", body(t, "query A { context { locale } } query B { context { locale } }"), 200, validationFailed, "operation"},
		{"a name that no operation has", "", `{"query": "query A { context { locale } }", "operationName": "B"}`, 200, validationFailed, "B"},
		{"a variable of another type", "", `{"query": "query ($sku: ID) { product(sku: $sku) { sku } }", "variables": {"sku": {"a": 1}}}`, 200, validationFailed, "ID"},
		{"20,000 tokens", "", body(t, "{"+strings.Repeat(" context { locale }", 5000)+" }"), 200, parseFailed, "5000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			headers := []string{}
			if test.contentType != "" {
				headers = []string{"Content-Type", strings.TrimSpace(test.contentType)}
			}
			got := h.send(t, http.MethodPost, "/graphql", test.body, headers...)
			got.refused(t, test.status, test.code, test.says)
			if kind := got.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
				t.Errorf("the content type is %q", kind)
			}
		})
	}
}

func TestMessagesBeginWithWords(t *testing.T) {
	h := open(t, nil)
	got := h.send(t, http.MethodPost, "/graphql", `[]`)
	if strings.Contains(got.body, "(:") {
		t.Errorf("a place without a name: %s", got.body)
	}
}

func TestRequestsThatAreRight(t *testing.T) {
	h := open(t, nil)
	const want = `{"data":{"product":{"name":"Anvil"}}}`
	for name, got := range map[string]answer{
		"POST":                h.query(t, `{ product(sku: "A") { name } }`),
		"POST in UTF-8":       h.query(t, `{ product(sku: "A") { name } }`, "Content-Type", "application/json; charset=UTF-8"),
		"null equals absence": h.send(t, http.MethodPost, "/graphql", `{"query": "{ product(sku: \"A\") { name } }", "operationName": null, "variables": null, "extensions": null}`),
		"variables":           h.send(t, http.MethodPost, "/graphql", `{"query": "query ($sku: ID!) { product(sku: $sku) { name } }", "variables": {"sku": "A"}}`),
		"a chosen operation":  h.send(t, http.MethodPost, "/graphql", `{"query": "query A { product(sku: \"A\") { name } } query B { channels { key } }", "operationName": "A"}`),
		"GET":                 h.send(t, http.MethodGet, "/graphql?query="+url.QueryEscape(`{ product(sku: "A") { name } }`), ""),
		"GET with variables":  h.send(t, http.MethodGet, "/graphql?variables="+url.QueryEscape(`{"sku": "A"}`)+"&query="+url.QueryEscape(`query ($sku: ID!) { product(sku: $sku) { name } }`), ""),
		"GET in a context":    h.send(t, http.MethodGet, "/graphql?extensions="+url.QueryEscape(`{"context": {"channel": "app"}}`)+"&query="+url.QueryEscape(`{ product(sku: "A") { name } }`), ""),
	} {
		if got.status != http.StatusOK || got.body != want {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestMethods(t *testing.T) {
	h := open(t, nil)
	mutation := "/graphql?query=" + url.QueryEscape(`mutation { deleteProducts(skus: ["A"]) { deleted } }`)
	got := h.send(t, http.MethodGet, mutation, "", "Authorization", "Bearer "+adminKey)
	got.refused(t, http.StatusMethodNotAllowed, fault.BadUserInput, "use POST")
	if allow := got.header.Get("Allow"); allow != "POST" {
		t.Errorf("a mutation by GET: Allow is %q", allow)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		got := h.send(t, method, "/graphql", body(t, "{ context { locale } }"))
		got.refused(t, http.StatusMethodNotAllowed, fault.BadUserInput, method)
		if allow := got.header.Get("Allow"); allow != "GET, HEAD, POST" {
			t.Errorf("%s: Allow is %q", method, allow)
		}
	}
	h.send(t, http.MethodGet, "/graphql", "").refused(t, http.StatusBadRequest, fault.BadUserInput, "query")
	h.send(t, http.MethodGet, "/graphql?query=%7Bx%7D&variables=%5B%5D", "").refused(t, http.StatusBadRequest, fault.BadUserInput, "variables")
	if got := h.send(t, http.MethodGet, "/nowhere", ""); got.status != http.StatusNotFound {
		t.Errorf("a path that is not there: %d", got.status)
	}
	if got := h.send(t, http.MethodGet, "/", ""); got.status != http.StatusOK || !strings.Contains(got.body, "/graphql") {
		t.Errorf("the gateway's address: %d %s", got.status, got.body)
	}
}

func TestOperationsEndInTime(t *testing.T) {
	h := open(t, func(c *server.Config) {
		c.Limits.Operation = 50 * time.Millisecond
		c.Products = never(c.Products)
	})
	got := h.query(t, `{ product(sku: "A") { name } channels { key } }`)
	failures := got.failures(t)
	if len(failures) != 1 || failures[0].Extensions.Code != string(fault.Timeout) || !strings.Contains(got.body, `"product":null,"channels":[{"key":"app"},{"key":"site"}]`) {
		t.Errorf("%d %s; want null and one error of code TIMEOUT", got.status, got.body)
	}
}
