package akeneo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/ingest"
	"unisono/ingest/akeneo"
)

// files are an export, by name.
type files map[string]string

const (
	channels   = "code;label-en_US;locales\nweb;Web;en_US,fr_FR\nprint;Print;de_DE\n"
	attributes = "code;type;localizable;scopable;metric_family;default_metric_unit;sort_order\n" +
		"sku;pim_catalog_identifier;0;0;;;1\n" +
		"name;pim_catalog_text;1;0;;;2\n" +
		"text;pim_catalog_textarea;1;1;;;3\n" +
		"note;pim_catalog_text;0;1;;;4\n" +
		"size;pim_catalog_simpleselect;0;0;;;5\n" +
		"tags;pim_catalog_multiselect;0;0;;;6\n" +
		"rating;pim_catalog_number;0;0;;;7\n" +
		"new;pim_catalog_boolean;0;0;;;8\n" +
		"since;pim_catalog_date;0;0;;;9\n" +
		"weight;pim_catalog_metric;0;0;Weight;KILOGRAM;10\n" +
		"price;pim_catalog_price_collection;0;0;;;11\n" +
		"photo;pim_catalog_image;0;1;;;12\n" +
		"manual;pim_catalog_file;1;0;;;13\n" +
		"ean;pim_catalog_text;0;0;;;14\n" +
		"parts;pim_catalog_table;0;0;;;15\n"
	options = "code;attribute;label-en_US;sort_order\nS;size;Small;1\nM;size;Medium;2\nred;tags;Red;1\nblue;tags;Blue;2\n"
)

// structure is an export with the definitions above and one file of products.
func structure(products string) files {
	return files{"channels.csv": channels, "attributes.csv": attributes, "attribute_options.csv": options, "products.csv": products}
}

func (f files) write(t *testing.T) string {
	t.Helper()
	return f.writeTo(t, t.TempDir())
}

