package main

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"unisono/content"
	"unisono/internal/mongotest"
)

// figures are those of a gateway by their names, labels included.
type figures map[string]float64

var figureLine = regexp.MustCompile(`(?m)^(unisono_\S+?(?:\{.*\})?) (\S+)$`)

// scraped reads what is given to Prometheus, in whose format it must be, and of our own metrics nothing may be against its conventions.
func scraped(t *testing.T, text string) figures {
	t.Helper()
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatalf("it is not Prometheus' format: %v\n%s", err, text)
	}
	for _, problem := range problems {
		if strings.HasPrefix(problem.Metric, "unisono_") {
			t.Errorf("%s: %s", problem.Metric, problem.Text)
		}
	}
	found := figures{}
	for _, line := range figureLine.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		found[line[1]] = value
	}
	return found
}

// figuresOf asks a gateway for its metrics without a listener.
func figuresOf(t *testing.T, g *gateway) figures {
	t.Helper()
	to := httptest.NewRecorder()
	adminHandler(g).ServeHTTP(to, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	return scraped(t, to.Body.String())
}

// of gives some of the figures; those that are not there are left out.
func (f figures) of(names ...string) figures {
	some := figures{}
	for _, name := range names {
		if value, is := f[name]; is {
			some[name] = value
		}
	}
	return some
}

// since says by how much figures went up; those that did not are left out.
func (f figures) since(before figures, names ...string) figures {
	up := figures{}
	for name, value := range f.of(names...) {
		if value != before[name] {
			up[name] = value - before[name]
		}
	}
	return up
}

// stocked gives a database with one product, to which nobody writes from here on.
func stocked(t *testing.T) *database {
	t.Helper()
	on := mongotest.Embedded(t)
	for kind, document := range map[content.Kind]content.Document{
		content.KindChannel:  &content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en"},
		content.KindAudience: &content.Audience{Key: "consumer"},
		content.KindProduct:  &content.Product{SKU: "A", State: content.Published, Attributes: []content.AttributeValue{{Key: "name", Value: content.TextValue("Anvil")}}},
	} {
		if _, _, err := on.Contents().Update(t.Context(), kind, document.NaturalKey(), func(content.Document) (content.Document, error) { return document, nil }); err != nil {
			t.Fatal(err)
		}
	}
	return &database{Store: on}
}

// watched is a gateway that serves both the API and metrics, as the program does.
type watched struct {
	*house
	admin string
	stop  context.CancelFunc
	ended chan error
}

var adminAddress = regexp.MustCompile(`"listening for who collects metrics","address":"([^"]+)"`)

func openWatched(t *testing.T) *watched {
	t.Helper()
	log := &lines{}
	g, err := openGateway(t.Context(), stocked(t), testConfig(log))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- serve(ctx, g, listenFlags{Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0"}, func(at net.Addr) { ready <- at })
	}()
	select {
	case at := <-ready:
		return &watched{&house{g, "http://" + at.String(), log}, "http://" + adminAddress.FindStringSubmatch(log.String())[1], stop, ended}
	case err := <-ended:
		stop()
		t.Fatal(err)
		return nil
	}
}

// scrape asks for metrics as Prometheus does.
func (w *watched) scrape(t *testing.T) (found figures, text string) {
	t.Helper()
	got := do(t, http.MethodGet, w.admin+"/metrics", "", nil)
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("%d %v %s", got.status, got.header, got.body)
	}
	return scraped(t, string(got.body)), string(got.body)
}

// What a gateway does is seen from outside, on an address of its own, from its start to its end. This test looks at what is running, so it runs alone.
func TestMetrics(t *testing.T) {
	w := openWatched(t)
	defer w.stop()
	w.showsWhatIsThere(t)
	w.countsWhatIsAsked(t)
	w.servesNothingElse(t)
	w.stop()
	if err := <-w.ended; err != nil {
		t.Error(err)
	}
	for _, address := range []string{w.url, w.admin} {
		if connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "http://")); err == nil {
			_ = connection.Close()
			t.Errorf("%s is open still", address)
		}
	}
	stacks := make([]byte, 4<<20)
	if stacks = stacks[:runtime.Stack(stacks, true)]; strings.Contains(string(stacks), "(*door)") {
		t.Errorf("something is running still:\n%s", stacks)
	}
}

