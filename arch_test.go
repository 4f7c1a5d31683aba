package unisono_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A room is a package of this module: what it owns, and which other rooms it may look into.
type room struct {
	path    string // below the module
	owns    string
	imports string // the rooms that it may import
	tests   string // the rooms that its tests may import besides; every test may also import the rooms in internal/
}

// rooms is the map of the house, from the ground up: a room may look only into rooms that stand above it in this list.
// A new package is entered here first. "Anything" is for the one place that puts all together.
var rooms = []room{
	{".", "what concerns all packages: generation, this map", "", ""},

	// The domain: decisions about values, without HTTP, GraphQL or a database.
	{"fault", "error kinds, public messages", "", ""},
	{"unit", "units of measure: what they measure, converted", "fault", ""},
	{"locale", "negotiation, fallback chains, collation keys, formatting", "fault", ""},
	{"rule", "targeting rules: compiled, evaluated", "fault", ""},
	{"content", "documents and their validity", "fault locale rule", ""},
	{"markup", "Markdown to safe HTML and plain text; attributes in texts", "content", ""},
	{"targeting", "the reader's context; choosing what fits it", "content fault locale rule", ""},
	{"view", "assembling what a reader sees", "content fault locale markup targeting", "rule"},
	{"cache", "documents in memory, for as long as they are so in the database, and what was made of them", "content fault", ""},
	{"catalog", "the index in memory: which ids a list gives a reader", "cache content fault locale targeting unit", ""},
	{"access", "who is asking, what they may do", "content fault targeting", ""},
	{"access/token", "tokens of an identity provider", "access content fault", ""},
	{"audit", "the record of who changed what", "content fault", "store"},
	{"edit", "changes to content: applied, checked, rehearsed", "access audit catalog content fault markup", ""},
	{"demo", "the demo catalogue", "", "content locale targeting"},

	// What comes from elsewhere: databases and files.
	{"store", "MongoDB: documents by key, and the feed of changes", "content fault", ""},
	{"store/embedded", "the database in this process", "fault", "content store"},
	{"ingest", "importing: validate, report, hand on", "content edit fault", ""},
	{"ingest/akeneo", "files of the PIM Akeneo", "content fault ingest locale", ""},
	{"ingest/ndjson", "content as lines of JSON", "content fault ingest", ""},

	// What answers: from a field of the API to HTTP.
	{"loaders", "what one request has loaded", "content", ""},
	{"scalar", "how the API's scalars are written", "content fault locale", ""},
	{"direct", "writing an answer while it is resolved: what generated code calls", "", ""},
	{"graph", "generated code, nothing else", "access audit catalog content direct locale scalar targeting view", ""},
	{"resolvers", "from a field to one call of the domain", "access audit catalog content edit fault graph loaders locale targeting view", ""},
	{"server", "HTTP: transports, errors, health", "access audit cache catalog content edit fault graph ingest ingest/ndjson loaders locale resolvers scalar targeting view", ""},
	{"metrics", "what a gateway does, in figures for Prometheus", "", ""},
	{"web", "the playground: its sources, and what they are built into", "", ""},
	{"cmd/unisono", "commands, configuration, wiring", anything, ""},

	// What measures: the gateway is run as anybody runs it, and nothing of it is looked into.
	{"bench/load", "asking over HTTP, as fast as may be or at a rate; how long it takes", "", ""},
	{"bench/catalogue", "a catalogue that is made up, and questions about it", "", ""},
	{"graph/baseline", "generated code of the baseline, nothing else", "bench/catalogue", ""},
	{"bench/baseline", "what the gateway is compared with: gqlgen as it comes", "bench/catalogue graph/baseline", ""},
	{"bench", "running servers beside each other, measuring them in turn, results", "bench/baseline bench/catalogue bench/load", ""},

	// What writes graph and graph/baseline.
	{"internal/directgen", "generating what gqlgen does, and what writes answers directly", "", ""},
	{"internal/directgen/small", "a schema on which the two are compared, for tests", "", ""},
	{"internal/directgen/small/graph", "generated code of that schema, nothing else", "direct internal/directgen/small", ""},

	// What only tests use.
	{"internal/cdn", "a shared cache of HTTP, for tests", "", ""},
	{"internal/golden", "answers kept in files", "", ""},
	{"internal/property", "on how many cases properties are tried", "", ""},
	{"internal/realdata", "catalogues that others wrote, for tests", "", ""},
	{"internal/mongosim", "a simulated replica set, for tests", "", ""},
	{"internal/mongotest", "databases for tests", "store store/embedded", ""},
}

