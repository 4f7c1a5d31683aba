package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"unisono/internal/mongotest"
)

// X6: the database is gone for a while, refusing or silent, under load. What is in memory is answered all the while, and says that it may be old; what is not is
// null in its place, and fails at once; when the database is back all is right, what was written meanwhile included.
func TestAnOutage(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(*mongotest.Line, bool){"refusing": (*mongotest.Line).Cut, "silent": (*mongotest.Line).Hold} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := mongotest.Java(t)
			here := openOn(t, direct, nil)
			here.loadDemoCatalogue(t)
			store, line := mongotest.Far(t, direct, nil)
			o := &outage{here: here, far: openOn(t, store, nil)}
			eventually(t, "the far gateway has the demo", func() bool {
				return o.far.ask(t, `{ products { totalCount } }`).texts(t, "products", "totalCount") != nil && o.isRight(t)
			})
			o.far.cache.NoteAll() // the start has put everything into memory; from here on it is what was asked for
			o.hot = string(o.far.ask(t, hotQuestion).data(t))

			stop := o.load(t)
			interrupt(line, true)
			began := time.Now()
			eventually(t, "answers say that they may be old", func() bool { return o.far.ask(t, hotQuestion).part(t, "extensions") != nil })
			eventually(t, "what is not in memory fails at once", func() bool {
				asked := time.Now()
				return o.isMissing(t) && time.Since(asked) < 100*time.Millisecond
			})
			t.Logf("after %s all that must fail does so at once", time.Since(began).Round(time.Millisecond))
			here.load(t, `{"kind": "product", "sku": "JUG-350", "setAttributes": [{"key": "name", "locale": "en", "value": "Written meanwhile"}]}`)
			if got := do(t, http.MethodGet, o.far.url+"/readyz", "", nil); got.status != http.StatusOK || !strings.Contains(string(got.body), "degraded") {
				t.Errorf("/readyz: %d %s", got.status, got.body)
			}
			time.Sleep(10*time.Second - time.Since(began))
			if !o.isMissing(t) {
				t.Error("at the end of the outage what is missing is there")
			}
			interrupt(line, false)
			back := time.Now()
			eventually(t, "all is right again", func() bool {
				got := o.far.ask(t, `{ product(sku: "JUG-350") { name } cold: fragment(key: "bean-storage") { title } }`)
				return got.part(t, "errors") == nil && got.part(t, "extensions") == nil && strings.Contains(string(got.body), "Written meanwhile")
			})
			took := time.Since(back)
			t.Logf("all is right %s after the database's return", took.Round(time.Millisecond))
			if took > 5*time.Second {
				t.Errorf("all is right only %s after the database's return; a second is promised", took)
			}
			stop()
			if o.wrong.Load() != 0 || o.right.Load() < 100 {
				t.Errorf("of what is in memory %d answers were right, %d wrong: %s", o.right.Load(), o.wrong.Load(), o.said.Load())
			}
			t.Logf("%d hot answers, the slowest after %s", o.right.Load(), time.Duration(o.slowest.Load()))
		})
	}
}

const hotQuestion = `{ product(sku: "LUMA-2") { name fragment(slot: "warning") { title body } } products(first: 3, order: SKU) { totalCount nodes { sku name } } }`

// outage is two gateways on one database, of which one loses it.
type outage struct {
	here, far *house
	hot       string // the answer to hotQuestion

	right, wrong, slowest atomic.Int64
	said                  atomic.Value
}

func (o *outage) isRight(t *testing.T) bool {
	t.Helper()
	return string(o.far.ask(t, hotQuestion).part(t, "data")) == string(o.here.ask(t, hotQuestion).part(t, "data"))
}

// isMissing says that what is not in memory is null, with an error of its own, beside what is.
func (o *outage) isMissing(t *testing.T) bool {
	t.Helper()
	got := o.far.ask(t, `{ cold: fragment(key: "bean-storage") { title } product(sku: "LUMA-2") { name } }`)
	if string(got.part(t, "data")) != `{"cold":null,"product":{"name":"Luma 2"}}` {
		return false
	}
	return strings.Contains(string(got.part(t, "errors")), `"code":"UNAVAILABLE"`)
}

// load asks the hot question over and over, until it is stopped.
func (o *outage) load(t *testing.T) (stop func()) {
	t.Helper()
	asking, isOver := sync.WaitGroup{}, atomic.Bool{}
	for range 4 {
		asking.Go(func() {
			for !isOver.Load() {
				began := time.Now()
				got := o.far.ask(t, hotQuestion)
				answer := struct {
					Data   json.RawMessage
					Errors []any
				}{}
				if err := json.Unmarshal(got.body, &answer); err != nil || len(answer.Errors) > 0 || string(answer.Data) != o.hot {
					o.wrong.Add(1)
					o.said.Store(string(got.body))
				} else {
					o.right.Add(1)
				}
				if took := int64(time.Since(began)); took > o.slowest.Load() {
					o.slowest.Store(took)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	return func() {
		isOver.Store(true)
		asking.Wait()
	}
}
