package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/fault"
	"unisono/ingest"
)

// list is a source that gives what it holds, then an error if it has one.
type list struct {
	items    []ingest.Item
	problems []ingest.Problem
	err      error
}

func (l list) Items(_ context.Context, report func(ingest.Problem)) iter.Seq2[ingest.Item, error] {
	return func(yield func(ingest.Item, error) bool) {
		for _, problem := range l.problems {
			report(problem)
		}
		for _, item := range l.items {
			if !yield(item, nil) {
				return
			}
		}
		if l.err != nil {
			yield(ingest.Item{}, l.err)
		}
	}
}

func item(kind content.Kind, line int, patch string) ingest.Item {
	return ingest.Item{Kind: kind, Patch: []byte(patch), File: "f", Line: line}
}

func product(line int, sku string) ingest.Item {
	return item(content.KindProduct, line, fmt.Sprintf(`{"sku":%q}`, sku))
}

// written is a sink that writes down the batches that it got, and says that all was well.
func written(batches *[]string) ingest.Sink {
	return func(_ context.Context, kind content.Kind, items []ingest.Item) ([]ingest.Outcome, error) {
		lines := []string{}
		outcomes := make([]ingest.Outcome, len(items))
		for i, item := range items {
			lines = append(lines, fmt.Sprint(item.Line))
			outcomes[i].Status = ingest.Written
		}
		*batches = append(*batches, string(kind)+" "+strings.Join(lines, ","))
		return outcomes, nil
	}
}

