package ingest_test

import (
	"bytes"
	"context"
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"

	"unisono/content"
	"unisono/fault"
	"unisono/ingest"
)

func reportOf(t *testing.T, problems int) *ingest.Report {
	t.Helper()
	source := list{}
	for i := range problems {
		source.items = append(source.items, product(i+1, fmt.Sprint(i)))
	}
	source.items = append(source.items, item(content.KindChannel, 1, `{"key":"web"}`))
	sink := func(_ context.Context, kind content.Kind, items []ingest.Item) ([]ingest.Outcome, error) {
		outcomes := make([]ingest.Outcome, len(items))
		for i := range outcomes {
			outcomes[i] = ingest.Outcome{Status: ingest.Unchanged}
			if kind == content.KindProduct {
				wrong := fault.Problem{Path: []string{"name"}, Code: fault.Invalid, Message: "it holds \x1b[31m red \u202e"}
				outcomes[i] = ingest.Outcome{Status: ingest.Skipped, Problems: fault.Problems{wrong}}
			}
		}
		return outcomes, nil
	}
	report, err := ingest.Run(t.Context(), source, sink, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestReportJSON(t *testing.T) {
	const want = `{"kinds":{"channel":{"read":1,"written":0,"unchanged":1,"skipped":0}},"problems":[]}`
	report := reportOf(t, 0)
	indented := bytes.Buffer{}
	if err := report.WriteJSON(&indented); err != nil {
		t.Fatal(err)
	}
	compact := bytes.Buffer{}
	if err := stdjson.Compact(&compact, indented.Bytes()); err != nil {
		t.Fatal(err)
	}
	standard, err := stdjson.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{compact.String(), string(standard)} {
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

func TestReportIsBounded(t *testing.T) {
	report := reportOf(t, 10_003)
	if len(report.Problems) != 10_000 || report.ProblemsOmitted != 3 {
		t.Errorf("%d problems and %d omitted", len(report.Problems), report.ProblemsOmitted)
	}
	text := strings.Builder{}
	if err := report.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text.String(), "and 9953 more; --report FILE has the first 10000\n") || strings.Count(text.String(), "\n") > 60 {
		t.Errorf("the text is not bounded, or does not say so:\n%.200s", text.String())
	}
}

func TestReportText(t *testing.T) {
	text := strings.Builder{}
	if err := reportOf(t, 1).WriteText(&text); err != nil {
		t.Fatal(err)
	}
	const want = "     kind  read  written  unchanged  skipped\n" +
		"  channel     1        0          1        0\n" +
		"  product     1        0          0        1\n" +
		"1 problem:\n" +
		"f:1: name: it holds ?[31m red ? (INVALID)\n"
	if text.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", text.String(), want)
	}
	text.Reset()
	if err := reportOf(t, 51).WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text.String(), "and 1 more; --report FILE has them all\n") {
		t.Errorf("it does not say that there are more:\n%s", text.String())
	}
}