func (f files) writeTo(t testing.TB, dir string) string {
	t.Helper()
	for name, text := range f {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (f files) load(t *testing.T) (*shelf, *ingest.Report) {
	t.Helper()
	return load(t, f.write(t), akeneo.Options{})
}

// brief gives problems without the folder, which differs from run to run, as "file:line column CODE".
func brief(report *ingest.Report) []string {
	lines := []string{}
	for _, p := range report.Problems {
		place := fmt.Sprintf("%s:%d %s %s", filepath.Base(p.File), p.Line, p.Column, p.Code)
		lines = append(lines, strings.Join(strings.Fields(place), " "))
	}
	return lines
}

func wantProblems(t *testing.T, report *ingest.Report, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, brief(report)); diff != "" {
		t.Errorf("problems (-want +got):\n%s\n%v", diff, report.Problems)
	}
}

func TestValues(t *testing.T) {
	for _, test := range []struct {
		name, column, cell         string
		key, locale, channel, want string
		problems                   []string
	}{
		{name: "localizable", column: "name-fr_FR", cell: "Été", key: "name", locale: "fr-FR", want: `"Été"`},
		{name: "localizable and scopable", column: "text-en_US-web", cell: "Hello", key: "text", locale: "en-US", channel: "web", want: `"Hello"`},
		{name: "scopable", column: "note-print", cell: "n", key: "note", channel: "print", want: `"n"`},
		{name: "a channel in other letters", column: "note-PRINT", cell: "n", key: "note", channel: "print", want: `"n"`},
		{name: "an attribute in other letters", column: "Note-print", cell: "n", key: "note", channel: "print", want: `"n"`},
		{name: "white space is the editor's", column: "note-web", cell: " a\u00a0b\\n ", key: "note", channel: "web", want: "\" a\u00a0b\\\\n \""},
		{name: "a line feed in a cell", column: "note-web", cell: "\"a\nb \"\"c\"\"\"", key: "note", channel: "web", want: `"a\nb \"c\""`},
		{name: "an option", column: "size", cell: "S", key: "size", want: `"S"`},
		{name: "an option in other letters", column: "size", cell: "s", key: "size", want: `"S"`},
		{
			name: "an option that is not defined", column: "size", cell: "XL", key: "size", want: "no value",
			problems: []string{"products.csv:2 size NOT_FOUND"},
		},
		{name: "options", column: "tags", cell: "red, BLUE,red", key: "tags", want: `["red","blue"]`},
		{
			name: "options, one not defined", column: "tags", cell: "red,green", key: "tags", want: "no value",
			problems: []string{"products.csv:2 tags NOT_FOUND"},
		},
		{name: "a decimal comma (I3)", column: "rating", cell: "1,5", key: "rating", want: "1.5"},
		{name: "a decimal point (I3)", column: "rating", cell: "1.5", key: "rating", want: "1.5"},
		{name: "grouped digits (I3)", column: "rating", cell: "1.234,5", key: "rating", want: "1234.5"},
		{name: "an exponent (I3)", column: "rating", cell: "1e3", key: "rating", want: "1000"},
		{name: "no number", column: "rating", cell: "many", key: "rating", want: "no value", problems: []string{"products.csv:2 rating INVALID"}},
		{
			name: "too many digits", column: "rating", cell: "12345678901234567890", key: "rating", want: "no value",
			problems: []string{"products.csv:2 rating INVALID"},
		},
		{name: "true", column: "new", cell: "Yes", key: "new", want: "true"},
		{name: "false is a value", column: "new", cell: "0", key: "new", want: "false"},
		{name: "neither", column: "new", cell: "maybe", key: "new", want: "no value", problems: []string{"products.csv:2 new INVALID"}},
		{name: "a date", column: "since", cell: "2012-04-20", key: "since", want: `"2012-04-20"`},
		{name: "no date", column: "since", cell: "20.04.2012", key: "since", want: "no value", problems: []string{"products.csv:2 since INVALID"}},
		{
			name: "a day that is not there", column: "since", cell: "2011-02-29", key: "since", want: "no value",
			problems: []string{"products.csv:2 since INVALID"},
		},
		{name: "a quantity in the default unit", column: "weight", cell: "2,5", key: "weight", want: `{"amount":2.5,"unit":"kg"}`},
		{name: "a quantity with its unit", column: "weight", cell: "250 GRAM", key: "weight", want: `{"amount":250,"unit":"g"}`},
		{name: "a unit beside it", column: "weight;weight-unit", cell: "8;OUNCE", key: "weight", want: `{"amount":8,"unit":"[oz_av]"}`},
		{
			name: "a unit without a code", column: "weight;weight-unit", cell: "8;LIVRE", key: "weight", want: "no value",
			problems: []string{"products.csv:2 weight-unit INVALID"},
		},
		{
			name: "units without numbers", column: "weight-unit", cell: "GRAM", key: "weight", want: "no value",
			problems: []string{"products.csv:1 weight-unit INVALID"},
		},
		{name: "one amount of money", column: "price-USD;price-EUR", cell: "9.90;", key: "price", want: `{"amount":"9.90","currency":"USD"}`},
		{
			name: "two amounts of money", column: "price-USD;price-EUR", cell: "9,90;8", key: "price",
			want: `[{"amount":"8","currency":"EUR"},{"amount":"9.90","currency":"USD"}]`,
		},
		{
			name: "money in one column", column: "price", cell: "10.00 EUR,12.50 USD", key: "price",
			want: `[{"amount":"10.00","currency":"EUR"},{"amount":"12.50","currency":"USD"}]`,
		},
		{
			name: "money that is none", column: "price-EUR", cell: "cheap", key: "price", want: "no value",
			problems: []string{"products.csv:2 price-EUR INVALID"},
		},
		{name: "a table", column: "parts", cell: `"[{""part"":""axle"",""count"":2}]"`, key: "parts", want: `[{"count":2,"part":"axle"}]`},
		{
			name: "a table that is none", column: "parts", cell: "[1]", key: "parts", want: "no value",
			problems: []string{"products.csv:2 parts INVALID"},
		},
		{name: "a locale is missing", column: "name", cell: "x", key: "name", want: "no value", problems: []string{"products.csv:1 name INVALID"}},
		{
			name: "a channel is missing", column: "text-en_US", cell: "x", key: "text", want: "no value",
			problems: []string{"products.csv:1 text-en_US INVALID"},
		},
		{name: "no locale", column: "name-qq_QQ", cell: "x", key: "name", want: "no value", problems: []string{"products.csv:1 name-qq_QQ INVALID"}},
		{
			name: "no channel", column: "note-kiosk", cell: "x", key: "note", want: "no value",
			problems: []string{"products.csv:1 note-kiosk NOT_FOUND"},
		},
		{name: "a column twice", column: "rating;rating", cell: "1;2", key: "rating", want: "1", problems: []string{"products.csv:1 rating INVALID"}},
		{
			name: "a column twice in other letters", column: "rating;Rating", cell: "1;2", key: "rating", want: "1",
			problems: []string{"products.csv:1 Rating INVALID"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			shelf, report := structure("sku;" + test.column + "\nA1;" + test.cell + "\n").load(t)
			wantProblems(t, report, test.problems...)
			checkValues(t, shelf, []wantValue{{"A1", test.key, test.locale, test.channel, test.want}})
		})
	}
}

func TestState(t *testing.T) {
	shelf, report := structure("sku;enabled\nA1;1\nA2;0\nA3;\nA4;true\nA5;perhaps\n").load(t)
	wantProblems(t, report, "products.csv:6 enabled INVALID")
	for sku, want := range map[string]content.WorkflowState{
		"A1": content.Published, "A2": content.Draft, "A3": content.Published, "A4": content.Published, "A5": content.Draft,
	} {
		if got := shelf.products[sku].State; got != want {
			t.Errorf("%s is %s; want %s", sku, got, want)
		}
	}
}

func TestGTINOnlyWhereUnique(t *testing.T) {
	shelf, report := structure("sku;ean\nA1;4006381333931\nA2;1234567890123\nA3;01234567890123\nA4;none\nA5;\n").load(t)
	wantProblems(t, report)
	for sku, want := range map[string]string{"A1": "4006381333931", "A2": "", "A3": "", "A4": "", "A5": ""} {
		if got := shelf.products[sku].GTIN; got != want {
			t.Errorf("the GTIN of %s is %q; want %q", sku, got, want)
		}
	}
	checkValues(t, shelf, []wantValue{{"A3", "ean", "", "", `"01234567890123"`}})
}

func TestMedia(t *testing.T) {
	f := structure("sku;photo-web;manual-de_DE\nA1;a/b c#1.PNG;m.pdf\nA2;https://cdn.example/x.webp;film.mp4\nA3;../secret.png;\nA4;;\n")
	for _, test := range []struct{ base, want string }{
		{"", "/media/a/b%20c%231.PNG"},
		{"https://m.example/x", "https://m.example/x/a/b%20c%231.PNG"},
	} {
		shelf, report := load(t, f.write(t), akeneo.Options{MediaBase: test.base})
		wantProblems(t, report, "products.csv:4 photo-web INVALID")
		want := content.Media{URL: test.want, MimeType: "image/png", Role: "photo", Medium: content.Image, Channels: []string{"web"}}
		if diff := cmp.Diff(want, shelf.products["A1"].Media[0]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := shelf.products["A1"].Media[1]; got.Medium != content.Hypertext || got.Locale != "de-DE" || got.MimeType != "application/pdf" {
			t.Errorf("the manual is %+v", got)
		}
		if got := shelf.products["A2"].Media; got[0].URL != "https://cdn.example/x.webp" || got[1].Medium != content.Video {
			t.Errorf("the media of A2 are %+v", got)
		}
	}
	if _, err := akeneo.Open(f.write(t), akeneo.Options{MediaBase: "ftp://x"}); err == nil {
		t.Error("a base of media that no page can show was taken")
	}
}

func TestAssociations(t *testing.T) {
	f := structure("sku;X_SELL-products;x_sell-groups;UPSELL-products;SUBSTITUTION-product_models;PACK-products;similar-products;FRIEND-products\n" +
		"A1;\"A2,A3,A2\";G;A1,A2;shirt,Ghost;A3;A2;A9\n")
	f["product_models.csv"] = "code\nShirt\n"
	shelf, report := f.load(t)
	wantProblems(t, report,
		"products.csv:1 FRIEND-products INVALID", "products.csv:2 UPSELL-products INVALID", "products.csv:2 SUBSTITUTION-product_models NOT_FOUND")
	want := []content.Relation{
		{Kind: content.Accessory, SKU: "A2"},
		{Kind: content.Accessory, SKU: "A3"},
		{Kind: content.Upsell, SKU: "A2"},
		{Kind: content.Alternative, SKU: "Shirt"},
		{Kind: content.Alternative, SKU: "Ghost"},
		{Kind: content.Bundle, SKU: "A3"},
		{Kind: content.Alternative, SKU: "A2"},
	}
	if diff := cmp.Diff(want, shelf.products["A1"].Related); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestModels(t *testing.T) {
	f := structure("sku;parent;family;size\nV1;SUB;;S\nV2;gone;;M\n")
	f["families.csv"] = "code;label-en_US;attributes;requirements-web;requirements-kiosk\nshirts;Shirts;sku,name,Size,glitter;sku,NAME;name\n"
	f["family_variants.csv"] = "code;family;variant-axes_1;variant-axes_2\nv;Shirts;Size;tags\n"
	f["product_models.csv"] = "code;family_variant;parent;note-web\n" +
		"sub;V;Root;below\nRoot;v;;above\nloop;v;pool;\npool;v;loop;\n;v;;x\nodd;w;;\n"
	shelf, report := f.load(t)
	wantProblems(t, report,
		"families.csv:2 attributes NOT_FOUND", "families.csv:2 requirements-kiosk NOT_FOUND",
		"product_models.csv:4 parent INVALID", "product_models.csv:5 parent INVALID", "product_models.csv:6 code INVALID",
		"product_models.csv:7 family_variant NOT_FOUND", "products.csv:3 parent NOT_FOUND")
	root, sub, v1, v2 := shelf.products["Root"], shelf.products["sub"], shelf.products["V1"], shelf.products["V2"]
	if diff := cmp.Diff([][]string{{"size"}, {"tags"}}, [][]string{root.Axes, sub.Axes}); diff != "" {
		t.Errorf("axes (-want +got):\n%s", diff)
	}
	got := []string{root.Parent, root.Family, sub.Parent, sub.Family, v1.Parent, v1.Family, v2.Parent, v2.Family}
	if diff := cmp.Diff([]string{"", "shirts", "Root", "shirts", "sub", "shirts", "gone", ""}, got); diff != "" {
		t.Errorf("parents and families (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Root", "odd", "sub", "V1", "V2"}, shelf.order); diff != "" {
		t.Errorf("the order (-want +got):\n%s", diff)
	}
	family := shelf.definitions.Families["shirts"]
	if diff := cmp.Diff([]content.Required{{Channel: "web", Attributes: []string{"name"}}}, family.Required); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
}

func TestCategories(t *testing.T) {
	f := structure("sku;categories\nA1;\"ONE,two,One\"\nA2;three\n")
	f["categories.csv"] = "code;parent;label-en_US;label-xx_1\nroot;;Root;\none;ROOT;;\ntwo;root;Two;\nlost;nowhere;;\n"
	shelf, report := f.load(t)
	wantProblems(t, report, "categories.csv:1 label-xx_1 INVALID", "categories.csv:5 parent NOT_FOUND", "products.csv:3 categories NOT_FOUND")
	if diff := cmp.Diff([]string{"one", "two"}, shelf.products["A1"].Categories); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	one, two := shelf.definitions.Categories["one"], shelf.definitions.Categories["two"]
	if one.Parent != "root" || one.Position != 1 || two.Position != 2 || len(one.Name) != 0 || two.Name["en-US"] != "Two" {
		t.Errorf("%+v %+v", one, two)
	}
}

func TestDefinitions(t *testing.T) {
	f := files{
		"channels.csv": "code;label-en_US;locales;currencies\nmobile;App;\"fr_FR,en_US,xx\";EUR\nmy-marketplace;;en_US;\nintranet;;;\n",
		"attributes.csv": "code;type;group;sort_order;metric_family;default_metric_unit\n" +
			"speed;pim_catalog_metric;tech;;Speed;MILE_PER_HOUR\nold;pim_catalog_metric;none;x;Weight;LIVRE\n" +
			"wool;pim_reference_data_multiselect;;;;\nsilk;pim_reference_data_simpleselect;;;;\nodd;acme_type;;;;\nref;pim_catalog_identifier;;;;\n",
		"attribute_groups.csv":  "code\nTech\n",
		"attribute_options.csv": "attribute;code\nwool;merino\nwool;angora\nghost;x\n",
		"products.csv":          "ref;wool;silk\nR1;merino;fine\n",
	}
	shelf, report := load(t, f.write(t), akeneo.Options{DefaultLocale: "en-US"})
	wantProblems(t, report,
		"channels.csv:2 locales INVALID",
		"attributes.csv:3 group NOT_FOUND", "attributes.csv:3 default_metric_unit INVALID", "attributes.csv:3 sort_order INVALID",
		"attributes.csv:6 type INVALID", "attribute_options.csv:4 attribute NOT_FOUND")
	d := shelf.definitions
	for key, want := range map[string]content.Channel{
		"mobile": {Platform: "APP", DefaultLocale: "en-US"}, "my-marketplace": {Platform: "MARKETPLACE", DefaultLocale: "en-US"},
		"intranet": {Platform: "OWN_SITE", DefaultLocale: "en-US"},
	} {
		if got := d.Channels[key]; got.Platform != want.Platform || got.DefaultLocale != want.DefaultLocale {
			t.Errorf("the channel %s is %+v", key, got)
		}
	}
	for key, want := range map[string]content.Attribute{
		"speed": {Type: content.TypeQuantity, Group: "Tech", Unit: "[mi_i]/h", Position: 1},
		"old":   {Type: content.TypeQuantity, Group: "none", Position: 2},
		"wool":  {Type: content.TypeOptions, Position: 3},
		"silk":  {Type: content.TypeText, Position: 4},
		"odd":   {Type: content.TypeText, Position: 5},
		"ref":   {Type: content.TypeText, Position: 6},
	} {
		want.Key = key
		if diff := cmp.Diff(&want, d.Attributes[key]); diff != "" {
			t.Errorf("the attribute %s (-want +got):\n%s", key, diff)
		}
	}
	if got := d.Options["wool/angora"].Position; got != 2 {
		t.Errorf("the position of angora is %d", got)
	}
	checkValues(t, shelf, []wantValue{{"R1", "wool", "", "", `["merino"]`}, {"R1", "silk", "", "", `"fine"`}, {"R1", "ref", "", "", "no value"}})
}

func TestWithoutAttributes(t *testing.T) {
	f := files{"products.csv": "SKU;name;name2-en_US;text-fr_FR-web;note-print;price-EUR;price-USD;weight;weight-unit;bad-a-b\n" +
		"A1;N;E;T;P;1;2;3;GRAM;x\n"}
	f["channels.csv"] = channels
	shelf, report := f.load(t)
	wantProblems(t, report, "products.csv:1 bad-a-b INVALID")
	checkValues(t, shelf, []wantValue{
		{"A1", "name", "", "", `"N"`},
		{"A1", "name2", "en-US", "", `"E"`},
		{"A1", "text", "fr-FR", "web", `"T"`},
		{"A1", "note", "", "print", `"P"`},
		{"A1", "price", "", "", `[{"amount":"1","currency":"EUR"},{"amount":"2","currency":"USD"}]`},
		{"A1", "weight", "", "", `{"amount":3,"unit":"g"}`},
	})
}

// Options may have come by an earlier import, so without the file that defines them they are taken as they stand.
func TestOptionsWithoutFile(t *testing.T) {
	f := structure("sku;size\nA1;XXL\n")
	delete(f, "attribute_options.csv")
	_, report := f.load(t)
	if len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Message, `"XXL"`) {
		t.Errorf("the value should have been handed over, and refused by content alone: %v", report.Problems)
	}
}

func TestOpenRefuses(t *testing.T) {
	empty := t.TempDir()
	if _, err := akeneo.Open(empty, akeneo.Options{}); err == nil || !strings.Contains(err.Error(), "products.csv") {
		t.Errorf("a directory without any file of an export: %v", err)
	}
	if _, err := akeneo.Open(filepath.Join(empty, "none"), akeneo.Options{}); err == nil {
		t.Error("a directory that is not there was taken")
	}
	if _, err := akeneo.Open(structure("sku\n").write(t), akeneo.Options{DefaultLocale: "english"}); err == nil {
		t.Error("a default locale that is none was taken")
	}
}

func TestSize(t *testing.T) {
	source, err := akeneo.Open(structure("sku;note-web\nA1;\"a\nb\"\nA2;\n").write(t), akeneo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	size, err := source.(ingest.Sized).Size(t.Context())
	if want := 2 + 15 + 4 + 2; err != nil || size != want {
		t.Errorf("Size() = %d, %v; want %d", size, err, want)
	}
}
