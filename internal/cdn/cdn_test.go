package cdn_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"unisono/internal/cdn"
)

// A case is a few requests, one after the other, and what each gets. It is named by what RFC 9111 says.
type sequence struct {
	name   string
	origin http.Handler
	config cdn.Config
	steps  []step
}

// step is a request, some time after the one before, and what it gets: where from, and the body, "304" or another status.
type step struct {
	after  time.Duration
	method string
	path   string
	bears  headers
	gets   string
}

type headers map[string]string

// get is a request for / with some headers, in pairs.
func get(gets string, pairs ...string) step {
	bears := headers{}
	for i := 0; i < len(pairs); i += 2 {
		bears[pairs[i]] = pairs[i+1]
	}
	return step{bears: bears, gets: gets}
}

func (s step) later(after time.Duration) step { s.after = after; return s }

// says is an origin that numbers its answers, shows the header by which they differ, if any, and gives them these headers, in pairs.
func says(by string, pairs ...string) http.Handler {
	asked := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		for i := 0; i < len(pairs); i += 2 {
			w.Header().Add(pairs[i], pairs[i+1])
		}
		body := fmt.Sprint(asked)
		if by != "" {
			body = r.Header.Get(by) + body
		}
		_, _ = w.Write([]byte(body))
	})
}

// tagged is an origin whose answer is always the same for the same value of a header, and which knows it again.
func tagged(by string, pairs ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			w.Header().Add(pairs[i], pairs[i+1])
		}
		tag := `"` + r.Header.Get(by) + `"`
		w.Header().Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte("of " + r.Header.Get(by)))
	})
}

// turns is an origin that gives one answer after the other.
func turns(all ...http.HandlerFunc) http.Handler {
	asked := -1
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		all[min(asked, len(all)-1)](w, r)
	})
}

