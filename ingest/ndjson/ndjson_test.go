package ndjson_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"unisono/content"
	"unisono/ingest"
	"unisono/ingest/ndjson"
)

// read gives the items as "line kind patch" and the problems as "line column CODE message".
func read(ctx context.Context, source ingest.Source) (items, problems []string, err error) {
	report := func(p ingest.Problem) {
		problems = append(problems, fmt.Sprintf("%d %s %s %s", p.Line, p.Column, p.Code, p.Message))
	}
	for item, err := range source.Items(ctx, report) {
		if err != nil {
			return items, problems, err
		}
		items = append(items, fmt.Sprintf("%d %s %s", item.Line, item.Kind, item.Patch))
	}
	return items, problems, nil
}

const two = `{"kind":"channel","key":"web"}` + "\n" + `{"kind":"product","sku":"é"}` + "\n"

var wantTwo = []string{`1 channel {"kind":"channel","key":"web"}`, `2 product {"kind":"product","sku":"é"}`}

// I1: a file in another encoding stayed "started", and nothing came of it.
func TestEncodings(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(two)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"UTF-8": two, "a mark": "\ufeff" + two, "CRLF": strings.ReplaceAll(two, "\n", "\r\n"), "no newline at the end": strings.TrimSpace(two),
		"UTF-16": utf16, "UTF-16 without a mark": utf16[2:],
	} {
		items, problems, err := read(t.Context(), ndjson.From("f", strings.NewReader(text)))
		if diff := cmp.Diff(wantTwo, items); diff != "" || len(problems) > 0 || err != nil {
			t.Errorf("%s: %v %v (-want +got):\n%s", name, problems, err, diff)
		}
	}
}

