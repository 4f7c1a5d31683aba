package main

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"unisono/web"
)

func TestPlayground(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	h := demoHouse(t)
	t.Run("anonymous", func(t *testing.T) {
		p := open(t, chromium, h.url, 1280, 900)
		p.shows(t, ".outcome", "anonymous", "site", "consumer", "da → en", "DK")
		contains(t, p.run(t), `"name": "Luma 2"`, `"title": "Varm, også når den er slukket"`)
		p.write(t, `{ audiences { key } }`)
		lacks(t, p.run(t), "technician", "dealer")
		p.set(t, "Context", "Audience", "")
		p.set(t, "Context", "Language", "it-CH")
		p.shows(t, ".outcome", "it-CH → it → en")
	})
	t.Run("technician", func(t *testing.T) {
		p := open(t, chromium, h.url, 1280, 900)
		p.set(t, "Context", "API key", technicianKey)
		p.shows(t, ".outcome", "demo-technician")
		p.set(t, "Context", "Audience", "technician")
		p.set(t, "Context", "Channel", "app")
		p.set(t, "Context", "Language", "it")
		p.shows(t, ".outcome", "app", "technician", "it → en")
		p.write(t, `{ product(sku: "LUMA-2") { fragment(slot: "pump-service") { title } } }`)
		contains(t, p.run(t), "Pressione della pompa")
	})
	t.Run("dealer", func(t *testing.T) {
		p := open(t, chromium, h.url, 1280, 900)
		p.set(t, "Context", "API key", dealerKey)
		p.shows(t, ".outcome", "demo-dealer", "consumer")
		p.write(t, `{ product(sku: "LUMA-1-CREAM") { attribute(key: "price") { text } } fragment(key: "dealer-terms") { title } }`)
		contains(t, p.run(t), "5.945,00", `"fragment": null`)
		p.set(t, "Context", "Channel", "dealers") // whose audience is the dealers, by default
		p.set(t, "Context", "Audience", "")
		p.set(t, "Context", "Language", "de")
		p.shows(t, ".outcome", "dealers", "dealer", "de → en", "DATASHEET")
		contains(t, p.run(t), "543", "Händlerbedingungen in Kürze")
	})
	t.Run("the context", func(t *testing.T) { testContextBar(t, open(t, chromium, h.url, 1280, 900)) })
	t.Run("why", func(t *testing.T) { testWhy(t, open(t, chromium, h.url, 1280, 900)) })
	t.Run("comparing", func(t *testing.T) { testCompare(t, open(t, chromium, h.url, 1280, 900)) })
	t.Run("a link", func(t *testing.T) { testLink(t, open(t, chromium, h.url, 1280, 900)) })
	t.Run("what is not of the gateway", func(t *testing.T) { testNothingElseRuns(t, open(t, chromium, h.url, 1280, 900)) })
	t.Run("the examples", func(t *testing.T) { testExamples(t, open(t, chromium, h.url, 1280, 900)) })
}

// Every part of the context is sent, and the gateway says that it is settled so.
func testContextBar(t *testing.T, p *page) {
	t.Helper()
	p.set(t, "Context", "API key", editorKey)
	p.shows(t, ".outcome", "demo-editor")
	for _, part := range []struct{ label, value, said string }{
		{"Channel", "app", `"key": "app"`},
		{"Audience", "technician", `"key": "technician"`},
		{"Language", "tr", `"locale": "tr"`},
		{"Market", "tr", `"market": "TR"`},
		{"Device", "PHONE", `"device": "PHONE"`},
		{"Moment", "TROUBLESHOOT", `"moment": "TROUBLESHOOT"`},
		{"Publication", "LABEL", `"publication": "LABEL"`},
		{"Medium", "TEXT", `"medium": "TEXT"`},
		{"Format", "PAPER", `"format": "PAPER"`},
		{"Point in time", "2030-01-01T00:00:00Z", `"at": "2030-01-01T00:00:00Z"`},
		{"With drafts", "true", `"preview": true`},
	} {
		if part.label == "Market" {
			p.set(t, "Context", "Market", "TR")
		} else {
			p.set(t, "Context", part.label, part.value)
		}
		p.write(t, `{ context { channel { key } audience { key } locale market device moment publication medium format at preview } }`)
		contains(t, p.run(t), part.said)
	}
	p.set(t, "Context", "Traits (JSON)", "{")
	contains(t, p.run(t), "Traits: a JSON object is expected")
	p.set(t, "Context", "Traits (JSON)", `{"plan": "pro"}`)
	contains(t, p.run(t), `"TR"`)
}

