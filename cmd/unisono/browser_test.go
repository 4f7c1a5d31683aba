package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"unisono/web"
)

// browser gives the Chromium that all tests share, or none: where there is no Chromium, or the playground is not built, the test is skipped, and fails
// with CI=true.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, lacking, err := sharedBrowser.open()
	switch {
	case err != nil:
		t.Fatal(err)
	case lacking != "" && os.Getenv("CI") == "true":
		t.Fatal(lacking)
	case lacking != "":
		t.Skip(lacking)
	}
	return ctx
}

var sharedBrowser = &browserOnce{}

type browserOnce struct {
	once    sync.Once
	ctx     context.Context
	lacking string
	err     error
	closes  []context.CancelFunc
}

func (b *browserOnce) open() (ctx context.Context, lacking string, err error) {
	b.once.Do(func() {
		if _, isBuilt := web.Page(); !isBuilt {
			b.lacking = "the playground is not built; make web builds it"
			return
		}
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
			if path, err := exec.LookPath(name); err == nil {
				b.err = b.start(path)
				return
			}
		}
		b.lacking = "Chromium is not there"
	})
	return b.ctx, b.lacking, b.err
}

func (b *browserOnce) start(path string) error {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // whatever the page does, nothing leaves this machine
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	b.closes = append(b.closes, cancel)
	b.ctx, cancel = chromedp.NewContext(ctx)
	b.closes = append(b.closes, cancel)
	return chromedp.Do(b.ctx)
}

func (b *browserOnce) close() {
	for i := len(b.closes) - 1; i >= 0; i-- {
		b.closes[i]()
	}
}

// page is the playground in a browser of its own, without anything that another page has kept.
type page struct {
	ctx  context.Context
	host string

	mu     sync.Mutex
	faults []string // what stands in the console as an error, and requests to other hosts
}

// open opens the playground of a gateway. When the test ends nothing may have gone wrong.
func open(t *testing.T, browser context.Context, address string, width, height int64) *page {
	t.Helper()
	gateway, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{host: gateway.Host}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.watch))
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	p.ctx = ctx
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, fault := range p.faults {
			t.Error(fault)
		}
	})
	p.do(t, enable(network.Enable), enable(log.Enable), chromedp.EmulateViewport(width, height), chromedp.Navigate(address), ready)
	return p
}

// ready is when the editor has loaded.
var ready = chromedp.WaitVisible(chromedp.CSS(".graphiql-response .monaco-editor"))

func enable[P, R any](command cdp.Command[P, R]) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		var defaults P
		_, err := chromedp.Call(ctx, command, defaults)
		return err
	})
}

func (p *page) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, "an exception: "+event.ExceptionDetails.Text+" "+describe(event.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.ConsoleAPICalledTypeError || event.Type == runtime.ConsoleAPICalledTypeWarning {
			said := []string{}
			for _, argument := range event.Args {
				said = append(said, describe(argument))
			}
			p.faults = append(p.faults, fmt.Sprintf("console: %s: %s", event.Type, strings.Join(said, " ")))
		}
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError || event.Entry.Source == log.EntrySourceSecurity {
			p.faults = append(p.faults, fmt.Sprintf("console: %s: %s %s", event.Entry.Level, event.Entry.Text, event.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		asked, err := url.Parse(event.Request.URL)
		if err != nil || asked.Scheme != "data" && asked.Host != p.host {
			p.faults = append(p.faults, "a request to elsewhere: "+event.Request.URL)
		}
	}
}

func describe(object *runtime.RemoteObject) string {
	if object == nil {
		return ""
	}
	return string(object.Value) + object.Description
}

// drain gives what went wrong up to now, and forgets it: for tests that want something to go wrong.
func (p *page) drain() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	faults := p.faults
	p.faults = nil
	return faults
}

func (p *page) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// reload loads the page again, at the address that it has now.
func (p *page) reload(t *testing.T) {
	t.Helper()
	p.do(t, chromedp.Reload(), ready)
}

// eval gives the value of an expression of JavaScript.
func eval[V any](t *testing.T, p *page, script string, arguments ...any) V {
	t.Helper()
	words := make([]any, len(arguments))
	for i, argument := range arguments {
		word, err := json.Marshal(argument)
		if err != nil {
			t.Fatal(err)
		}
		words[i] = word
	}
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[V](fmt.Sprintf(script, words...)))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// text is what a person reads in an element, "" where it is not there.
func (p *page) text(t *testing.T, selector string) string {
	t.Helper()
	return eval[string](t, p, `document.querySelector(%s)?.innerText ?? ""`, selector)
}

// shows waits until an element says something.
func (p *page) shows(t *testing.T, selector string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		said := ""
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(25 * time.Millisecond) {
			if said = p.text(t, selector); strings.Contains(said, part) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s does not say %q: %s", selector, part, said)
			}
		}
	}
}

// set gives a control of a form, both found by their labels, a value, as a person does who leaves it afterwards. A choice may have to be waited for.
func (p *page) set(t *testing.T, form, label, value string) {
	t.Helper()
	eventually(t, label+" of "+form+" takes "+value, func() bool {
		return eval[bool](t, p, `(() => {
			const form = document.querySelector('form[aria-label=' + JSON.stringify(%s) + ']');
			const label = [...(form?.querySelectorAll('label') ?? [])].find((one) => one.textContent.trim() === %s);
			const control = label?.control;
			const value = %s;
			if (!control || control.tagName === 'SELECT' && ![...control.options].some((option) => option.value === value)) return false;
			control.closest('details')?.setAttribute('open', '');
			control.focus();
			if (control.type === 'checkbox') {
				if (String(control.checked) !== value) control.click();
			} else {
				Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), 'value').set.call(control, value);
				control.dispatchEvent(new Event(control.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
				control.blur();
			}
			return true;
		})()`, form, label, value)
	})
}

// press clicks the button of a name, or the first whose name begins so.
func (p *page) press(t *testing.T, name string) {
	t.Helper()
	eventually(t, "there is a button "+name, func() bool {
		return eval[bool](t, p, `(() => {
			const name = %s, named = (one) => (one.getAttribute('aria-label') ?? one.textContent).trim();
			const buttons = [...document.querySelectorAll('button, summary')];
			const button = buttons.find((one) => named(one) === name) ?? buttons.find((one) => named(one).startsWith(name));
			button?.click();
			return button !== undefined;
		})()`, name)
	})
}

// run asks what stands in the editor and gives the answer.
func (p *page) run(t *testing.T) string {
	t.Helper()
	p.do(t, chromedp.Click(chromedp.CSS(".graphiql-execute-button")))
	return p.answered(t)
}

// answered waits for the answer that is under way.
func (p *page) answered(t *testing.T) string {
	t.Helper()
	answer := ""
	eventually(t, "there is an answer", func() bool {
		answer = eval[string](t, p, `document.querySelector('.graphiql-response .graphiql-spinner') ? '' :
			globalThis.__MONACO.editor.getModels().find((one) => one.uri.path.endsWith('response.json'))?.getValue() ?? ''`)
		return answer != ""
	})
	return answer
}

// write puts a query into the editor, as if it was pasted.
func (p *page) write(t *testing.T, query string) {
	t.Helper()
	eval[bool](t, p, `(globalThis.__MONACO.editor.getModels().find((one) => one.uri.path.endsWith('operation.graphql')).setValue(%s), true)`, query)
	time.Sleep(150 * time.Millisecond) // the editor reads what was written a moment later
}