const anything = "*"

// reserved lists the libraries that only some rooms may import, with all that lies below them.
var reserved = []struct {
	libraries string
	rooms     string
	inTests   bool // the rule holds for tests too
}{
	{"go.mongodb.org/mongo-driver", "store store/embedded internal/mongosim internal/mongotest", true},
	{"github.com/FerretDB modernc.org/sqlite", "store/embedded", true},
	{"github.com/99designs/gqlgen github.com/vektah/gqlparser", "direct graph resolvers scalar server cmd/unisono graph/baseline bench/baseline internal/directgen internal/directgen/small internal/directgen/small/graph", false},
	{"github.com/vikstrous/dataloadgen", "bench/baseline", true},
	{"github.com/yuin/goldmark github.com/microcosm-cc/bluemonday", "markup", false},
	{"cel.dev/cel-go", "rule", true},
	{"github.com/dgraph-io/ristretto", "cache", true},
	{"github.com/andybalholm/brotli github.com/klauspost/compress", "server", false},
	{"net/http", "access/token server ingest web cmd/unisono bench bench/baseline internal/cdn", false},
	{"github.com/prometheus", "metrics cmd/unisono", false},
	{"github.com/golang-jwt/jwt github.com/go-jose/go-jose", "access/token", false},
	{"os database/sql", "store/embedded ingest/akeneo ingest/ndjson cmd/unisono bench internal/golden internal/mongotest internal/realdata", false},
}

// maxLines is the length of a file that nobody reads to the end; 400 is what to aim at.
const maxLines = 500

func TestArchImports(t *testing.T) {
	tree := readTree(t)
	for dir := range tree {
		if !slices.ContainsFunc(rooms, func(r room) bool { return r.path == dir }) {
			t.Errorf("%s is not on the map: enter it in the table in arch_test.go", dir)
		}
	}
	var above []string
	for _, r := range rooms {
		files, ok := tree[r.path]
		if !ok {
			t.Errorf("the map shows %s, which is not there", r.path)
		}
		allowed := strings.Fields(r.imports)
		for _, name := range allowed {
			if name != anything && !slices.Contains(above, name) {
				t.Errorf("the map lets %s import %s, which does not stand above it", r.path, name)
			}
		}
		above = append(above, r.path)
		for _, f := range files {
			for _, name := range f.rooms() {
				if !r.mayImport(name, f.isTest) {
					t.Errorf("%s imports %s, which the map does not let %s do", f.path, name, r.path)
				}
			}
		}
	}
}

func (r room) mayImport(name string, inTest bool) bool {
	if r.imports == anything || slices.Contains(strings.Fields(r.imports), name) {
		return true
	}
	return inTest && (name == r.path || strings.HasPrefix(name, "internal/") || slices.Contains(strings.Fields(r.tests), name))
}

func TestArchLibraries(t *testing.T) {
	tree := readTree(t)
	for dir, files := range tree {
		for _, f := range files {
			for _, name := range f.imports {
				for _, rule := range reserved {
					if f.isTest && !rule.inTests || slices.Contains(strings.Fields(rule.rooms), dir) {
						continue
					}
					if slices.ContainsFunc(strings.Fields(rule.libraries), func(library string) bool { return isBelow(name, library) }) {
						t.Errorf("%s imports %s, which is for %s alone", f.path, name, rule.rooms)
					}
				}
			}
		}
	}
}