// Beside the answer stands why it is so: more for those who may know more.
func testWhy(t *testing.T, p *page) {
	t.Helper()
	p.write(t, `{ product(sku: "QUIETA-1") { name intro: fragment(slot: "intro") { title } } fragment(key: "anniversary") { title } }`)
	p.set(t, "Context", "Language", "da")
	lacks(t, p.run(t), "unisonoWhy", "selection")
	p.shows(t, ".why", "Fragments: 1, products: 1.", "QUIETA-1", "intro: quieta-intro", "Variant da, because of locale", "Time alone does not change it", "A key with the permission preview")
	p.set(t, "Context", "API key", editorKey)
	p.set(t, "Context", "Channel", "app")
	p.set(t, "Context", "Audience", "technician")
	p.set(t, "Context", "Language", "it")
	p.set(t, "Context", "Point in time", "2026-03-02T09:00:00Z")
	p.write(t, `query Service { products(filter: {skus: ["QUIETA-1"]}) { nodes { fragment(slot: "pump-service") { title } } } }`)
	p.run(t)
	p.shows(t, ".why", "products.nodes[0].fragment", "en-technician", "Language en not the one that was asked for", "The choice looked at", "All variants")
	p.press(t, "All variants")
	p.shows(t, ".why details", "✓ en-technician:")
	p.set(t, "Context", "Point in time", "2024-12-10T12:00:00+01:00")
	p.set(t, "Context", "Audience", "consumer")
	p.set(t, "Context", "Channel", "site")
	p.write(t, `{ fragment(key: "season-note") { title } }`)
	p.run(t)
	p.shows(t, ".why", "season-note", "Until ")
	p.write(t, `mutation { deleteProducts(skus: ["NOTHING"]) { deleted } }`)
	p.run(t)
	p.shows(t, ".why", "There is no product and no fragment in the answer.")
	p.press(t, "Why")
	if said := p.text(t, ".why"); said != "" {
		t.Errorf("it was put away, and says %s", said)
	}
}

// One query in two contexts, and what differs is marked.
func testCompare(t *testing.T, p *page) {
	t.Helper()
	p.write(t, `query Name($sku: ID) { product(sku: $sku) { sku name warning: fragment(slot: "warning") { title } } }`)
	p.press(t, "Compare")
	p.shows(t, ".differences", "The two answers are the same.") // the variable is missing, and both say so
	eval[bool](t, p, `(() => {
		const variables = [...document.querySelectorAll('.compare-view textarea')][1];
		Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(variables, '{"sku": "LUMA-2"}');
		return variables.dispatchEvent(new Event('input', { bubbles: true }));
	})()`)
	p.set(t, "The other context", "Language", "tr")
	p.set(t, "The other context", "Channel", "print")
	p.set(t, "The other context", "Publication", "LABEL")
	p.press(t, "Ask in both")
	p.shows(t, ".differences", "1 line differs.")
	p.shows(t, ".side:first-child", "The context above", "Varm, også når den er slukket")
	p.shows(t, ".side:last-child", "print · consumer · tr", "Dikkat: sıcak")
	if marked := eval[int](t, p, `document.querySelectorAll('.side mark').length`); marked != 2 {
		t.Errorf("%d lines are marked; want one on each side", marked)
	}
	p.press(t, "Ask")
	contains(t, p.run(t), "Varm, også når den er slukket") // with the variable
}

// The address keeps what was asked and in which context, and never the key.
func testLink(t *testing.T, p *page) {
	t.Helper()
	p.set(t, "Context", "API key", technicianKey)
	p.set(t, "Context", "Moment", "BUY")
	p.write(t, `{ context { moment } }`)
	address := ""
	eventually(t, "the address has the query", func() bool {
		address = eval[string](t, p, `location.href`)
		return strings.Contains(address, "context+%7B+moment") && strings.Contains(address, "BUY")
	})
	if strings.Contains(address, technicianKey) || eval[bool](t, p, `Object.values(localStorage).join().includes(%s)`, technicianKey) {
		t.Errorf("the key is kept where others see it: %s", address)
	}
	p.reload(t)
	if key := eval[string](t, p, `document.querySelector('input[type=password]').value`); key != technicianKey {
		t.Errorf("after a reload the key is %q", key)
	}
	contains(t, p.run(t), `"moment": "BUY"`)
}

