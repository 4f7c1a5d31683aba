package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"unisono/content"
	"unisono/demo"
	"unisono/ingest"
)

// demoLines are the demo's files one behind the other, as one file.
func demoLines(t *testing.T) string {
	t.Helper()
	names, err := fs.Glob(demo.Files(), "*.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, name := range names {
		text += read(t, demo.Files(), name)
	}
	return text
}

// sorted gives the lines of an export in one order: products and fragments come as the database has them.
func sorted(text string) []string { return slices.Sorted(strings.Lines(text)) }

// undated is sorted without the moments of first publication, which tell two databases apart.
func undated(text string) []string {
	return sorted(regexp.MustCompile(`"firstPublished":"[^"]*",?`).ReplaceAllString(text, ""))
}

func exported(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := command(t, append([]string{"export", "ndjson"}, args...)...)
	if code != exitDone {
		t.Fatalf("export %v: %d %s", args, code, errs)
	}
	return out
}

// What an export writes, an import reads back unchanged: into the same database it changes nothing, into a fresh one it makes the same.
func TestExportAndImportAgain(t *testing.T) {
	t.Parallel()
	const all = "audience 3, channel 7, category 17, attribute 31, option 17, family 6, fragment 174, product 86"
	source, first, second := file(t, "demo.ndjson", demoLines(t)), t.TempDir(), t.TempDir()
	dry := importing(t, "ndjson", source, "--timeout=25s", "--data-dir", first, "--dry-run")
	same(t, "what a dry run would write", all, counts(dry, written))
	same(t, "what a dry run wrote", "", exported(t, "--timeout=25s", "--data-dir", first))
	same(t, "what was written", all, counts(importing(t, "ndjson", source, "--timeout=25s", "--data-dir", first), written))

	path := filepath.Join(t.TempDir(), "export.ndjson")
	if out := exported(t, path, "--timeout=25s", "--data-dir", first); out != "" {
		t.Errorf("standard output has %q", out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "standard output and file", string(text), exported(t, "--timeout=25s", "--data-dir", first))
	same(t, "into the same database", all, counts(importing(t, "ndjson", path, "--timeout=25s", "--data-dir", first), unchanged))
	same(t, "into a fresh one", all, counts(importing(t, "ndjson", path, "--timeout=25s", "--data-dir", second), written))
	same(t, "exported again", sorted(string(text)), sorted(exported(t, "--timeout=25s", "--data-dir", second)))
	same(t, "the files themselves say nothing new", all, counts(importing(t, "ndjson", source, "--timeout=25s", "--data-dir", second), unchanged))
	if leftovers, _ := filepath.Glob(path + ".part-*"); len(leftovers) > 0 {
		t.Errorf("%v are left over", leftovers)
	}
}

// A second process cannot have the directory. It is told how to work beside the first: through the gateway, with the same reports.
func TestImportAndExportThroughAGateway(t *testing.T) {
	t.Parallel()
	source, dir := file(t, "demo.ndjson", demoLines(t)), t.TempDir()
	owner := openDir(t, dir)
	for _, args := range [][]string{{"import", "ndjson", source}, {"import", "--dry-run", "ndjson", source}, {"export", "ndjson"}, {"migrate"}, {"serve"}} {
		code, _, errs := command(t, append(args, "--timeout=25s", "--data-dir", dir)...)
		if code != exitFailed || !strings.Contains(errs, "unisono import --gateway URL --key KEY") || !strings.Contains(errs, dir) {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}

	fresh := t.TempDir()
	through := func(args ...string) *ingest.Report {
		return importing(t, append(args, "--gateway", owner.url+"/", "--key", adminKey)...)
	}
	same(t, "a dry run", importing(t, "ndjson", source, "--timeout=25s", "--data-dir", fresh, "--dry-run"), through("ndjson", source, "--dry-run"))
	same(t, "what a dry run wrote", "", exported(t, "--gateway", owner.url, "--key", adminKey))
	same(t, "an import", importing(t, "ndjson", source, "--timeout=25s", "--data-dir", fresh), through("ndjson", source))
	same(t, "an import again", importing(t, "ndjson", source, "--timeout=25s", "--data-dir", fresh), through("ndjson", source))
	same(t, "an export", undated(exported(t, "--timeout=25s", "--data-dir", fresh)), undated(exported(t, "--gateway", owner.url, "--key", adminKey)))
	owner.ask(t, `query @inContext(channel: "site", locale: "da") { product(sku: "JUG-350") { name } }`).gives(t, `{"product": {"name": "Mælkekande 350 ml"}}`)

	bad := file(t, "bad.ndjson", `{"kind": "product", "sku": "X", "channels": ["nowhere"]}`+"\n")
	here, _, _ := tryImport(t, "ndjson", bad, "--timeout=25s", "--data-dir", fresh)
	there, code, _ := tryImport(t, "ndjson", bad, "--gateway", owner.url, "--key", adminKey)
	same(t, "problems", here, there)
	same(t, "the exit code", exitFailed, code)

	for _, test := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"no key", []string{"--gateway", owner.url}, exitUsage, []string{"--key KEY", "UNISONO_KEY"}},
		{"a key that nobody has", []string{"--gateway", owner.url, "--key", "wrong-wrong-wrong"}, exitFailed, []string{owner.url, "nobody has this API key"}},
		{"a key that may not write", []string{"--gateway", owner.url, "--key", technicianKey}, exitFailed, []string{owner.url, "write"}},
		{"nobody there", []string{"--gateway", "http://127.0.0.1:1", "--key", adminKey}, exitFailed, []string{"http://127.0.0.1:1", "does not answer"}},
		{"no address", []string{"--gateway", "::", "--key", adminKey}, exitFailed, []string{"--gateway", "http://localhost:8080"}},
		{"a gateway and a database", []string{"--gateway", owner.url, "--key", adminKey, "--timeout=25s", "--data-dir", fresh}, exitUsage, []string{"exclude each other"}},
	} {
		for _, args := range [][]string{{"import", "ndjson", source}, {"export", "ndjson"}} {
			t.Run(args[0]+" with "+test.name, func(t *testing.T) {
				code, out, errs := command(t, append(args, test.args...)...)
				if code != test.code || out != "" {
					t.Errorf("%d, out %q, errors %s", code, out, errs)
				}
				for _, word := range test.says {
					if !strings.Contains(errs, word) {
						t.Errorf("%q; want it to say %q", errs, word)
					}
				}
				if strings.Contains(errs, "wrong-wrong-wrong") || strings.Contains(errs, adminKey) {
					t.Errorf("it shows the key: %s", errs)
				}
			})
		}
	}
}