// isBelow says that an import is the library or one of its packages.
func isBelow(name, library string) bool {
	rest, found := strings.CutPrefix(name, library)
	return found && (rest == "" || rest[0] == '/')
}

// What assembly reads of a context must be noted, for answers are shared by it: the parts are read through the methods that note it. The situation itself is for
// showing it to the caller alone.
func TestArchContextsAreReadThroughTheirMethods(t *testing.T) {
	mayHold := []string{"targeting/context.go", "targeting/read.go", "targeting/record.go", "targeting/settle.go", "targeting/resolve.go"}
	for _, files := range readTree(t) {
		for _, f := range files {
			if f.isTest || f.isGenerated {
				continue
			}
			text, err := os.ReadFile(f.path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), ".Situation()") && f.path != "server/echo.go" || strings.HasPrefix(f.path, "targeting/") && strings.Contains(string(text), ".is.") && !slices.Contains(mayHold, f.path) {
				t.Errorf("%s reads a context without noting it", f.path)
			}
		}
	}
}

func TestArchPackageComments(t *testing.T) {
	tree := readTree(t)
	for dir, files := range tree {
		written := slices.DeleteFunc(slices.Clone(files), func(f file) bool { return f.isTest || f.isGenerated })
		if len(written) == 0 {
			continue
		}
		var commented []string
		for _, f := range written {
			if f.comment != "" {
				commented = append(commented, f.path)
			}
		}
		if len(commented) != 1 {
			t.Errorf("%s has %d package comments %v; one is right", dir, len(commented), commented)
		}
	}
}

func TestArchLength(t *testing.T) {
	for _, files := range readTree(t) {
		for _, f := range files {
			if !f.isGenerated && f.lines > maxLines {
				t.Errorf("%s has %d lines; split it before it has more than %d", f.path, f.lines, maxLines)
			}
		}
	}
}

// A file is what these tests know of one Go file.
type file struct {
	path        string
	imports     []string
	comment     string // on the package
	lines       int
	isTest      bool
	isGenerated bool
}

// rooms gives the packages of this module that a file imports.
func (f file) rooms() []string {
	var names []string
	for _, name := range f.imports {
		if rest, ok := strings.CutPrefix(name, "unisono/"); ok {
			names = append(names, rest)
		} else if name == "unisono" {
			names = append(names, ".")
		}
	}
	return names
}

// readTree reads every Go file of the module, by directory. It parses them itself and does not ask go list, for two reasons:
// the files that a build tag leaves out count too, and go test, which can't see what a command reads, would go on showing an old result.
func readTree(t *testing.T) map[string][]file {
	t.Helper()
	tree := map[string][]file{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && isNoSource(name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		f, err := readFile(name)
		tree[path.Dir(name)] = append(tree[path.Dir(name)], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(tree) == 0 {
		t.Fatal("no Go file was found")
	}
	return tree
}

// isNoSource says of a directory that it holds nothing that someone wrote for the build: go ignores it, or git does.
func isNoSource(dir string) bool {
	base := path.Base(dir)
	return dir != "." && (base[0] == '.' || base[0] == '_' ||
		slices.Contains([]string{"testdata", "node_modules", "target"}, base) || dir == "bin" || dir == "data" || dir == "bench/out")
}

func readFile(name string) (file, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return file{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return file{}, err
	}
	f := file{
		path: name, comment: parsed.Doc.Text(), lines: bytes.Count(source, []byte("\n")),
		isTest: strings.HasSuffix(name, "_test.go"), isGenerated: ast.IsGenerated(parsed),
	}
	imports := map[string]bool{}
	for _, spec := range parsed.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return file{}, err
		}
		imports[target] = true
	}
	f.imports = slices.Sorted(maps.Keys(imports))
	return f, nil
}
