package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tourReader finds a reader in docs/tour.md: the context, the key if there is one, and the answer.
var tourReader = regexp.MustCompile("(?s)`(\\{\"channel\"[^`]*\\})`( with the key `([a-z-]+)`)?, (?:gets|has)\n\n```json\n(.*?)\n```")

// TestTourShowsWhatIsReallyAnswered asks the query of each step of the tour for each of its readers and compares the answers.
func TestTourShowsWhatIsReallyAnswered(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/tour.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(string(page), "\n## ")[1:]
	if len(steps) != 14 {
		t.Errorf("the tour has %d steps; 14 are expected", len(steps))
	}
	h := demoHouse(t)
	for _, step := range steps {
		title, rest, _ := strings.Cut(step, "\n")
		t.Run(title, func(t *testing.T) {
			_, rest, _ = strings.Cut(rest, "```graphql\n")
			question, rest, found := strings.Cut(rest, "```")
			readers := tourReader.FindAllStringSubmatch(rest, -1)
			if answers := strings.Count(step, "```json"); !found || len(readers) == 0 || len(readers) != answers {
				t.Fatalf("it has a question (%v), %d readers and %d answers", found, len(readers), answers)
			}
			for _, reader := range readers {
				context, want := map[string]any{}, any(nil)
				for text, into := range map[string]any{reader[1]: &context, reader[4]: &want} {
					if err := json.Unmarshal([]byte(text), into); err != nil {
						t.Fatalf("%v in %s", err, text)
					}
				}
				got := any(nil)
				if err := json.Unmarshal(h.send(t, asked{Query: question, Extensions: map[string]any{"context": context}, Key: reader[3]}).body, &got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(any(map[string]any{"data": want}), got); diff != "" {
					t.Errorf("%s: the tour says otherwise (-tour +answer):\n%s", reader[1], diff)
				}
			}
		})
	}
}
