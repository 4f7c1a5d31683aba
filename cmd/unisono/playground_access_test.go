package main

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"unisono/internal/mongotest"
)

// The playground is for everybody: axe-core finds no serious violation in any of its views, in light and dark, wide and narrow.
func TestPlaygroundIsAccessible(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal("the playground is built and axe-core is not there, which make web installs beside it: ", err)
	}
	h := demoHouse(t)
	for _, look := range []struct {
		name, theme   string
		width, height int64
	}{{"light", "light", 1280, 900}, {"dark", "dark", 1280, 900}, {"on a phone", "light", 390, 844}} {
		t.Run(look.name, func(t *testing.T) {
			p := open(t, chromium, h.url, look.width, look.height)
			eval[bool](t, p, strings.ReplaceAll(string(axe), "%", "%%")+";true")
			p.choose(t, look.theme)
			p.inspect(t, "at the beginning")
			p.press(t, "Why this variant")
			p.shows(t, ".why", "Fragments: 3, products: 1.")
			p.press(t, "All variants")
			p.inspect(t, "with an answer")
			p.press(t, "Show Documentation Explorer")
			p.shows(t, ".graphiql-doc-explorer", "Query", "The content of a company")
			p.inspect(t, "with the documentation")
			eval[bool](t, p, `([...document.querySelectorAll('a.graphiql-doc-explorer-type-name')].find((one) => one.textContent === 'Product').click(), true)`)
			p.shows(t, ".graphiql-doc-explorer", "Something that is sold", "The stock keeping unit")
			p.press(t, "New tab")
			p.inspect(t, "with a type, and two tabs")
			p.press(t, "Show History")
			p.inspect(t, "with what was asked before")
			p.press(t, "Open settings dialog")
			p.shows(t, ".graphiql-dialog", "Settings")
			p.inspect(t, "with the settings")
			p.do(t, chromedp.KeyEvent(kb.Escape))
			p.press(t, "Compare")
			p.shows(t, ".differences", "There is no query to ask.")
			p.press(t, "Ask")
			p.press(t, "Show a product to a reader")
			p.answered(t)
			p.press(t, "Examples")
			p.set(t, "Context", "Language", "not a language")
			p.shows(t, ".outcome .mistake", "locale")
			p.inspect(t, "with the menu and a mistake")
			p.set(t, "Context", "Language", "it")
			p.press(t, "Compare")
			p.shows(t, ".differences", "differ")
			p.inspect(t, "comparing")
		})
	}
}

// inspect fails for every serious or critical violation that axe-core finds.
func (p *page) inspect(t *testing.T, when string) {
	t.Helper()
	found, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations
		.filter((one) => one.impact === 'serious' || one.impact === 'critical')
		.flatMap((one) => one.nodes.map((node) => one.id + ' (' + one.impact + '): ' + node.html.slice(0, 200) + ' ' + node.failureSummary)))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range found {
		t.Errorf("%s: %s", when, violation)
	}
}

// choose chooses a theme.
func (p *page) choose(t *testing.T, theme string) {
	t.Helper()
	eval[bool](t, p, `(() => {
		const select = document.querySelector('.theme select');
		select.value = %s;
		return select.dispatchEvent(new Event('change', { bubbles: true }));
	})()`, theme)
}

// Nothing needs a mouse: from the top of the page by Tab to a question, and to its answer.
func TestPlaygroundByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, browser(t), demoHouse(t).url, 1280, 900)
	key := func(keys string, options ...chromedp.KeyOption) {
		t.Helper()
		p.do(t, chromedp.KeyEvent(keys, options...))
	}
	focused := func() string {
		t.Helper()
		return eval[string](t, p, `(() => {
			const one = document.activeElement;
			return one.labels?.[0]?.textContent.trim() ?? one.getAttribute('aria-label') ?? one.textContent.trim();
		})()`)
	}
	reached := []string{}
	for range 14 {
		key(kb.Tab)
		reached = append(reached, focused())
		if eval[string](t, p, `getComputedStyle(document.activeElement).outlineStyle`) == "none" {
			t.Errorf("nothing shows that %q has the focus", focused())
		}
	}
	same(t, "what Tab reaches", "Skip to the editor|Examples|Ask|Compare|Why|Theme|Channel|Audience|Language|Market|Device|Moment|Publication|API key", onlyNames(reached))

	p.do(t, chromedp.Focus(chromedp.CSS(".menu > summary")))
	key(kb.Enter)
	key(kb.Tab)
	key(kb.Escape)
	if focused() != "Examples" || eval[bool](t, p, `document.querySelector('.menu').open`) {
		t.Errorf("Escape does not close the menu; %s has the focus", focused())
	}
	key(kb.Enter)
	for range 4 {
		key(kb.Tab)
	}
	key(kb.Enter)
	contains(t, p.answered(t), "Sıcak yüzey ve buhar")

	p.do(t, chromedp.Focus(chromedp.CSS(".skip")))
	key(kb.Enter)
	if at := eval[string](t, p, `document.activeElement.id`); at != "main" {
		t.Errorf("the first link skips to %q", at)
	}
	p.do(t, chromedp.Focus(chromedp.CSS(".graphiql-query-editor textarea")))
	p.write(t, "{ caller { name } }")
	key(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	eventually(t, "Ctrl+Enter asks", func() bool { return strings.Contains(p.answered(t), `"name": "anonymous"`) })
}

