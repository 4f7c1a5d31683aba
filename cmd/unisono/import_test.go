package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/ingest"
	"unisono/internal/realdata"
)

// importing runs an import that must succeed, and gives its report.
func importing(t *testing.T, args ...string) *ingest.Report {
	t.Helper()
	report, code, errs := tryImport(t, args...)
	if code != exitDone || len(report.Problems) > 0 {
		t.Fatalf("import %v: %d\n%s", args, code, errs)
	}
	return report
}

// tryImport runs an import and gives its report, exit code and what it said.
func tryImport(t *testing.T, args ...string) (*ingest.Report, int, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.json")
	code, out, errs := command(t, append([]string{"import", "--report", path}, args...)...)
	if out != "" {
		t.Errorf("standard output has %q", out)
	}
	report := &ingest.Report{}
	if text, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(text, report); err != nil {
			t.Fatal(err)
		}
	}
	return report, code, errs
}

// counts writes a report's counts of one column as one line: "channel 3, …".
func counts(report *ingest.Report, of func(*ingest.Counts) int) string {
	parts := []string{}
	for _, kind := range content.Kinds() {
		if counts := report.Kinds[kind]; counts != nil {
			parts = append(parts, fmt.Sprintf("%s %d", kind, of(counts)))
		}
	}
	return strings.Join(parts, ", ")
}

func written(c *ingest.Counts) int   { return c.Written }
func unchanged(c *ingest.Counts) int { return c.Unchanged }

// openDir opens a gateway on a directory that an import wrote.
func openDir(t *testing.T, dir string) *house {
	t.Helper()
	flags := databaseFlags{DataDir: dir, Database: "unisono", Timeout: 5e9}
	log := &lines{}
	config := testConfig(log)
	config.contexts.DefaultChannel, config.contexts.DefaultAudience = "", ""
	database, err := flags.open(t.Context(), config.logger)
	if err != nil {
		t.Fatal(err)
	}
	g, err := openGateway(t.Context(), database, config)
	if err != nil {
		t.Fatal(err)
	}
	return serving(t, g, log)
}

// The real catalogues: all of SOURCE.md is there, and a second run writes nothing.
func TestRealCatalogues(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"akeneo-icecat":           "channel 3, category 168, attribute 77, option 121, family 17, product 815", // 734 products and 81 models
		"akeneo-catalog-modeling": "channel 3, category 30, attribute 27, option 53, family 3, product 322",    // 242 and 80
		"akeneo-apparel":          "channel 3, category 17, attribute 30, option 76, family 4",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, dir := realdata.Dir(t, name), t.TempDir()
			if name == "akeneo-apparel" {
				dry := importing(t, "akeneo-csv", source, "--data-dir", dir, "--dry-run")
				same(t, "what a dry run would write", want, counts(dry, written)) // and does not: see the first run
			}
			first := importing(t, "akeneo-csv", source, "--data-dir", dir)
			same(t, "what the first run writes", want, counts(first, written))
			second := importing(t, "akeneo-csv", source, "--data-dir", dir)
			same(t, "what the second run leaves", want, counts(second, unchanged))
			switch name {
			case "akeneo-icecat":
				h := openDir(t, dir)
				readBack(t, h, icecatValues)
				readDescriptions(t, h, filepath.Join(source, "products.csv"))
			case "akeneo-catalog-modeling":
				h := openDir(t, dir)
				readBack(t, h, modelingValues)
				readOptions(t, h)
			}
		})
	}
}

// fact is a value that somebody looked up in the files: what a reader in a channel and a language gets.
type fact struct{ sku, channel, locale, key, want string }

const nobody = "null"

