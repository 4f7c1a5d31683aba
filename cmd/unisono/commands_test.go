package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Exit codes: 0 done, 1 failed, 2 not understood. What went wrong stands on standard error, in words that say what would be right.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	occupied := file(t, "file", "")
	for _, test := range []struct {
		args []string
		code int
		out  string // is in standard output; "": that is empty
		errs string // is in standard error
	}{
		{nil, exitDone, "Usage: unisono <command>", ""},
		{[]string{"--help"}, exitDone, "UNISONO_", ""},
		{[]string{"import", "--help"}, exitDone, "--dry-run", ""},
		{[]string{"serve", "--help"}, exitDone, "UNISONO_ADMIN_KEY", ""},
		{[]string{"version"}, exitDone, "unisono ", ""},
		{[]string{"schema"}, exitDone, "type Query", ""},
		{[]string{"fly"}, exitUsage, "", "fly"},
		{[]string{"serve", "--wings"}, exitUsage, "", "wings"},
		{[]string{"import"}, exitUsage, "", "ndjson"},
		{[]string{"import", "ndjson"}, exitUsage, "", "path"},
		{[]string{"export", "xml", "--data-dir", t.TempDir()}, exitUsage, "", "ndjson"},
		{[]string{"migrate"}, exitUsage, "", "--data-dir DIR"},
		{[]string{"migrate", "--data-dir", t.TempDir(), "--mongo-uri", "mongodb://localhost"}, exitUsage, "", "exclude each other"},
		{[]string{"migrate", "--data-dir", t.TempDir(), "--timeout", "soon"}, exitUsage, "", "timeout"},
		{[]string{"serve", "--data-dir", t.TempDir(), "--cache-size", "much"}, exitUsage, "", "--cache-size: \"much\" is no size; one such as 512MiB"},
		{[]string{"serve", "--data-dir", t.TempDir(), "--cache-size", "100KiB"}, exitUsage, "", "--cache-size: 102400 bytes are too few"},
		{[]string{"serve", "--data-dir", t.TempDir(), "--max-stale", "0s"}, exitUsage, "", "--max-stale: 0s is too short"},
		{[]string{"migrate", "--data-dir", occupied}, exitFailed, "", occupied},
		{[]string{"migrate", "--mongo-uri", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", "--timeout", "300ms"}, exitFailed, "", "127.0.0.1:1"},
		{[]string{"migrate", "--mongo-uri", "127.0.0.1"}, exitFailed, "", "--mongo-uri"},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			code, out, errs := command(t, test.args...)
			if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(errs, test.errs) || test.out == "" && test.code != exitUsage && out != "" {
				t.Errorf("%d, want %d; output %q, want %q; errors %q, want %q", code, test.code, out, test.out, errs, test.errs)
			}
			if strings.Contains(errs, "panic") || strings.Contains(errs, "goroutine") {
				t.Errorf("%s", errs)
			}
		})
	}
}

// Whoever starts a gateway learns of every mistake at once.
func TestMistakesAreReportedTogether(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"serve", "demo"} {
		code, _, errs := command(t, name, "--data-dir", t.TempDir(), "--mongo-uri", "mongodb://localhost", "--timeout", "0s", "--listen", "nowhere", "--admin-listen", "somewhere", "--admin-key", "short", "--default-locale", "xx-yy-zz-1")
		if code != exitUsage {
			t.Errorf("%s: %d", name, code)
		}
		for _, says := range []string{"exclude each other", "--timeout", "--listen", "--admin-listen", "UNISONO_ADMIN_KEY", "--default-locale"} {
			if !strings.Contains(errs, says) {
				t.Errorf("%s does not say %q: %s", name, says, errs)
			}
		}
		if strings.Contains(errs, "short") {
			t.Errorf("%s shows the key: %s", name, errs)
		}
	}
}

