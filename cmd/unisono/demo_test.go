package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"unisono/demo"
	"unisono/internal/golden"
)

// The queries that the demo comes with: one question, three readers, three answers. The golden files hold them whole.
func TestThreeReadersGetThreeAnswers(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	names, err := fs.Glob(demo.Queries(), "*.graphql")
	if err != nil || len(names) != 3 {
		t.Fatal(err, names)
	}
	answers := map[string]bool{}
	for _, name := range names {
		key := ""
		if strings.Contains(name, "technician") {
			key = technicianKey
		}
		got := h.askAs(t, key, read(t, demo.Queries(), name)).data(t)
		golden.JSON(t, filepath.Join("testdata", "demo", strings.TrimSuffix(name, ".graphql")+".json"), got)
		answers[string(got)] = true
	}
	if len(answers) != 3 {
		t.Errorf("%d different answers; want 3", len(answers))
	}
}

const problemsQuery = `{ problems { kind key reason } }`

// The demo is an example, so nothing in it may break the rules that its house is told of, nor show itself to be wrong when it is read.
func TestDemoHasNoProblems(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for _, context := range []string{`audience: "consumer"`, `audience: "technician"`, `channel: "dealers"`, `channel: "print"`, `device: VOICE`, `market: "GB", moment: TROUBLESHOOT`} {
		for more, after := true, "null"; more; {
			got := h.askAs(t, adminKey, `query @inContext(preview: true, locale: "da", `+context+`) {
				products(first: 50, after: `+after+`) { pageInfo { hasNextPage endCursor } nodes { fragments(first: 100) { title body } } }
			}`)
			more, after = got.at(t, "products.pageInfo.hasNextPage") == true, fmt.Sprintf("%q", got.at(t, "products.pageInfo.endCursor"))
		}
	}
	h.askAs(t, adminKey, problemsQuery).gives(t, `{"problems": []}`)
}

// What the demo keeps for dealers is for them alone: their portal, prices, terms and the parts that nobody should fit at home.
func TestDealersOfTheDemo(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	const question = `product(sku: "LUMA-1-CREAM") { price: attribute(key: "price") { text } unit: attribute(key: "order-unit") { value } } part: product(sku: "BOARD-Q2") { sku } terms: fragment(key: "dealer-terms") { key } electrics: category(key: "electrics") { key }`
	h.askAs(t, dealerKey, `query @inContext(channel: "dealers") { context { audience { key } } `+question+` }`).gives(t,
		`{"context": {"audience": {"key": "dealer"}}, "product": {"price": {"text": "€543.00"}, "unit": {"value": 1}}, "part": {"sku": "BOARD-Q2"}, "terms": {"key": "dealer-terms"}, "electrics": {"key": "electrics"}}`)
	const others = `{"product": {"price": {"text": "€799.00"}, "unit": null}, "part": null, "terms": null, "electrics": null}`
	h.ask(t, `{ `+question+` }`).gives(t, others)
	h.askAs(t, technicianKey, `{ `+question+` }`).gives(t, others)
	for _, key := range []string{"", technicianKey} {
		h.askAs(t, key, `query @inContext(channel: "dealers") { context { locale } }`).fails(t, "BAD_USER_INPUT", `no channel "dealers"`)
	}
	h.askAs(t, technicianKey, `query @inContext(audience: "dealer") { context { locale } }`).fails(t, "BAD_USER_INPUT", `no audience "dealer"`)
}

// demoRun is a demo that was started as a user starts it.
type demoRun struct {
	stop    context.CancelFunc
	code    chan int
	out     *lines
	log     *lines
	address string
}

var address = regexp.MustCompile(`The demo answers at (http://127\.0\.0\.1:\d+)/graphql`)

func startDemo(t *testing.T, dir string, more ...string) *demoRun {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	d := &demoRun{stop: stop, code: make(chan int, 1), out: &lines{}, log: &lines{}}
	t.Cleanup(stop)
	go func() {
		d.code <- run(ctx, append([]string{"demo", "--data-dir", dir, "--listen", "127.0.0.1:0"}, more...), strings.NewReader(""), d.out, d.log)
	}()
	eventually(t, "the demo says where it is", func() bool { return address.MatchString(d.out.String()) })
	d.address = address.FindStringSubmatch(d.out.String())[1]
	return d
}

