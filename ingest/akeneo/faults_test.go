package akeneo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"unisono/content"
	"unisono/ingest"
	"unisono/ingest/akeneo"
)

// I1: a file in another encoding stayed "started", and nothing came of it.
func TestEncodings(t *testing.T) {
	const text = "sku;name-fr_FR\r\nA1;Été\r\nA2;\"Noël\"\r\n"
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	bigEndian, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	latin1, err := charmap.ISO8859_1.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, text string
		problems   []string
	}{
		{name: "UTF-8", text: text},
		{name: "line feeds alone", text: strings.ReplaceAll(text, "\r", "")},
		{name: "UTF-8 with a mark", text: "\ufeff" + text},
		{name: "UTF-16", text: utf16},
		{name: "UTF-16, the other order", text: bigEndian},
		{name: "UTF-16 without a mark", text: utf16[2:]},
		{name: "TAB", text: strings.ReplaceAll(text, ";", "\t")},
		{name: "comma", text: strings.ReplaceAll(text, ";", ",")},
		{name: "Latin-1", text: latin1, problems: []string{"products.csv:2 name-fr_FR INVALID", "products.csv:3 name-fr_FR INVALID"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			shelf, report := structure(test.text).load(t)
			wantProblems(t, report, test.problems...)
			if test.problems == nil {
				checkValues(t, shelf, []wantValue{{"A1", "name", "fr-FR", "", `"Été"`}, {"A2", "name", "fr-FR", "", `"Noël"`}})
			}
		})
	}
}

// I2: the same line twice made two products with one SKU.
func TestSKUTwice(t *testing.T) {
	shelf, report := structure("sku;rating\nA1;1\nA2;2\nA1;3\n").load(t)
	wantProblems(t, report, "products.csv:4 sku CONFLICT")
	if !strings.Contains(report.Problems[0].Message, "products.csv:2") {
		t.Errorf("the problem does not name the first line: %s", report.Problems[0].Message)
	}
	checkValues(t, shelf, []wantValue{{"A1", "rating", "", "", "1"}, {"A2", "rating", "", "", "2"}})
	if counts := *report.Kinds[content.KindProduct]; counts != (ingest.Counts{Read: 3, Written: 2, Skipped: 1}) {
		t.Errorf("counts %+v", counts)
	}
}

// I5: an empty cell did not clear the value.
func TestEmptyCellClears(t *testing.T) {
	f := structure("sku;rating;note-web;photo-web;price-EUR\nA1;1;old;a.jpg;5\n")
	dir := f.write(t)
	shelf, _ := load(t, dir, akeneo.Options{})
	again := func(products string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "products.csv"), []byte(products), 0o600); err != nil {
			t.Fatal(err)
		}
		source, err := akeneo.Open(dir, akeneo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		report, err := ingest.Run(t.Context(), source, shelf.take, ingest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		wantProblems(t, report)
	}
	again("sku;rating\nA1;\n")
	checkValues(t, shelf, []wantValue{
		{"A1", "rating", "", "", "no value"}, // its cell is empty
		{"A1", "note", "", "web", `"old"`},   // its column is absent
		{"A1", "price", "", "", `{"amount":"5","currency":"EUR"}`},
	})
	if len(shelf.products["A1"].Media) != 1 {
		t.Error("the picture is gone, though its column is absent")
	}
	again("sku;note-web;photo-web;price-EUR\nA1;  ;;\n")
	if product := shelf.products["A1"]; len(product.Attributes) > 0 || len(product.Media) > 0 {
		t.Errorf("these should be cleared: %+v %+v", product.Attributes, product.Media)
	}
}

// I7: a misspelt column stopped the import with a message that nobody understood.
func TestMisspeltColumn(t *testing.T) {
	shelf, report := structure("sku;raitng;note-web;categorie\nA1;1;kept;\nA2;2;kept;\n").load(t)
	wantProblems(t, report, "products.csv:1 raitng INVALID", "products.csv:1 categorie INVALID")
	if message := report.Problems[0].Message; !strings.Contains(message, `did you mean "rating"`) || !strings.Contains(message, "weight") {
		t.Errorf("the message does not help: %s", message)
	}
	if message := report.Problems[1].Message; !strings.Contains(message, `did you mean "categories"`) {
		t.Errorf("the message does not help: %s", message)
	}
	checkValues(t, shelf, []wantValue{{"A1", "note", "", "web", `"kept"`}, {"A2", "note", "", "web", `"kept"`}})
}

// I9: some empty SKUs broke the whole import.
func TestBlankSKU(t *testing.T) {
	shelf, report := structure("sku;rating\n;1\n\"  \";2\n00123;3\n;\n 7 ;4\n").load(t)
	wantProblems(t, report, "products.csv:2 sku INVALID", "products.csv:3 sku INVALID")
	checkValues(t, shelf, []wantValue{{"00123", "rating", "", "", "3"}, {"7", "rating", "", "", "4"}})
}

func TestMalformedRows(t *testing.T) {
	for _, test := range []struct {
		name, rows string
		problems   []string
		kept       []string
	}{
		{"too few cells", "A1\nA2;2\n", []string{"products.csv:2 INVALID"}, []string{"A2"}},
		{"too many cells", "A1;1;1\nA2;2\n", []string{"products.csv:2 INVALID"}, []string{"A2"}},
		{"a bare quote", "A1;1\"\nA2;2\n", []string{"products.csv:2 INVALID"}, []string{"A2"}},
		{"a quote in quotes", "\"A\"1\";1\nA2;2\n", []string{"products.csv:2 INVALID"}, []string{"A2"}},
		{"a quote that is never closed", "A1;1\nA2;\"2\nA3;3\n", []string{"products.csv:3 INVALID"}, []string{"A1"}},
		{
			"the first line of a row counts", "\"A\n1\";x\n\"A\n2\";y\nA3;z\n",
			[]string{
				"products.csv:2 rating INVALID", "products.csv:4 rating INVALID", "products.csv:6 rating INVALID",
				"products.csv:2 sku INVALID", "products.csv:4 sku INVALID",
			},
			[]string{"A3"},
		},
		{"a row too long", "A1;1\nA2;\"" + strings.Repeat("x", 17<<20) + "\nA3;3\n", []string{"products.csv:3 TOO_MANY"}, []string{"A1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			shelf, report := structure("sku;rating\n" + test.rows).load(t)
			wantProblems(t, report, test.problems...)
			for _, sku := range test.kept {
				if shelf.products[sku] == nil {
					t.Errorf("%s is missing", sku)
				}
			}
		})
	}
}

func FuzzCSVRow(f *testing.F) {
	for _, seed := range []string{
		"A1;1;x;2\n", "\"A\"\"1\";1,5;\"a\nb\";3\r\n", ";;;\n", "A1;\"\n", "\xff;1;2;3\n", "A1;1;2\n", "\ufeffA;1;S;2\n", "A;1e3;s,m;1.234,5\n",
	} {
		f.Add(seed)
	}
	dir := structure("").writeTo(f, f.TempDir())
	f.Fuzz(func(t *testing.T, rows string) {
		if err := os.WriteFile(filepath.Join(dir, "products.csv"), []byte("sku;rating;tags;weight\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		_, report := load(t, dir, akeneo.Options{})
		for _, p := range report.Problems {
			if p.Line < 1 || p.Message == "" || p.Code == "" {
				t.Errorf("a problem without a place: %+v", p)
			}
		}
	})
}