// once is one of its answers: a status, a body, and headers in pairs.
func once(status int, body string, pairs ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			w.Header().Add(pairs[i], pairs[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func (s sequence) run(t *testing.T) {
	t.Helper()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	s.config.Origin, s.config.Now = s.origin, func() time.Time { return now }
	cache := cdn.New(s.config)
	for i, step := range s.steps {
		now = now.Add(step.after)
		if given, _ := send(cache, step); given != step.gets {
			t.Errorf("request %d %v gets %q; want %q", i+1, step.bears, given, step.gets)
		}
	}
}

// send gives what a request got, in few words, and its headers.
func send(cache http.Handler, s step) (string, http.Header) {
	method, path := s.method, s.path
	if method == "" {
		method = http.MethodGet
	}
	if path == "" {
		path = "/"
	}
	request := httptest.NewRequestWithContext(context.Background(), method, path, nil)
	for name, value := range s.bears {
		request.Header.Set(name, value)
	}
	written := httptest.NewRecorder()
	cache.ServeHTTP(written, request)
	what := written.Body.String()
	if written.Code != http.StatusOK {
		what = strings.TrimSpace(fmt.Sprint(written.Code, " ", what))
	}
	return written.Header().Get(cdn.FromHeader) + " " + what, written.Header()
}

const second = time.Second

// §3: what is kept. §3.1, §3.5, §5.2.2.
func TestWhatIsKept(t *testing.T) {
	for _, s := range []sequence{
		{name: "with max-age it is", origin: says("", "Cache-Control", "max-age=9"), steps: []step{get("origin 1"), get("store 1")}},
		{name: "§3 what does not say for how long is not", origin: says(""), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§3 public alone does not say for how long", origin: says("", "Cache-Control", "public"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§5.2.2.5 no-store", origin: says("", "Cache-Control", "no-store, max-age=9"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§5.2.2.7 private", origin: says("", "Cache-Control", "private, max-age=9"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§5.2.2.7 private in parts", origin: says("", "Cache-Control", `max-age=9, private="A, B"`), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§5.2 names in any case, on many lines", origin: says("", "Cache-Control", "Max-Age=9", "Cache-Control", "PRIVATE"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§5.2 a quoted comma parts nothing", origin: says("", "Cache-Control", `max-age=9, other="x, no-store, y"`), steps: []step{get("origin 1"), get("store 1")}},
		{name: "§5.2.1.5 a request with no-store leaves nothing", origin: says("", "Cache-Control", "max-age=9"), steps: []step{get("origin 1", "Cache-Control", "no-store"), get("origin 2"), get("store 2")}},
		{name: "§2 another address is another answer", origin: says("", "Cache-Control", "max-age=9"), steps: []step{get("origin 1"), {path: "/?q=1", gets: "origin 2"}, {path: "/?q=1", gets: "store 2"}, get("store 1")}},
		{name: "§3 errors too, where they say so", origin: turns(once(404, "none", "Cache-Control", "max-age=9"), once(200, "one")), steps: []step{get("origin 404 none"), get("store 404 none")}},
		{name: "§3.3 parts are not", origin: turns(once(206, "o", "Cache-Control", "max-age=9"), once(200, "one")), steps: []step{get("origin 206 o"), get("origin one")}},
		{name: "a request for a part passes", origin: says("", "Cache-Control", "max-age=9"), steps: []step{get("origin 1"), get("passed 2", "Range", "bytes=0-1"), get("store 1")}},
		{name: "POST leaves nothing", origin: says("", "Cache-Control", "max-age=9"), steps: []step{{method: "POST", gets: "passed 1"}, get("origin 2")}},

		{name: "§3.5 an answer to a key is not", origin: says("", "Cache-Control", "max-age=9"), steps: []step{get("origin 1", "Authorization", "a"), get("origin 2", "Authorization", "a"), get("origin 3"), get("store 3")}},
		{name: "§3.5 unless it is public", origin: says("", "Cache-Control", "max-age=9, public"), steps: []step{get("origin 1", "Authorization", "a"), get("store 1", "Authorization", "b"), get("store 1")}},
		{name: "§3.5 or s-maxage", origin: says("", "Cache-Control", "s-maxage=9"), steps: []step{get("origin 1", "Authorization", "a"), get("store 1")}},
		{name: "§3.5 or must-revalidate", origin: says("", "Cache-Control", "max-age=9, must-revalidate"), steps: []step{get("origin 1", "Authorization", "a"), get("store 1")}},
		{name: "§3.5 an answer to nobody is for a key too", origin: says("", "Cache-Control", "max-age=9"), steps: []step{get("origin 1"), get("store 1", "Authorization", "a")}},
	} {
		t.Run(s.name, s.run)
	}
}

// §4.1: which is chosen.
func TestWhichIsChosen(t *testing.T) {
	const life = "max-age=9"
	german, danish := []string{"Accept-Language", "de"}, []string{"Accept-Language", "da"}
	byLanguage := func() http.Handler {
		return says("Accept-Language", "Cache-Control", life, "Vary", "accept-language", "Vary", "Accept")
	}
	for _, s := range []sequence{
		{name: "all variants are kept", origin: byLanguage(), steps: []step{
			get("origin de1", german...), get("origin da2", danish...), get("store de1", german...), get("store da2", danish...), get("origin 3"), get("store 3"),
		}},
		{name: "there and empty is not the same as not there", origin: byLanguage(), steps: []step{get("origin 1"), get("origin 2", "Accept-Language", "")}},
		{name: "spaces around commas mean nothing", origin: says("", "Cache-Control", life, "Vary", "A"), steps: []step{get("origin 1", "A", "b, c"), get("store 1", "A", "b,c"), get("origin 2", "A", "c,b")}},
		{name: "all lines of Vary count", origin: byLanguage(), steps: []step{get("origin de1", german...), get("origin de2", "Accept-Language", "de", "Accept", "a")}},
		{name: "a star matches nothing", origin: says("", "Cache-Control", life, "Vary", "*"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "an answer without Vary is for all, until others came later", origin: turns(once(200, "all", "Cache-Control", life), once(200, "german", "Cache-Control", life, "Vary", "Accept-Language")), steps: []step{
			get("origin all", german...), get("origin german", "Accept-Language", "de", "Cache-Control", "no-cache"), get("store german", german...), get("origin german", danish...),
		}},
		{name: "of several that match, that which came last", origin: turns(once(200, "german", "Cache-Control", life, "Vary", "Accept-Language"), once(200, "all", "Cache-Control", life)), steps: []step{
			get("origin german", german...), get("origin all", danish...), get("store all", german...),
		}},
		{name: "a key of Vary parts those who bear it", origin: says("Authorization", "Cache-Control", "public, max-age=9", "Vary", "Authorization"), steps: []step{
			get("origin a1", "Authorization", "a"), get("origin b2", "Authorization", "b"), get("origin 3"), get("store a1", "Authorization", "a"), get("store 3"),
		}},
	} {
		t.Run(s.name, s.run)
	}
}

// §4.2: for how long it is fresh, and what requests want (§5.2.1).
func TestHowLongItIsFresh(t *testing.T) {
	date := func(of string) []string { return []string{"Date", "Mon, 02 Mar 2026 " + of + " GMT"} }
	with := func(control string, pairs ...string) http.Handler {
		return says("", slices.Concat([]string{"Cache-Control", control}, pairs)...)
	}
	for _, s := range []sequence{
		{name: "§4.2 until it is as old as it may be", origin: with("max-age=9"), steps: []step{get("origin 1"), get("store 1").later(9*second - 1), get("origin 2").later(1)}},
		{name: "§4.2.1 s-maxage beats max-age", origin: with("max-age=1, s-maxage=9"), steps: []step{get("origin 1"), get("store 1").later(5 * second)}},
		{name: "§4.2.1 also where it is shorter", origin: with("max-age=9, s-maxage=1"), steps: []step{get("origin 1"), get("origin 2").later(5 * second)}},
		{name: "§4.2.1 max-age beats Expires", origin: with("max-age=9", "Expires", "0"), steps: []step{get("origin 1"), get("store 1")}},
		{name: "§4.2.1 Expires less Date", origin: with("public", append(date("09:00:00"), "Expires", "Mon, 02 Mar 2026 09:00:05 GMT")...), steps: []step{get("origin 1"), get("store 1").later(4 * second), get("origin 2").later(second)}},
		{name: "§5.3 an Expires that is none is past", origin: with("public", "Expires", "soon"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§4.2.1 two that differ are stale", origin: with("max-age=9, max-age=8"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§4.2.1 what is no number is stale", origin: with("max-age=-9"), steps: []step{get("origin 1"), get("origin 2")}},
		{name: "§5.2 quotes do not matter", origin: with(`max-age="9"`), steps: []step{get("origin 1"), get("store 1")}},
		{name: "§1.2.2 more than fits is very long", origin: with("max-age=99999999999999999999"), steps: []step{get("origin 1"), get("store 1").later(1e6 * second)}},
		{name: "§4.2.3 it may have an age when it comes", origin: with("max-age=9", "Age", "5"), steps: []step{get("origin 1"), get("store 1").later(3 * second), get("origin 2").later(second)}},
		{name: "§4.2.3 or a Date that tells it", origin: with("max-age=9", date("08:59:55")...), steps: []step{get("origin 1"), get("store 1").later(3 * second), get("origin 2").later(second)}},
		{name: "§4.2.3 a Date in the future is none", origin: with("max-age=9", date("10:00:00")...), steps: []step{get("origin 1"), get("store 1").later(8 * second), get("origin 2").later(second)}},
		{name: "§5.2.2.4 no-cache is asked each time", origin: with("no-cache, max-age=9"), steps: []step{get("origin 1"), get("origin 2")}},

		{name: "§5.2.1.4 a request with no-cache", origin: with("max-age=9"), steps: []step{get("origin 1"), get("origin 2", "Cache-Control", "no-cache"), get("store 2")}},
		{name: "§5.2.1.1 with max-age=0", origin: with("max-age=9"), steps: []step{get("origin 1"), get("origin 2", "Cache-Control", "max-age=0").later(1)}},
		{name: "§5.2.1.1 with max-age", origin: with("max-age=9"), steps: []step{get("origin 1"), get("store 1", "Cache-Control", "max-age=5").later(5 * second), get("origin 2", "Cache-Control", "max-age=5").later(1)}},
		{name: "§5.2.1.3 with min-fresh", origin: with("max-age=9"), steps: []step{get("origin 1"), get("store 1", "Cache-Control", "min-fresh=5").later(4 * second), get("origin 2", "Cache-Control", "min-fresh=5").later(1)}},
		{name: "§5.2.1.2 with max-stale", origin: with("max-age=9"), steps: []step{get("origin 1"), get("store 1", "Cache-Control", "max-stale=5").later(14 * second), get("origin 2", "Cache-Control", "max-stale=5").later(1)}},
		{name: "§5.2.1.2 of any time", origin: with("max-age=9"), steps: []step{get("origin 1"), get("store 1", "Cache-Control", "max-stale").later(99 * second)}},
		{name: "§5.2.2.2 which must-revalidate does not allow", origin: with("max-age=9, must-revalidate"), steps: []step{get("origin 1"), get("origin 2", "Cache-Control", "max-stale").later(9 * second)}},
		{name: "§5.2.2.10 nor s-maxage", origin: with("s-maxage=9"), steps: []step{get("origin 1"), get("origin 2", "Cache-Control", "max-stale").later(9 * second)}},
		{name: "§5.2.1.7 with only-if-cached", origin: with("max-age=9"), steps: []step{get("store 504", "Cache-Control", "only-if-cached"), get("origin 1"), get("store 1", "Cache-Control", "only-if-cached")}},
	} {
		t.Run(s.name, s.run)
	}
}