// Every flag can be given as a variable. This test changes the environment, so it runs alone.
func TestVariables(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("UNISONO_DATA_DIR", dir)
	t.Setenv("UNISONO_LOG_LEVEL", "error")
	code, out, errs := command(t, "migrate")
	if code != exitDone || out == "" || errs != "" {
		t.Errorf("%d %q %q", code, out, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "unisono.sqlite")); err != nil {
		t.Error(err)
	}
	other := t.TempDir() // a flag beats its variable
	if code, _, errs = command(t, "migrate", "--data-dir", other); code != exitDone {
		t.Errorf("%d %s", code, errs)
	}
	if _, err := os.Stat(filepath.Join(other, "unisono.sqlite")); err != nil {
		t.Error(err)
	}
	t.Setenv("UNISONO_TIMEOUT", "soon")
	if code, _, errs = command(t, "migrate"); code != exitUsage || !strings.Contains(errs, "soon") {
		t.Errorf("%d %s", code, errs)
	}
	t.Setenv("UNISONO_TIMEOUT", "5s")
	t.Setenv("UNISONO_LOG_LEVEL", "info")
	t.Setenv("UNISONO_ADMIN_KEY", adminKey)
	t.Setenv("UNISONO_ADMIN_LISTEN", "127.0.0.1:0")
	ctx, stop := context.WithCancel(t.Context())
	log, done := &lines{}, make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0"}, strings.NewReader(""), &lines{}, log)
	}()
	listening := regexp.MustCompile(`"listening","address":"([^"]+)"`)
	eventually(t, "it listens", func() bool { return listening.MatchString(log.String()) && adminAddress.MatchString(log.String()) })
	h := &house{url: "http://" + listening.FindStringSubmatch(log.String())[1]}
	h.askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {categories: [{key: "x"}]}) { written } }`).gives(t, `{"upsertDefinitions": {"written": 1}}`)
	if got := do(t, http.MethodGet, "http://"+adminAddress.FindStringSubmatch(log.String())[1]+"/metrics", "", nil); got.status != http.StatusOK {
		t.Errorf("/metrics: %d %s", got.status, got.body)
	}
	stop()
	if code := <-done; code != exitDone || strings.Contains(log.String(), adminKey) {
		t.Errorf("%d %s", code, log)
	}
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		if code, out, errs := command(t, "migrate", "--data-dir", dir); code != exitDone || strings.TrimSpace(out) == "" {
			t.Errorf("%d %q %q", code, out, errs)
		}
	}
	importing(t, "ndjson", file(t, "x.ndjson", `{"kind": "category", "key": "kept"}`), "--data-dir", dir)
	if code, _, errs := command(t, "migrate", "--data-dir", dir); code != exitDone {
		t.Errorf("%d %s", code, errs)
	}
	if out := exported(t, "--data-dir", dir); !strings.HasPrefix(out, `{"kind":"category","key":"kept"`) || strings.Count(out, "\n") != 1 {
		t.Errorf("what was there: %s", out)
	}
}

// The schema that is printed is whole: it parses, and everything in it that people meet is described.
func TestPrintedSchemaIsDescribed(t *testing.T) {
	t.Parallel()
	code, out, _ := command(t, "schema")
	if code != exitDone {
		t.Fatal(code)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "printed", Input: out})
	if err != nil {
		t.Fatal(err)
	}
	described := 0
	must := func(description, format string, args ...any) {
		described++
		if strings.TrimSpace(description) == "" {
			t.Errorf("%s has no description", fmt.Sprintf(format, args...))
		}
	}
	for name, definition := range schema.Types {
		if definition.BuiltIn {
			continue
		}
		must(definition.Description, "%s", name)
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			must(field.Description, "%s.%s", name, field.Name)
			for _, argument := range field.Arguments {
				must(argument.Description, "%s.%s(%s:)", name, field.Name, argument.Name)
			}
		}
		for _, value := range definition.EnumValues {
			must(value.Description, "%s.%s", name, value.Name)
		}
	}
	directive := schema.Directives["inContext"]
	must(directive.Description, "@inContext")
	for _, argument := range directive.Arguments {
		must(argument.Description, "@inContext(%s:)", argument.Name)
	}
	if described < 300 {
		t.Errorf("only %d things are there to describe", described)
	}
	// Introspection tells the same as the printed schema.
	got := demoHouse(t).ask(t, `{ __schema { types { name } } __type(name: "Product") { description } }`)
	names := got.texts(t, "__schema.types", "name")
	for name, definition := range schema.Types {
		if !definition.BuiltIn && !slices.Contains(names, name) {
			t.Errorf("introspection does not show %s", name)
		}
	}
	same[any](t, "the description of Product", schema.Types["Product"].Description, got.at(t, "__type.description"))
}