// Whatever got into the page from elsewhere: it does not run, and nothing is sent to anywhere else.
func testNothingElseRuns(t *testing.T, p *page) {
	t.Helper()
	for _, script := range []string{
		`document.body.append(Object.assign(document.createElement('script'), { textContent: 'ran = true' }))`,
		`document.body.append(Object.assign(document.createElement('script'), { src: 'http://elsewhere.test/ran.js' }))`,
		`fetch('http://elsewhere.test/').catch(() => undefined)`,
		`document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.test/picture.png' }))`,
		`document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://elsewhere.test/' }))`,
		`new Worker(URL.createObjectURL(new Blob(['']))).postMessage(1)`,
	} {
		p.drain()
		eval[bool](t, p, `(() => { try { `+strings.ReplaceAll(script, "%", "%%")+` } catch {} return true })()`)
		eventually(t, "it is refused: "+script, func() bool { return strings.Contains(strings.Join(p.drain(), ""), "Content Security Policy") })
	}
	if eval[bool](t, p, `globalThis.ran === true`) {
		t.Error("a script ran that is not of the gateway")
	}
	p.drain()
}

// The page and its files as HTTP shows them, with or without a browser on this machine.
func TestThePageIsServed(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	page := do(t, http.MethodGet, h.url+"/", "", nil)
	if page.status != http.StatusOK || page.header.Get("Content-Security-Policy") != web.Policy || page.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", page.status, page.header)
	}
	if got := do(t, http.MethodGet, h.url+"/assets/none.js", "", nil); got.status != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", got.status)
	}
	if _, isBuilt := web.Page(); !isBuilt {
		contains(t, string(page.body), "make web")
		return
	}
	script := regexp.MustCompile(`src="\./(assets/[^"]+\.js)"`).FindSubmatch(page.body)
	if script == nil {
		t.Fatalf("no script: %s", page.body)
	}
	got := do(t, http.MethodGet, h.url+"/"+string(script[1]), "", map[string]string{"Accept-Encoding": "gzip"})
	if got.status != http.StatusOK || got.header.Get("Content-Encoding") != "gzip" || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", got.status, got.header)
	}
	t.Logf("the script has %d bytes compressed", len(got.body))
}

func testExamples(t *testing.T, p *page) {
	t.Helper()
	for _, e := range examples(t) {
		p.press(t, e.task)
		said := p.answered(t)
		lacks(t, said, `"errors"`)
		contains(t, said, `"data"`, `"`+e.field+`"`)
		p.shows(t, ".graphiql-tab", e.name)
	}
}

// example is a question that the page offers.
type example struct {
	task, key, query string
	context          map[string]any
	name, field      string // of the operation, and of what it asks first
}

// examples reads them as the page does.
func examples(t *testing.T) []example {
	t.Helper()
	files := os.DirFS("../../web/examples")
	names, err := fs.Glob(files, "*.graphql")
	if err != nil || len(names) < 8 {
		t.Fatal(err, names)
	}
	var found []example
	for _, name := range names {
		e := example{}
		rest := read(t, files, name)
		for {
			line, after, _ := strings.Cut(rest, "\n")
			what, value, isHead := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
			switch {
			case isHead && what == "Task":
				e.task = value
			case isHead && what == "Key":
				e.key = value
			case isHead && what == "Context":
				if err := json.Unmarshal([]byte(value), &e.context); err != nil {
					t.Fatal(name, err)
				}
			default:
				isHead = false
			}
			if !isHead {
				break
			}
			rest = after
		}
		e.query = rest
		_, operation, _ := strings.Cut(rest, "query ")
		e.name, operation, _ = strings.Cut(operation, " {\n  ")
		e.field = regexp.MustCompile(`^\w+`).FindString(operation)
		found = append(found, e)
	}
	return found
}

// The examples of the playground have answers on the demo catalogue, whether there is a browser or not.
func TestExamplesOfThePlayground(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for _, e := range examples(t) {
		got := h.send(t, asked{Query: e.query, Key: e.key, Extensions: map[string]any{"context": e.context}}).data(t)
		var fields map[string]any
		if err := json.Unmarshal(got, &fields); err != nil {
			t.Fatal(err)
		}
		for name, value := range fields {
			if value == nil {
				t.Errorf("%s: %s is not there: %s", e.task, name, got)
			}
		}
		if strings.Contains(string(got), `"product":null`) || strings.Contains(string(got), `"nodes":[]`) {
			t.Errorf("%s: %s", e.task, got)
		}
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in it: %s", part, text)
		}
	}
}

func lacks(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%q is in it: %s", part, text)
		}
	}
}