func (w *watched) showsWhatIsThere(t *testing.T) {
	t.Helper()
	found, text := w.scrape(t)
	want := figures{
		"unisono_catalogue_products": 1, "unisono_catalogue_fragments": 0, "unisono_catalogue_behind_seconds": 0, "unisono_database_up": 1,
		"unisono_cache_limit_bytes": 16 << 20, "unisono_cache_dropped_total": 0,
	}
	same(t, "what is there", want, found.of(append(slices.Collect(maps.Keys(want)), "unisono_changes_silence_seconds")...)) // nobody else's changes are told here
	for _, name := range []string{"process_resident_memory_bytes ", "go_goroutines ", `unisono_build_info{revision="`} {
		if !strings.Contains(text, "\n"+name) {
			t.Errorf("there is no %s in %s", name, text)
		}
	}
}

func (w *watched) countsWhatIsAsked(t *testing.T) {
	t.Helper()
	const hit, miss = `unisono_cache_lookups_total{kind="documents",result="hit"}`, `unisono_cache_lookups_total{kind="documents",result="miss"}`
	const loads, changes, flushes, calls = "unisono_cache_loads_total", "unisono_cache_changes_total", "unisono_cache_flushes_total", "unisono_database_calls_total"
	before, _ := w.scrape(t)
	counts := func(what string, want figures, names ...string) {
		t.Helper()
		now, _ := w.scrape(t)
		same(t, what, want, now.since(before, names...))
		before = now
	}
	w.cache.NoteAll() // what was kept at the start is read again
	counts("changes that were lost", figures{flushes: 1}, hit, miss, loads, flushes, calls)
	ask := func() { w.ask(t, `{ product(sku: "A") { name } }`).gives(t, `{"product": {"name": "Anvil"}}`) }
	ask()
	counts("a question", figures{miss: 1, loads: 1, calls: 1}, hit, miss, loads, flushes, calls)
	ask()
	const answered = `unisono_cache_lookups_total{kind="answers",result="hit"}`
	counts("the same again", figures{answered: 1}, answered, hit, miss, loads, flushes, calls)
	w.ask(t, `{ product(sku: "A") { sku } }`).gives(t, `{"product": {"sku": "A"}}`)
	counts("something else of the same", figures{hit: 1}, answered, hit, miss, loads, flushes, calls)
	w.askAs(t, adminKey, `mutation { upsertProducts(products: [{sku: "B"}]) { written } }`).gives(t, `{"upsertProducts": {"written": 1}}`)
	now, _ := w.scrape(t)
	if up := now.since(before, changes, "unisono_catalogue_products"); up[changes] < 1 || up["unisono_catalogue_products"] != 1 || now["unisono_cache_bytes"] <= 0 {
		t.Errorf("a write: %v, and %v bytes", up, now["unisono_cache_bytes"])
	}
}

func (w *watched) servesNothingElse(t *testing.T) {
	t.Helper()
	for _, address := range []string{w.url + "/metrics", w.admin + "/", w.admin + "/graphql", w.admin + "/healthz", w.admin + "/metrics/x", w.admin + "/debug/pprof/"} {
		if got := do(t, http.MethodGet, address, "", nil); got.status != http.StatusNotFound || strings.Contains(string(got.body), "unisono_") {
			t.Errorf("%s: %d %s", address, got.status, got.body)
		}
	}
	same(t, "a POST", http.StatusMethodNotAllowed, do(t, http.MethodPost, w.admin+"/metrics", "", nil).status)
}

// Where one of its addresses is taken, a gateway says which, and answers on none.
func TestAnAddressForMetricsThatIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	code, _, errs := command(t, "serve", "--data-dir", t.TempDir(), "--listen", "127.0.0.1:0", "--admin-listen", taken.Addr().String())
	if code != exitFailed || !strings.Contains(errs, "metrics: listen on "+taken.Addr().String()) || strings.Contains(errs, `"listening"`) {
		t.Errorf("%d: %s", code, errs)
	}
}

// Metrics are not for everybody: they do not stand where the API does.
func TestAddressesForMetrics(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ listen, admin, says string }{
		{":8080", "", ""},
		{":8080", ":9090", ""},
		{"10.0.0.1:8080", "127.0.0.1:8080", ""},
		{"127.0.0.1:0", "127.0.0.1:0", ""},
		{":8080", "9090", `--admin-listen: "9090" is no address`},
		{"nowhere", "9090", `--admin-listen: "9090" is no address`},
		{":8080", ":8080", "another port is expected"},
		{":8080", "127.0.0.1:8080", "another port is expected"},
		{"[::1]:8080", "0.0.0.0:8080", "another port is expected"},
		{"127.0.0.1:8080", "127.0.0.1:8080", "another port is expected"},
	} {
		flags := listenFlags{Listen: test.listen, AdminListen: test.admin, MaxStale: 1e9, MaxCost: 1}
		if err := flags.mistakes(); (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s and %s: %v", test.listen, test.admin, err)
		}
	}
}
