package content_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/fault"
)

// noon is the clock of these tests.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func at(text string) *time.Time {
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return &moment
}

// house gives definitions to check documents against.
func house() *content.Definitions {
	d := content.NewDefinitions()
	for _, key := range []string{"web", "app", "print"} {
		d.Put(content.KindChannel, key, &content.Channel{Key: key, Platform: "OWN_SITE", DefaultLocale: "en"})
	}
	for _, key := range []string{"public", "dealer"} {
		d.Put(content.KindAudience, key, &content.Audience{Key: key})
	}
	for key, kind := range map[string]content.AttributeType{
		"name": content.TypeText, "height": content.TypeNumber, "foldable": content.TypeBoolean, "since": content.TypeDate,
		"colour": content.TypeOption, "finishes": content.TypeOptions, "length": content.TypeQuantity, "price": content.TypeMoney,
		"sizes": content.TypeTable, "manual": content.TypeURL,
	} {
		d.Put(content.KindAttribute, key, &content.Attribute{Key: key, Type: kind})
	}
	d.Put(content.KindAttribute, "weight", &content.Attribute{Key: "weight", Type: content.TypeQuantity, Unit: "kg"})
	for _, option := range []content.Option{{Attribute: "colour", Key: "red"}, {Attribute: "finishes", Key: "oak"}, {Attribute: "finishes", Key: "ash"}} {
		option.ID = option.NaturalKey()
		d.Put(content.KindOption, option.ID, &option)
	}
	return d.Index()
}

// summary gives each problem as its place and its code.
func summary(problems fault.Problems) []string {
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = strings.TrimSpace(strings.Join(problem.Path, ".") + " " + string(problem.Code))
	}
	return lines
}

// problemsOf gives the problems that an error of ReadChange and its like consists of.
func problemsOf(t *testing.T, err error) fault.Problems {
	t.Helper()
	var problems fault.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error %v is none of problems", err)
	}
	return problems
}

func mustRead(t testing.TB, kind content.Kind, raw string) content.Change {
	t.Helper()
	change, err := content.ReadChange(kind, []byte(raw))
	if err != nil {
		t.Fatalf("read %s: %v", raw, err)
	}
	return change
}

// next applies a change that must be right.
func next(t testing.TB, kind content.Kind, current content.Document, raw string) content.Document {
	t.Helper()
	document, problems := mustRead(t, kind, raw).Next(current, house(), noon)
	if len(problems) > 0 {
		t.Fatalf("%s: %v", raw, problems)
	}
	return document
}

func product(t testing.TB, raw string) *content.Product {
	t.Helper()
	return changed(t, nil, raw)
}

// changed gives a product after a change; a nil current is none.
func changed(t testing.TB, current *content.Product, raw string) *content.Product {
	t.Helper()
	var before content.Document
	if current != nil {
		before = current
	}
	after, is := next(t, content.KindProduct, before, raw).(*content.Product)
	if !is {
		t.Fatal("it is no product")
	}
	return after
}

func fragment(t testing.TB, raw string) *content.Fragment {
	t.Helper()
	after, is := next(t, content.KindFragment, nil, raw).(*content.Fragment)
	if !is {
		t.Fatal("it is no fragment")
	}
	return after
}

func value(t testing.TB, of any) content.Value {
	t.Helper()
	made, err := content.NewValue(of)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func diff(t *testing.T, what string, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", what, difference)
	}
}
