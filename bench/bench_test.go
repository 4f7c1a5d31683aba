package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unisono/internal/property"
)

// TestMain lets this program be what a run starts: the servers that a gateway is compared with.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		if err := command(context.Background(), os.Args[1:], os.Stdout); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Everything is measured once, in small: all cases are there, and whatever is asked is answered rightly by all servers, or there would be an error.
func TestARunInSmall(t *testing.T) {
	if testing.Short() || property.WithRaceDetector() {
		t.Skip("it builds a gateway, without the race detector, and measures")
	}
	said := bytes.Buffer{}
	found, err := measureAll(t.Context(), settings{
		out: t.TempDir(), products: 20, many: 60, loadLimit: time.Minute, mix: 30, rounds: 1, slice: 60 * time.Millisecond, warmup: 20 * time.Millisecond, log: &said,
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, said.Bytes())
	}
	for _, c := range cases {
		f, measured := found.Cases[c.name]
		if !measured || f.RPS <= 0 || f.P50 <= 0 || f.P99 < f.P50 || f.Ratio <= 0 || f.Memory <= 0 {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	if found.Cases["hot-listing"].P99At70 <= 0 || found.Cases["writes-50"].Written <= 0 {
		t.Errorf("%+v", found.Cases)
	}
}

// A large catalogue that is not loaded in time is left out, and one that was loaded is not loaded again.
func TestTheLargeCatalogueIsKept(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "import")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexec sleep 30\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := settings{out: dir, many: 2, loadLimit: 50 * time.Millisecond}
	if store, _, err := loadLarge(t.Context(), s, program); err != nil || store != "" {
		t.Fatalf("too slow: %q, %v", store, err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexit 0\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.loadLimit = time.Minute
	store, took, err := loadLarge(t.Context(), s, program)
	if err != nil || store == "" || took == 0 {
		t.Fatalf("in time: %q, %s, %v", store, took, err)
	}
	if again, took, err := loadLarge(t.Context(), s, "no such program"); err != nil || again != store || took != 0 {
		t.Fatalf("once more: %q, %s, %v", again, took, err)
	}
}

func TestTheBareHandlerSendsWhatAGatewaySent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "answers.json")
	sent := []answer{{}, {Header: map[string][]string{"Cache-Control": {"no-store"}}, Body: []byte(`{"data":{}}`)}}
	encoded, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, encoded, 0o644); err != nil {
		t.Fatal(err)
	}
	handler, err := readBare(file)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/1": 200, "/2": 404, "/x": 404, "/-1": 404} {
		status, header, body := post(t, handler, path)
		if status != want {
			t.Errorf("%s: %d", path, status)
		}
		if want == 200 && (header.Get("Cache-Control") != "no-store" || body != `{"data":{}}`) {
			t.Errorf("%v %s", header, body)
		}
	}
}

func post(t *testing.T, to http.Handler, path string) (int, http.Header, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	to.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("{}")))
	return recorder.Code, recorder.Header(), recorder.Body.String()
}