var icecatValues = []fact{
	{"1111111171", "ecommerce", "en-US", "name", `{"value": "Bag", "locale": null, "label": "Name"}`},
	{"1111111171", "ecommerce", "de-DE", "weight", `{"value": {"amount": 500, "unit": "g"}, "locale": null, "label": "Gewicht"}`},
	{"1111111171", "ecommerce", "en-US", "brand", nobody}, // its cell is empty
	{"13871461", "print", "fr-FR", "color_scanning", `{"value": false, "locale": null, "label": "Numérisation couleur"}`},
	{"13871461", "ecommerce", "en-US", "release_date", `{"value": "2012-04-20", "locale": null, "label": "Release date"}`},
	{"13871461", "print", "en-US", "release_date", nobody},    // it is for ecommerce alone
	{"13871461", "ecommerce", "en-US", "description", nobody}, // it is for print alone
	{"14596093", "print", "en-US", "display_diagonal", `{"value": {"amount": 32, "unit": "[in_i]"}, "locale": null, "label": "Display diagonal"}`},
	{"10970033", "print", "en-US", "optical_zoom", `{"value": 5, "locale": null, "label": "Optical zoom"}`},
	{"10970033", "print", "en-US", "total_megapixels", `{"value": "16000000", "locale": null, "label": "Total megapixels"}`}, // a text
	{"10970033", "print", "en-US", "auto_exposure", `{"value": false, "locale": null, "label": "Auto exposure"}`},
	{"Tshirt-divided-blue-s", "print", "de-DE", "price", `{"value": [{"amount": "19", "currency": "EUR"}, {"amount": "19", "currency": "USD"}], "locale": null, "label": "Preis"}`},
	{"Tshirt-divided-blue-s", "print", "en-US", "care_instructions", `{"value": "Machine wash 40°", "locale": null, "label": "Care instructions"}`},
	{"Tshirt-divided-blue-s", "print", "fr-FR", "variation_name", `{"value": "T-shirt en coton avec un col rond Divided bleu", "locale": "fr-FR", "label": "Nom de la variante"}`},
	{"1111111120", "print", "fr-FR", "price", `{"value": {"amount": "899", "currency": "EUR"}, "locale": null, "label": "Prix"}`},
	{"1111111120", "print", "en-US", "variation_name", `{"value": "Apollon blue", "locale": "en-US", "label": "Variant Name"}`},
}

var modelingValues = []fact{
	{"1111111193", "print", "en-US", "weight", `{"value": {"amount": 800, "unit": "g"}, "locale": null, "label": "Weight"}`},    // its own
	{"1111111193", "print", "en-US", "variation_name", `{"value": "Jack brown", "locale": "en-US", "label": "Variation Name"}`}, // its model's
	{"1111111193", "print", "en-US", "name", `{"value": "jack", "locale": "en-US", "label": "Model name"}`},                     // that one's model's
	{"1111111193", "print", "fr-FR", "color", `{"value": "brown", "locale": null, "label": "Couleur"}`},
	{"braided-hat-m", "print", "fr-FR", "variation_name", `{"value": "Chapeau tressé medium", "locale": "fr-FR", "label": "Nom de la variation"}`},
	{"braided-hat-m", "print", "fr-FR", "name", `{"value": "Chapeau tressé", "locale": "fr-FR", "label": "Nom du modèle"}`},
	{"braided-hat-m", "print", "en-US", "name", `{"value": "Braided hat ", "locale": "en-US", "label": "Model name"}`}, // the space at its end is the editor's
	{"braided-hat-m", "print", "fr-FR", "material", `{"value": "wool", "locale": null, "label": "Matière"}`},
	{"braided-hat-m", "ecommerce", "en-US", "description", `{"value": "Braided hat ", "locale": "en-US", "label": "Model description"}`},
	{"braided-hat-m", "print", "en-US", "description", nobody},
}

func readBack(t *testing.T, h *house, facts []fact) {
	t.Helper()
	for _, f := range facts {
		t.Run(f.key+" of "+f.sku+" in "+f.channel+" "+f.locale, func(t *testing.T) {
			got := h.ask(t, fmt.Sprintf(`query @inContext(channel: %q, locale: %q) { product(sku: %q) { attribute(key: %q) { value locale label } } }`, f.channel, f.locale, f.sku, f.key))
			got.gives(t, `{"product": {"attribute": `+f.want+`}}`)
		})
	}
}

// mostDescriptions are compared in one scope; the largest has 573.
const mostDescriptions = 250