func TestRunBatches(t *testing.T) {
	source := list{items: []ingest.Item{
		item(content.KindChannel, 1, `{"key":"web"}`),
		product(2, "a"), product(3, "b"), product(4, "c"),
		item(content.KindOption, 5, `{"attribute":"size","key":"s"}`), item(content.KindOption, 6, `{"key":"s","attribute":"colour"}`),
		product(7, "d"),
	}}
	batches := []string{}
	report, err := ingest.Run(t.Context(), source, written(&batches), ingest.Options{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"channel 1", "product 2,3", "product 4", "option 5,6", "product 7"}
	if diff := cmp.Diff(want, batches); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
	if got := *report.Kinds[content.KindProduct]; got != (ingest.Counts{Read: 4, Written: 4}) {
		t.Errorf("products: %+v", got)
	}
}

// I2, for every kind and whatever the order of the fields.
func TestRunSkipsDoubles(t *testing.T) {
	for _, test := range []struct {
		kind          content.Kind
		first, second string
		double        bool
		column        string
	}{
		{content.KindProduct, `{"sku":"a"}`, `{"slug":"x","sku":"a"}`, true, "sku"},
		{content.KindProduct, `{"sku":"a"}`, `{"sku":"A"}`, false, ""},
		{content.KindProduct, `{"sku":"a"}`, `{"sku":"\u0061"}`, true, "sku"},
		{content.KindFragment, `{"key":"a","type":"x"}`, `{"type":"x","key":"a"}`, true, "key"},
		{content.KindOption, `{"attribute":"a","key":"b"}`, `{"key":"b","attribute":"a"}`, true, "attribute"},
		{content.KindOption, `{"attribute":"a","key":"b"}`, `{"attribute":"b","key":"a"}`, false, ""},
		{content.KindProduct, `{"slug":"a"}`, `{"slug":"a"}`, false, ""}, // no key: the sink says so
		{content.KindProduct, `{"sku":1}`, `{"sku":1}`, false, ""},
		{content.KindProduct, `[1]`, `[1]`, false, ""},
		{content.KindProduct, `{"sku":`, `{"sku":`, false, ""},
	} {
		batches := []string{}
		source := list{items: []ingest.Item{item(test.kind, 3, test.first), item(test.kind, 9, test.second)}}
		report, err := ingest.Run(t.Context(), source, written(&batches), ingest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		counts := *report.Kinds[test.kind]
		if double := counts.Skipped == 1; double != test.double || counts.Read != 2 {
			t.Errorf("%s and %s: %+v", test.first, test.second, counts)
		}
		if !test.double {
			continue
		}
		p := report.Problems[0]
		if p.Line != 9 || p.Column != test.column || p.Code != "CONFLICT" || !strings.Contains(p.Message, "f:3") {
			t.Errorf("%s and %s: %v", test.first, test.second, p)
		}
	}
}

func TestRunReportsPlaces(t *testing.T) {
	source := list{
		problems: []ingest.Problem{{File: "f", Line: 1, Column: "x", Code: "INVALID", Message: "from the source"}},
		items:    []ingest.Item{product(2, "a"), product(3, "b"), product(4, "c")},
	}
	source.items[0].Column = func(at []string) string { return "column of " + at[0] }
	source.items[1].Column = func([]string) string { return "" }
	sink := func(context.Context, content.Kind, []ingest.Item) ([]ingest.Outcome, error) {
		wrong := fault.Problems{{Path: []string{"media", "2"}, Code: fault.Invalid, Message: "wrong"}}
		return []ingest.Outcome{{Status: ingest.Skipped, Problems: wrong}, {Status: ingest.Skipped, Problems: wrong}, {Status: ingest.Skipped}}, nil
	}
	report, err := ingest.Run(t.Context(), source, sink, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []ingest.Problem{
		{File: "f", Line: 1, Column: "x", Code: "INVALID", Message: "from the source"},
		{File: "f", Line: 2, Column: "column of media", Code: "INVALID", Message: "wrong"},
		{File: "f", Line: 3, Column: "media.2", Code: "INVALID", Message: "wrong"},
		{File: "f", Line: 4, Code: "INVALID", Message: "it was refused, and no reason was given"},
	}
	if diff := cmp.Diff(want, report.Problems); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRunEndsEarly(t *testing.T) {
	gone := errors.New("gone")
	many := list{items: []ingest.Item{product(1, "a"), product(2, "b"), product(3, "c")}}
	batches := []string{}

	t.Run("the source breaks off", func(t *testing.T) {
		source := many
		source.err = gone
		report, err := ingest.Run(t.Context(), source, written(&batches), ingest.Options{})
		if !errors.Is(err, gone) || report.Kinds[content.KindProduct].Written != 3 {
			t.Errorf("%v, %+v; what was read should have been written", err, report.Kinds[content.KindProduct])
		}
	})
	t.Run("the sink fails", func(t *testing.T) {
		calls := 0
		sink := func(ctx context.Context, kind content.Kind, items []ingest.Item) ([]ingest.Outcome, error) {
			if calls++; calls == 2 {
				return nil, gone
			}
			return written(&batches)(ctx, kind, items)
		}
		report, err := ingest.Run(t.Context(), many, sink, ingest.Options{Batch: 1})
		if !errors.Is(err, gone) || report.Kinds[content.KindProduct].Written != 1 || calls != 2 {
			t.Errorf("%v, %+v after %d calls", err, report.Kinds[content.KindProduct], calls)
		}
	})
	t.Run("the context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		sink := func(ctx context.Context, kind content.Kind, items []ingest.Item) ([]ingest.Outcome, error) {
			cancel()
			return written(&batches)(ctx, kind, items)
		}
		report, err := ingest.Run(ctx, many, sink, ingest.Options{Batch: 1})
		if !errors.Is(err, context.Canceled) || report.Kinds[content.KindProduct].Written != 1 {
			t.Errorf("%v, %+v", err, report.Kinds[content.KindProduct])
		}
	})
	t.Run("the sink loses count", func(t *testing.T) {
		sink := func(context.Context, content.Kind, []ingest.Item) ([]ingest.Outcome, error) { return nil, nil }
		if _, err := ingest.Run(t.Context(), many, sink, ingest.Options{}); err == nil {
			t.Error("no error")
		}
	})
}