func onlyNames(reached []string) string {
	names := []string{}
	for _, name := range reached {
		first, _, _ := strings.Cut(name, "system")
		names = append(names, strings.TrimSpace(first))
	}
	return strings.Join(names, "|")
}

// On a phone everything stands below each other, and nothing has to be moved sideways to be read.
func TestPlaygroundOnAPhone(t *testing.T) {
	t.Parallel()
	p := open(t, browser(t), demoHouse(t).url, 390, 844)
	p.press(t, "Show the same product to a technician")
	contains(t, p.answered(t), "Prima di aprire")
	p.shows(t, ".why", "Fragments: 2, products: 1.")
	for _, view := range []string{"Ask", "Compare"} {
		p.press(t, view)
		if wide := eval[int](t, p, `document.documentElement.scrollWidth`); wide > 390 {
			t.Errorf("%s is %d pixels wide", view, wide)
		}
	}
	p.press(t, "Ask")
	places := eval[[]float64](t, p, `['.bar', '.graphiql-editors', '.graphiql-response', '.why'].map((one) => document.querySelector(one).getBoundingClientRect().top)`)
	for i := range places[1:] {
		if places[i] >= places[i+1] {
			t.Errorf("they do not stand below each other: %v", places)
		}
	}
	if below := eval[float64](t, p, `document.documentElement.scrollHeight - scrollY - document.querySelector('.why').getBoundingClientRect().bottom`); below > 1 {
		t.Errorf("below the last of them are %.0f pixels of nothing", below)
	}
}

// The page follows the system's theme until a person chooses, and remembers the choice.
func TestPlaygroundThemes(t *testing.T) {
	t.Parallel()
	p := open(t, browser(t), demoHouse(t).url, 1280, 900)
	isDark := func() bool {
		t.Helper()
		return eval[bool](t, p, `getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)' && document.body.classList.contains('graphiql-dark')`)
	}
	if isDark() {
		t.Error("it is dark from the beginning")
	}
	p.choose(t, "dark")
	eventually(t, "it is dark", isDark)
	p.reload(t)
	eventually(t, "it is dark again", isDark)
}

// A gateway may have no defaults, and may show its schema to nobody: the page says what is missing, and what is left works.
func TestPlaygroundOnAClosedGateway(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	h := openOn(t, mongotest.Embedded(t), func(config *gatewayConfig) {
		config.contexts.DefaultChannel, config.contexts.DefaultAudience = "", ""
		config.limits.NoIntrospection = true
	})
	h.load(t, `
		{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
		{"kind": "channel", "key": "app", "platform": "APP", "defaultLocale": "en"}
		{"kind": "audience", "key": "consumer"}
		{"kind": "audience", "key": "fitter"}
		{"kind": "attribute", "key": "name", "type": "TEXT"}
		{"kind": "product", "sku": "LUMA-2", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Luma 2"}]}`)
	p := open(t, chromium, h.url, 1280, 900)
	p.set(t, "Context", "Channel", "")
	p.set(t, "Context", "Audience", "")
	p.set(t, "Context", "Market", "")
	p.shows(t, ".outcome .mistake", "no channel was named")
	p.reload(t)
	p.set(t, "Context", "Channel", "app") // the choices are there all the same
	p.shows(t, ".outcome .mistake", "no audience was named")
	p.set(t, "Context", "Audience", "consumer")
	p.shows(t, ".outcome", "app", "consumer")
	p.write(t, `{ product(sku: "LUMA-2") { name } }`)
	contains(t, p.run(t), "Luma 2")
	p.shows(t, ".why", "The schema is not shown to this reader")
	p.set(t, "Context", "API key", adminKey)
	p.shows(t, ".outcome", "admin")
	p.shows(t, ".why", "LUMA-2") // now that the schema is shown
}