func TestLines(t *testing.T) {
	for _, test := range []struct {
		name, text string
		items      []string
		problem    string // the beginning of the only one
	}{
		{name: "nothing"},
		{name: "blank lines", text: "\n  \n\r\n" + `{"kind":"family","key":"a"}`, items: []string{`4 family {"kind":"family","key":"a"}`}},
		{
			name: "Latin-1", text: `{"kind":"product","sku":"` + "\xe9\"}\n" + `{"kind":"family","key":"a"}`,
			items: []string{`2 family {"kind":"family","key":"a"}`}, problem: "1  INVALID byte 26 of the line (hexadecimal E9) is not UTF-8",
		},
		{name: "no JSON", text: "\n{\"kind\":\n", problem: "2 "},
		{name: "no object", text: "[1]\n", problem: "1  INVALID a JSON object is expected"},
		{name: "two objects", text: `{"kind":"family"}{"kind":"family"}`, problem: "1  INVALID this is not JSON"},
		{name: "no kind", text: `{"sku":"a"}`, problem: "1 kind INVALID"},
		{name: "an unknown kind", text: `{"kind":"prodct"}`, problem: `1 kind INVALID "prodct" is no kind of content; there are audience,`},
		{name: "secrets are no content", text: `{"kind":"client"}`, problem: `1 kind INVALID "client" is no kind of content`},
		{
			name: "too long", text: strings.Repeat("x", 16<<20+1) + "\n" + `{"kind":"family","key":"a"}`,
			items: []string{`2 family {"kind":"family","key":"a"}`}, problem: "1  TOO_MANY the line is longer than 16 MiB",
		},
		{
			name: "too long and the last", text: `{"kind":"family","key":"a"}` + "\n" + strings.Repeat("x", 17<<20),
			items: []string{`1 family {"kind":"family","key":"a"}`}, problem: "2  TOO_MANY the line is longer than 16 MiB",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			items, problems, err := read(t.Context(), ndjson.From("f", strings.NewReader(test.text)))
			if diff := cmp.Diff(test.items, items); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if test.problem == "" && len(problems) > 0 || test.problem != "" && (len(problems) != 1 || !strings.HasPrefix(problems[0], test.problem)) {
				t.Errorf("problems %.300q; want one that begins with %q", problems, test.problem)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "content.ndjson")
	if _, _, err := read(t.Context(), ndjson.Open(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte(two), 0o600); err != nil {
		t.Fatal(err)
	}
	if items, _, err := read(t.Context(), ndjson.Open(path)); err != nil || len(items) != 2 {
		t.Errorf("%v, %v", items, err)
	}
}

func TestReadingEnds(t *testing.T) {
	broken := errors.New("the disk is gone")
	items, _, err := read(t.Context(), ndjson.From("f", io.MultiReader(strings.NewReader(two), iotest.ErrReader(broken))))
	if !errors.Is(err, broken) || len(items) != 2 || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("%v, %v", items, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := read(ctx, ndjson.From("f", strings.NewReader(two))); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context has ended: %v", err)
	}
}

func TestEncode(t *testing.T) {
	value, err := content.NewValue(map[string]any{"unit": "kg", "amount": 1.5})
	if err != nil {
		t.Fatal(err)
	}
	product := &content.Product{
		SKU: "A<1>", State: content.Published,
		Attributes: []content.AttributeValue{{Key: "weight", Value: value}, {Key: "name", Value: content.TextValue("a\nb"), Locale: "da"}},
	}
	const want = `{"kind":"product","sku":"A<1>","state":"PUBLISHED","attributes":[` +
		`{"key":"weight","value":{"amount":1.5,"unit":"kg"}},{"key":"name","value":"a\nb","locale":"da"}]}`
	for range 10 {
		got, err := ndjson.Encode(content.KindProduct, product)
		if err != nil || string(got) != want {
			t.Fatalf("%s, %v\nwant %s", got, err, want)
		}
	}
	if _, err := ndjson.Encode(content.KindProduct, "text"); err == nil {
		t.Error("a text was taken for a document")
	}
	if _, err := ndjson.Encode(content.KindProduct, (*content.Product)(nil)); err == nil {
		t.Error("nothing was taken for a document")
	}
	if got, err := ndjson.Encode(content.KindFamily, struct{}{}); err != nil || string(got) != `{"kind":"family"}` {
		t.Errorf("%s, %v", got, err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	channel := content.Channel{Key: "web", Platform: "OWN_SITE", DefaultLocale: "da", Name: content.Localized{"da": "Net", "en": "Web"}}
	text := bytes.Buffer{}
	for line, err := range ndjson.Lines(t.Context(), only(content.KindChannel, &channel, nil)) {
		if err != nil {
			t.Fatal(err)
		}
		text.Write(line)
	}
	for item, err := range ndjson.From("f", &text).Items(t.Context(), func(p ingest.Problem) { t.Error(p) }) {
		if err != nil {
			t.Fatal(err)
		}
		patch, err := content.ReadPatch[content.Channel](item.Patch)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(channel, *patch.Given()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	broken := errors.New("the database is gone")
	for kind := range map[content.Kind]bool{content.KindChannel: true, content.KindProduct: true} {
		var last error
		for _, err := range ndjson.Lines(t.Context(), only(kind, nil, broken)) {
			last = err
		}
		if !errors.Is(last, broken) {
			t.Errorf("the error of a %s is lost: %v", kind, last)
		}
	}
}

// only gives one document of one kind, or an error in its place.
func only(kind content.Kind, document content.Document, err error) func(context.Context, content.Kind) iter.Seq2[content.Document, error] {
	return func(_ context.Context, asked content.Kind) iter.Seq2[content.Document, error] {
		return func(yield func(content.Document, error) bool) {
			if asked == kind {
				yield(document, err)
			}
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, seed := range []string{two, "\ufeff{}\n", "\xff\xfe{\x00", "[\n", `{"kind":"product","kind":"product"}`, `{"kind":null}`, "\r\n\r\n", "\x00{"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		report := func(p ingest.Problem) {
			if p.Line < last || p.Line < 1 || p.Message == "" {
				t.Errorf("%+v after line %d", p, last)
			}
			last = p.Line
		}
		for item, err := range ndjson.From("f", bytes.NewReader(text)).Items(t.Context(), report) {
			if err != nil {
				t.Fatal(err)
			}
			if item.Line <= last-1 || bytes.ContainsRune(item.Patch, '\n') {
				t.Errorf("line %d: %q", item.Line, item.Patch)
			}
			if _, err := content.KindOf(item.Patch); err != nil {
				t.Errorf("line %d was handed on and is not right: %v", item.Line, err)
			}
		}
	})
}