// Lines that are not right are reported, each with its place; all others are written, and the command fails in the end.
func TestImportReportsBadLines(t *testing.T) {
	t.Parallel()
	path := file(t, "bad.ndjson", strings.Join([]string{
		`{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}`,
		``,
		`{"kind": "product", "sku": "GOOD", "state": "PUBLISHED"}`,
		`{"kind": "product", "sku": "BROKEN"`,
		`{"kind": "produkt", "sku": "X"}`,
		`{"sku": "X"}`,
		`{"kind": "product"}`,
		`{"kind": "product", "sku": "X", "colour": "red"}`,
		`{"kind": "product", "sku": "W", "state": "LOST", "channels": ["site", "nowhere"]}`,
		`{"kind": "product", "sku": "Y", "publishFrom": "2026-01-01T00:00:00"}`,
		`{"kind": "product", "sku": "GOOD", "state": "DRAFT"}`,
		"{\"kind\": \"product\", \"sku\": \"Gr\xfcn\"}",
		`{"kind": "product", "sku": "Z", "attributes": [{"key": "name", "value": "x", "locale": "xx-yy-zz-1"}]}`,
		`[1]`,
		`{"kind": "product", "sku": "ALSO-GOOD", "state": "PUBLISHED"}`,
	}, "\n"))
	dir := t.TempDir()
	report, code, errs := tryImport(t, "ndjson", path, "--timeout=25s", "--data-dir", dir)
	same(t, "the exit code", exitFailed, code)
	type problem struct {
		Line         int
		Column, Code string
	}
	found := []problem{}
	for _, p := range report.Problems {
		found = append(found, problem{p.Line, p.Column, p.Code})
		if p.File != path || p.Message == "" || !strings.Contains(errs, p.Message) {
			t.Errorf("%+v", p)
		}
	}
	slices.SortStableFunc(found, func(a, b problem) int { return a.Line - b.Line })
	same(t, "problems", []problem{
		{4, "", "INVALID"},
		{5, "kind", "INVALID"},
		{6, "kind", "INVALID"},
		{7, "sku", "INVALID"},
		{8, "colour", "INVALID"},
		{9, "state", "INVALID"},
		{9, "channels.1", "NOT_FOUND"},
		{10, "publishFrom", "INVALID"},
		{11, "sku", "CONFLICT"},
		{12, "", "INVALID"},
		{13, "attributes.0.locale", "INVALID"},
		{14, "", "INVALID"},
	}, found)
	same(t, "products", ingest.Counts{Read: 8, Written: 2, Skipped: 6}, *report.Kinds[content.KindProduct])
	same(t, "what was written", 3, strings.Count(exported(t, "--timeout=25s", "--data-dir", dir), "\n"))
	if !strings.Contains(errs, "problems: 12; what is right was dealt with") || !strings.Contains(errs, path+":9: channels.1: ") {
		t.Errorf("%s", errs)
	}
}

func TestImportOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{{"ndjson", filepath.Join(dir, "nothing.ndjson")}, {"akeneo-csv", filepath.Join(dir, "nothing")}, {"ndjson", dir}} {
		_, code, errs := tryImport(t, append(args, "--timeout=25s", "--data-dir", filepath.Join(dir, "data"))...)
		if code != exitFailed || !strings.Contains(errs, dir) {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	// What comes before the place at which a file breaks off is kept; UTF-16 is read.
	report, code, _ := tryImport(t, "ndjson", file(t, "utf16.ndjson", "\xff\xfe"+wide(`{"kind": "category", "key": "Äpfel"}`)), "--timeout=25s", "--data-dir", filepath.Join(dir, "data"))
	if code != exitDone || report.Kinds[content.KindCategory].Written != 1 {
		t.Errorf("UTF-16: %d %+v", code, report)
	}
}

// wide writes letters below U+0100 in UTF-16, little-endian.
func wide(text string) string {
	bytes := []byte{}
	for _, letter := range text {
		bytes = append(bytes, byte(letter), 0)
	}
	return string(bytes)
}

// "-" is standard input, that of the command.
func TestImportFromStandardInput(t *testing.T) {
	t.Parallel()
	dir, errs := t.TempDir(), &lines{}
	code := run(t.Context(), []string{"import", "ndjson", "-", "--timeout=25s", "--data-dir", dir}, strings.NewReader(`{"kind": "category", "key": "piped"}`), &lines{}, errs)
	if out := exported(t, "--timeout=25s", "--data-dir", dir); code != exitDone || !strings.Contains(out, "piped") {
		t.Errorf("%d, %q: %s", code, out, errs)
	}
}