func (d *demoRun) end(t *testing.T) {
	t.Helper()
	d.stop()
	select {
	case code := <-d.code:
		if code != exitDone {
			t.Errorf("the exit code is %d:\n%s", code, d.log)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the demo does not end")
	}
}

// replay sends what a printed curl line sends: the words are split as a shell does with single quotes.
func replay(t *testing.T, line string) answer {
	t.Helper()
	words, quoted := []string{""}, false
	for _, letter := range strings.TrimSpace(line) {
		switch {
		case letter == '\'':
			quoted = !quoted
		case letter == ' ' && !quoted:
			words = append(words, "")
		default:
			words[len(words)-1] += string(letter)
		}
	}
	if quoted || len(words) < 3 || words[0] != "curl" || words[1] != "-s" {
		t.Fatalf("no curl line: %s", line)
	}
	headers, body := map[string]string{}, ""
	for i := 3; i+1 < len(words); i += 2 {
		switch name, value, _ := strings.Cut(words[i+1], ": "); words[i] {
		case "-H":
			headers[name] = value
		case "-d":
			body = words[i+1]
		default:
			t.Fatalf("%q is not expected in %s", words[i], line)
		}
	}
	return do(t, http.MethodPost, words[2], body, headers)
}

// The demo as a user meets it: start it, copy the lines that it prints, stop it, start it again. It runs alone, for it counts goroutines.
func TestDemoCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	first := startDemo(t, dir)
	for _, says := range []string{"demo-technician", "demo-dealer", "demo-editor", "a consumer on the site, in Danish", "a technician in the app, in Italian", "a label that is printed, in Turkish"} {
		if !strings.Contains(first.out.String(), says) {
			t.Errorf("it does not print %q:\n%s", says, first.out)
		}
	}
	curls := regexp.MustCompile(`(?m)^ +curl .*$`).FindAllString(first.out.String(), -1)
	if len(curls) != 3 {
		t.Fatalf("%d curl lines:\n%s", len(curls), first.out)
	}
	for i, name := range []string{"consumer", "technician", "label"} {
		golden.JSON(t, filepath.Join("testdata", "demo", "curl-"+name+".json"), replay(t, curls[i]).data(t))
	}
	if got := do(t, http.MethodGet, first.address+"/media/luma-2.svg", "", nil); got.status != http.StatusOK || !bytes.Contains(got.body, []byte("<svg")) {
		t.Errorf("a drawing: %d %.100s", got.status, got.body)
	}
	before := revisions(t, first.address)
	if len(before) == 0 {
		t.Fatal("no products")
	}
	first.end(t)

	http.DefaultClient.CloseIdleConnections()
	running := runtime.NumGoroutine() // what the libraries start once stays
	second := startDemo(t, dir, "--admin-key", adminKey)
	same(t, "revisions after a second start, which has nothing new to load", before, revisions(t, second.address))
	(&house{url: second.address}).askAs(t, adminKey, problemsQuery).gives(t, `{"problems": []}`)
	second.end(t)
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > running; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines more than before:\n%s", runtime.NumGoroutine()-running, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func revisions(t *testing.T, address string) string {
	t.Helper()
	h := &house{url: address}
	return string(h.askAs(t, editorKey, `query @inContext(preview: true) {
		products(first: 100, order: SKU) { nodes { sku revision updatedAt } } fragments(first: 100) { nodes { key revision updatedAt } }
	}`).data(t))
}

// Somebody may well start a demo twice. The second one says how to work beside the first.
func TestDemoOnADirectoryThatIsOwned(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	d := startDemo(t, dir, "--admin-listen", "127.0.0.1:0")
	if !adminAddress.MatchString(d.log.String()) {
		t.Errorf("it serves no metrics: %s", d.log)
	}
	code, _, errs := command(t, "demo", "--data-dir", dir, "--listen", "127.0.0.1:0")
	if code != exitFailed || !strings.Contains(errs, "--gateway URL --key KEY") {
		t.Errorf("%d: %s", code, errs)
	}
	port := strings.TrimPrefix(d.address, "http://")
	code, _, errs = command(t, "demo", "--data-dir", filepath.Join(t.TempDir(), "other"), "--listen", port)
	if code != exitFailed || !strings.Contains(errs, "listen on "+port) {
		t.Errorf("a port that is taken: %d: %s", code, errs)
	}
	d.end(t)
}
