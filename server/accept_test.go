package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"unisono/fault"
)

const newer = "application/graphql-response+json"

// The status depends on the media type of the answer: clients of application/json treat any other than 200 as a broken connection, the newer
// type tells what happened.
func TestStatusByAcceptAndErrorKind(t *testing.T) {
	h := open(t, nil)
	for _, test := range []struct {
		name, query, key string
		code             fault.Kind
		asJSON, asNewer  int
	}{
		{"an answer", `{ product(sku: "A") { name } }`, "", "", 200, 200},
		{"an answer with an error in it", `{ product { name } channels { key } }`, "", fault.BadUserInput, 200, 200},
		{"a syntax error", `{`, "", parseFailed, 200, 400},
		{"an invalid document", `{ nothing }`, "", validationFailed, 200, 400},
		{"a context that is not right", `query @inContext(channel: "nowhere") { channels { key } }`, "", fault.BadUserInput, 200, 400},
		{"a context for known clients", `query @inContext(preview: true) { channels { key } }`, "", fault.Unauthenticated, 200, 401},
		{"a context that was not granted", `query @inContext(preview: true) { channels { key } }`, guestKey, fault.Forbidden, 200, 403},
		{"a write that is not allowed", `mutation { deleteProducts(skus: ["A"]) { deleted } }`, guestKey, fault.Forbidden, 200, 200}, // it was executed: data is null
		{"a key that nobody has", `{ channels { key } }`, "no-such-key", fault.Unauthenticated, 401, 401},
	} {
		for accept, want := range map[string]int{"": test.asJSON, "application/json": test.asJSON, newer: test.asNewer} {
			t.Run(test.name+" as "+accept, func(t *testing.T) {
				headers := []string{"Accept", accept}
				if test.key != "" {
					headers = append(headers, "Authorization", "Bearer "+test.key)
				}
				got := h.query(t, test.query, headers...)
				failures, code := got.failures(t), fault.Kind("")
				if len(failures) > 0 {
					code = fault.Kind(failures[0].Extensions.Code)
				}
				if got.status != want || code != test.code || len(failures) > 1 {
					t.Errorf("%d %s; want %d and the code %q", got.status, got.body, want, test.code)
				}
			})
		}
	}
}

func TestAcceptIsNegotiated(t *testing.T) {
	h := open(t, nil)
	for accept, want := range map[string]string{
		"":                                   "application/json",
		"*/*":                                "application/json",
		"application/*":                      "application/json",
		"text/html, */*;q=0.1":               "application/json",
		newer:                                newer,
		newer + ", application/json":         newer,
		newer + ";q=0.5, application/json":   "application/json",
		"application/json;q=0.5, " + newer:   newer,
		"text/html, " + newer + ";charset=x": newer,
		"application/json;q=0, */*":          newer, // what is named exactly is not meant by a range
		"*/*, application/json;q=0":          newer,
		"application/*;q=0.5, " + newer:      newer,
		newer + ";q=0, application/*":        "application/json",
		newer + ";q=2, application/json":     "application/json",
	} {
		got := h.query(t, `{ channels { key } }`, "Accept", accept)
		if got.status != http.StatusOK || got.header.Get("Content-Type") != want+"; charset=utf-8" {
			t.Errorf("Accept %q: %d %s; want %s", accept, got.status, got.header.Get("Content-Type"), want)
		}
	}
	for _, accept := range []string{"text/html", "image/png", "application/json;q=0", "application/*;q=0, */*", "*/*;q=nan", "nonsense"} {
		t.Run(fmt.Sprintf("nothing fits %q", accept), func(t *testing.T) {
			h.query(t, `{ channels { key } }`, "Accept", accept).refused(t, http.StatusNotAcceptable, fault.BadUserInput, "Accept")
		})
	}
}

// A header on several lines is one (RFC 9110 §5.3).
func TestAcceptOnSeveralLines(t *testing.T) {
	h := open(t, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/graphql", strings.NewReader(body(t, `{ channels { key } }`)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header["Content-Type"], request.Header["Accept"] = []string{"application/json"}, []string{"text/html", newer}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != newer+"; charset=utf-8" {
		t.Errorf("%d %s", response.StatusCode, got)
	}
}
