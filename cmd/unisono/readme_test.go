package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/demo"
	"unisono/targeting"
)

// readmeReader finds a reader in the README: the context, the key if there is one, and the answer.
var readmeReader = regexp.MustCompile("(?s)`(\\{\"channel\"[^`]*\\})`( with the key `([a-z-]+)`)?, gets\n\n```json\n(.*?)\n```")

// TestReadmeShowsWhatIsReallyAnswered asks the README's question for each of its readers and compares the answers.
func TestReadmeShowsWhatIsReallyAnswered(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```graphql\n")
	question, _, found := strings.Cut(rest, "```")
	readers := readmeReader.FindAllStringSubmatch(string(page), -1)
	if !found || len(readers) != 3 {
		t.Fatalf("the README has a question (%v) and %d readers; three are expected", found, len(readers))
	}
	address := serveDemo(t)
	for _, reader := range readers {
		t.Run(reader[1], func(t *testing.T) {
			body, err := json.Marshal(map[string]any{
				"query": question, "extensions": map[string]any{"context": json.RawMessage(reader[1])},
			})
			if err != nil {
				t.Fatal(err)
			}
			answer := map[string]any{}
			ask(t, address, reader[3], string(body), &answer)
			want := map[string]any{}
			if err := json.Unmarshal([]byte(reader[4]), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"data": want}, answer); diff != "" {
				t.Errorf("the README says otherwise (-README +answer):\n%s", diff)
			}
		})
	}
}

// serveDemo serves the demo catalogue until the test ends and gives the address.
func serveDemo(t *testing.T) string {
	t.Helper()
	_, address := demoGateway(t)
	return address
}

// demoGateway is a gateway of the test's own with the demo catalogue, and its address.
func demoGateway(t *testing.T) (*gateway, string) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	flags := databaseFlags{DataDir: t.TempDir(), Database: "unisono", Timeout: 10 * time.Second}
	database, err := flags.open(t.Context(), logger)
	if err != nil {
		t.Fatal(err)
	}
	g, err := openGateway(t.Context(), database, gatewayConfig{
		contexts: targeting.Config{DefaultChannel: "site", DefaultAudience: "consumer", DefaultLocale: "en"},
		demoKeys: demoKeys(), media: demo.Media(), logger: logger, now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("close the gateway: %v", err)
		}
	})
	if err := loadDemo(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(g.server)
	t.Cleanup(web.Close)
	return g, web.URL
}

// ask sends a request's body and decodes the answer.
func ask(t *testing.T, address, key, body string, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
