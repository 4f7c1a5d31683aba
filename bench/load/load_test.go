package load

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// long is an answer that servers send in chunks.
var long = `{"data":{"text":"` + strings.Repeat("x", 9000) + `"}}`

func serve(t *testing.T, answer func(w http.ResponseWriter, body string)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer(w, string(body))
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestEveryRightAnswerIsCounted(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, body string) { _, _ = io.WriteString(w, body) })
	short := `{"data":{}}`
	requests := []*Request{
		NewRequest(address, "/graphql", []byte(short), []byte(short)),
		NewRequest(address, "/graphql", []byte(long), []byte(long), "X-More: 1"),
	}
	result, err := Run(t.Context(), Load{Address: address, Requests: requests, Connections: 3, Warmup: 20 * time.Millisecond, Time: 50 * time.Millisecond})
	if err != nil || result.Requests == 0 || result.PerSecond() <= 0 || result.Latencies.Quantile(0.5) <= 0 {
		t.Fatalf("%v, %v", result, err)
	}
}

func TestARateIsKept(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, body string) { _, _ = io.WriteString(w, body) })
	l := Load{Address: address, Requests: []*Request{NewRequest(address, "/", []byte("{}"), []byte("{}"))}, Connections: 4, Time: 200 * time.Millisecond, Rate: 100}
	if result, err := Run(t.Context(), l); err != nil || result.Requests < 15 || result.Requests > 20 {
		t.Fatalf("%d requests, %v", result.Requests, err)
	}
}

func TestWaitingForAConnectionCountsAtARate(t *testing.T) {
	const slow = 40 * time.Millisecond
	address := serve(t, func(w http.ResponseWriter, body string) {
		time.Sleep(slow)
		_, _ = io.WriteString(w, body)
	})
	l := Load{Address: address, Requests: []*Request{NewRequest(address, "/", []byte("{}"), []byte("{}"))}, Connections: 1, Time: 100 * time.Millisecond, Rate: 100}
	result, err := Run(t.Context(), l)
	if err != nil || result.Latencies.Quantile(1) < 3*slow {
		t.Fatalf("the longest is %v, %v", result.Latencies.Quantile(1), err)
	}
}

func TestAWrongAnswerEndsTheRun(t *testing.T) {
	for name, c := range map[string]struct {
		sent  string
		right string
		loose bool
		says  string // nothing where it is right
	}{
		"other bytes":                  {`{"data":{"a":1}}`, `{"data":{"a":2}}`, false, "not the right one"},
		"shorter":                      {`{"data":{}}`, `{"data":{"a":2}}`, true, "not the right one"},
		"errors of the same length":    {`{"errors":[{}]}`, `{"data":{"a":1}}`, true, "not the right one"},
		"a value that may change does": {`{"data":{"a":1}}`, `{"data":{"a":2}}`, true, ""},
		"a status":                     {"refuse", "{}", false, "the status is 503"},
		"in chunks, one byte too much": {long + " ", long, false, "not the right one"},
		"a connection that is closed":  {"close", "{}", false, "closes the connection"},
	} {
		t.Run(name, func(t *testing.T) {
			address := serve(t, func(w http.ResponseWriter, _ string) {
				switch c.sent {
				case "refuse":
					w.WriteHeader(http.StatusServiceUnavailable)
				case "close":
					w.Header().Set("Connection", "close")
				}
				_, _ = io.WriteString(w, c.sent)
			})
			request := NewRequest(address, "/", []byte("{}"), []byte(c.right))
			request.Loose = c.loose
			_, err := Run(t.Context(), Load{Address: address, Requests: []*Request{request}, Connections: 2, Time: 30 * time.Millisecond})
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, body string) { _, _ = io.WriteString(w, body) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	l := Load{Address: address, Requests: []*Request{NewRequest(address, "/", []byte("{}"), []byte("{}"))}, Connections: 2, Time: time.Hour}
	if _, err := Run(ctx, l); err == nil {
		t.Error("it measured an hour in less")
	}
}

func TestNothingToAskIsAMistake(t *testing.T) {
	if _, err := Run(t.Context(), Load{}); err == nil {
		t.Error("it is none")
	}
}