// readDescriptions compares the descriptions in the file, to the letter: line feeds, backslashes before n, no-break spaces, accents.
func readDescriptions(t *testing.T, h *house, path string) {
	t.Helper()
	opened, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	reader := csv.NewReader(opened)
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compared, odd := 0, map[string]int{}
	for _, scope := range []struct{ column, channel, locale string }{
		{"description-en_US-ecommerce", "ecommerce", "en-US"}, {"description-de_DE-print", "print", "de-DE"}, {"description-en_US-print", "print", "en-US"}, {"description-fr_FR-print", "print", "fr-FR"},
	} {
		want, skus := map[string]string{}, []string{}
		for _, row := range rows[1:] {
			if cell := row[slices.Index(rows[0], scope.column)]; cell != "" && len(skus) < mostDescriptions {
				want[row[0]], skus = cell, append(skus, row[0])
			}
		}
		for some := range slices.Chunk(skus, 100) {
			page := h.send(t, asked{
				Query: `query ($skus: [ID!]) @inContext(channel: "` + scope.channel + `", locale: "` + scope.locale + `") {
					products(first: 100, filter: {skus: $skus}) { nodes { sku attribute(key: "description") { value locale isFallback } } } }`,
				Variables: map[string]any{"skus": some},
			})
			for _, node := range page.at(t, "products.nodes").([]any) {
				product := node.(map[string]any)
				sku := product["sku"].(string)
				same[any](t, scope.column+" of "+sku, map[string]any{"value": want[sku], "locale": scope.locale, "isFallback": false}, product["attribute"])
				compared++
				for _, part := range []string{"\n", `\n`, "\u00a0", "é", "<b>"} {
					if strings.Contains(want[sku], part) {
						odd[part]++
					}
				}
			}
		}
	}
	if compared != 105+228+mostDescriptions+202 || len(odd) != 5 {
		t.Errorf("%d descriptions, oddities %v", compared, odd)
	}
}

// readOptions checks that options are called what their labels say in the reader's language.
func readOptions(t *testing.T, h *house) {
	t.Helper()
	for locale, want := range map[string]string{"fr-FR": "Marron laine", "de-DE": "Brown wool", "en-GB": "Brown wool"} {
		got := h.ask(t, `query @inContext(channel: "print", locale: "`+locale+`") {
			a: product(sku: "1111111193") { attribute(key: "color") { options { label } } } b: product(sku: "braided-hat-m") { attribute(key: "material") { options { label } } } }`)
		same(t, locale, want, fmt.Sprint(got.at(t, "a.attribute.options.0.label"), " ", got.at(t, "b.attribute.options.0.label")))
	}
}

// An import that was stopped halfway is run again, and then everything is there.
func TestImportThatWasStopped(t *testing.T) {
	t.Parallel()
	const all = 250
	dir := t.TempDir()
	text := strings.Builder{}
	for i := range all {
		fmt.Fprintf(&text, `{"kind": "category", "key": "c%d"}`+"\n", i)
	}
	path := file(t, "all.ndjson", text.String())
	ctx, stop := context.WithCancel(t.Context())
	errs := &stopping{stop: stop}
	if code := run(ctx, []string{"import", "ndjson", path, "--data-dir", dir}, strings.NewReader(""), &lines{}, errs); code != exitFailed {
		t.Errorf("it ended with %d before it was stopped: %s", code, &errs.lines)
	}
	rest := importing(t, "ndjson", path, "--data-dir", dir).Kinds[content.KindCategory]
	if rest.Written == 0 || rest.Unchanged+rest.Written != all {
		t.Errorf("the rest: %+v", rest)
	}
	same(t, "everything is there", fmt.Sprint("category ", all), counts(importing(t, "ndjson", path, "--data-dir", dir), unchanged))
}

// stopping stops the command that logs to it, a little after it has begun.
type stopping struct {
	lines
	stop func()
}

func (s *stopping) Write(text []byte) (int, error) {
	if strings.Contains(string(text), "the catalogue is read") {
		time.AfterFunc(50*time.Millisecond, s.stop)
	}
	return s.lines.Write(text)
}
