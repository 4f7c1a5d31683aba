package cdn_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"unisono/internal/cdn"
)

// §4.3: asking whether it is still so, and clients that have it already.
func TestValidation(t *testing.T) {
	const life = "max-age=9"
	for _, s := range []sequence{
		{name: "§4.3.3 what is confirmed is fresh again", origin: tagged("", "Cache-Control", life), steps: []step{
			get("origin of "), get("validated of ").later(9 * second), get("store of ").later(8 * second), get("validated of ").later(second),
		}},
		{name: "§4.3.3 what is not is replaced", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(200, "two", "Cache-Control", life, "ETag", `"2"`)), steps: []step{
			get("origin one"), get("origin two").later(9 * second), get("store two"),
		}},
		{name: "§4.3.3 an origin that fails says so", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(503, "no")), steps: []step{get("origin one"), get("origin 503 no").later(9 * second)}},
		{name: "§4.3.4 it lives as long as the confirmation says", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(304, "", "Cache-Control", "max-age=2", "ETag", `"1"`)), steps: []step{
			get("origin one"), get("validated one").later(9 * second), get("store one").later(second), get("validated one").later(second),
		}},
		{name: "§4.3.4 an age of before is no longer its own", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`, "Age", "8"), once(304, "", "ETag", `"1"`)), steps: []step{
			get("origin one"), get("validated one").later(second), get("store one").later(8 * second),
		}},
		{name: "§4.3.4 what becomes private is kept no more", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(304, "", "Cache-Control", "private, max-age=9", "ETag", `"1"`), tagged("If-None-Match").ServeHTTP), steps: []step{
			get("origin one"), get("validated one").later(9 * second), get("origin of "),
		}},
		{name: "§4.3.4 what varies by more from now on", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(304, "", "Vary", "A", "ETag", `"1"`), once(200, "two")), steps: []step{
			get("origin one"), get("validated one", "A", "x").later(9 * second), get("store one", "A", "x"), get("origin two", "A", "y"),
		}},
		{name: "§4.3.4 another tag confirms nothing", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(304, "", "ETag", `"2"`), once(200, "three")), steps: []step{get("origin one"), get("origin three").later(9 * second)}},
		{name: "§4.3.4 nor does none", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(304, ""), once(200, "three")), steps: []step{get("origin one"), get("origin three").later(9 * second)}},
		{name: "§5.2.1.5 with no-store it is as old as it was", origin: tagged("", "Cache-Control", life), steps: []step{
			get("origin of "), get("validated of ", "Cache-Control", "no-store, no-cache").later(5 * second), get("validated of ").later(4 * second),
		}},

		{name: "§4.3.2 a client that has it", origin: tagged("", "Cache-Control", life), steps: []step{
			get("origin of "), get("store 304", "If-None-Match", `"other", W/""`), get("store of ", "If-None-Match", `"other"`), get("validated 304", "If-None-Match", `""`).later(9 * second),
		}},
		{name: "§4.3.2 a client that has what is not kept", origin: tagged("", "Cache-Control", life), steps: []step{get("origin 304", "If-None-Match", `""`), get("origin of "), get("store of ")}},
		{name: "§4.3.2 a client that has what is kept for another", origin: tagged("", "Cache-Control", life, "Vary", "A"), steps: []step{
			get("origin of ", "A", "x"), get("origin 304", "A", "y", "If-None-Match", `""`), get("origin of ", "A", "y"),
		}},
		{name: "§4.3.2 a client that has something else than what is kept", origin: turns(once(200, "one", "Cache-Control", life, "ETag", `"1"`), once(304, "", "ETag", `"2"`)), steps: []step{
			get("origin one"), get("origin 304", "If-None-Match", `"2"`).later(9 * second),
		}},
		{name: "what is conditional otherwise passes", origin: says("", "Cache-Control", life), steps: []step{get("origin 1"), get("passed 2", "If-Modified-Since", "Mon, 02 Mar 2026 09:00:00 GMT")}},

		{name: "§4.1 what could not be chosen is not asked about", origin: tagged("", "Cache-Control", life, "Vary", "A"), steps: []step{get("origin of ", "A", "x"), get("origin of ", "A", "y")}},
		{name: "§4.1 unless all is", origin: tagged("", "Cache-Control", life, "Vary", "A"), config: cdn.Config{ValidatesAll: true}, steps: []step{
			get("origin of ", "A", "x"), get("validated of ", "A", "y").later(8 * second), get("store of ", "A", "y").later(second), get("validated of ", "A", "x"),
		}},
		{name: "§4.1 where each has its own tag it is asked for nothing", origin: tagged("A", "Cache-Control", life, "Vary", "A"), config: cdn.Config{ValidatesAll: true}, steps: []step{
			get("origin of x", "A", "x"), get("origin of y", "A", "y"), get("validated of x", "A", "x").later(9 * second), get("validated of y", "A", "y"),
		}},
	} {
		t.Run(s.name, s.run)
	}
}

// §4.4: what may have changed.
func TestWhatChangesMakesVoid(t *testing.T) {
	const life = "max-age=9"
	for _, s := range []sequence{
		{name: "its own address, whatever it varies by", origin: says("A", "Cache-Control", life, "Vary", "A"), steps: []step{
			get("origin x1", "A", "x"), get("origin y2", "A", "y"), {method: "POST", gets: "passed 3"}, get("origin x4", "A", "x"), get("origin y5", "A", "y"),
		}},
		{name: "no other", origin: says("", "Cache-Control", life), steps: []step{get("origin 1"), {method: "POST", path: "/?q=1", gets: "passed 2"}, get("store 1")}},
		{name: "not what failed", origin: turns(once(200, "one", "Cache-Control", life), once(400, "no")), steps: []step{get("origin one"), {method: "POST", gets: "passed 400 no"}, get("store one")}},
		{name: "not what is safe", origin: says("", "Cache-Control", life), steps: []step{get("origin 1"), {method: "HEAD", gets: "passed 2"}, {method: "OPTIONS", gets: "passed 3"}, get("store 1")}},
		{name: "what nobody knows", origin: says("", "Cache-Control", life), steps: []step{get("origin 1"), {method: "PURGE", gets: "passed 2"}, get("origin 3")}},
	} {
		t.Run(s.name, s.run)
	}
}

// A cache that ignores Vary is as wrong as big CDNs are, and no more.
func TestOneThatIgnoresVary(t *testing.T) {
	const life = "max-age=9"
	ignores := cdn.Config{IgnoresVary: true}
	for _, s := range []sequence{
		{name: "one answer for all", origin: says("A", "Cache-Control", life, "Vary", "A"), config: ignores, steps: []step{get("origin x1", "A", "x"), get("store x1", "A", "y")}},
		{name: "but one for each encoding", origin: says("", "Cache-Control", life, "Vary", "Accept-Encoding"), config: ignores, steps: []step{get("origin 1", "Accept-Encoding", "gzip"), get("origin 2"), get("store 1", "Accept-Encoding", "gzip")}},
		{name: "a star is nothing to it", origin: says("", "Cache-Control", life, "Vary", "*"), config: ignores, steps: []step{get("origin 1"), get("store 1")}},
		{name: "nor is a key", origin: says("", "Cache-Control", life), config: ignores, steps: []step{get("origin 1", "Authorization", "a"), get("store 1")}},
		{name: "nor what requests want", origin: says("", "Cache-Control", life), config: ignores, steps: []step{get("origin 1", "Cache-Control", "no-store"), get("store 1", "Cache-Control", "no-cache")}},
		{name: "private it heeds", origin: says("", "Cache-Control", "private, max-age=9"), config: ignores, steps: []step{get("origin 1"), get("origin 2")}},
		{name: "no-store too", origin: says("", "Cache-Control", "no-store, max-age=9"), config: ignores, steps: []step{get("origin 1"), get("origin 2")}},
		{name: "and how long it lives", origin: says("", "Cache-Control", life, "Age", "5"), config: ignores, steps: []step{get("origin 1"), get("store 1").later(3 * second), get("origin 2").later(second)}},
		{name: "it asks whether it is so", origin: tagged("", "Cache-Control", life), config: ignores, steps: []step{get("origin of "), get("validated of ").later(9 * second)}},
		{name: "keyed on a header", origin: says("A", "Cache-Control", life), config: cdn.Config{IgnoresVary: true, KeyedOn: []string{"A"}}, steps: []step{
			get("origin x1", "A", "x"), get("origin y2", "A", "y"), get("store x1", "A", "x", "B", "z"), get("origin 3"), get("store 3"),
		}},
		{name: "passing through what bears another", origin: says("", "Cache-Control", life), config: cdn.Config{IgnoresVary: true, Bypass: []string{"Authorization"}}, steps: []step{
			get("origin 1"), get("passed 2", "Authorization", "a"), get("store 1"),
		}},
	} {
		t.Run(s.name, s.run)
	}
}

// §3: the cache of one client keeps what is private, and varies all the same.
func TestOneOfAClient(t *testing.T) {
	own := cdn.Config{Private: true}
	for _, s := range []sequence{
		{name: "private", origin: says("A", "Cache-Control", "private, max-age=9", "Vary", "A"), config: own, steps: []step{get("origin x1", "A", "x"), get("origin y2", "A", "y"), get("store x1", "A", "x")}},
		{name: "with a key", origin: says("", "Cache-Control", "max-age=9"), config: own, steps: []step{get("origin 1", "Authorization", "a"), get("store 1")}},
		{name: "no-store", origin: says("", "Cache-Control", "no-store, max-age=9"), config: own, steps: []step{get("origin 1"), get("origin 2")}},
		{name: "s-maxage is for shared ones", origin: says("", "Cache-Control", "max-age=1, s-maxage=9"), config: own, steps: []step{get("origin 1"), get("origin 2").later(second)}},
	} {
		t.Run(s.name, s.run)
	}
}

func TestPurge(t *testing.T) {
	now := time.Now()
	origin := says("A", "Cache-Control", "max-age=9", "Vary", "A", "Cache-Tag", "all, t1", "Cache-Tag", "t2")
	cache := cdn.New(cdn.Config{Origin: origin, Now: func() time.Time { return now }})
	for _, letter := range []string{"x", "y"} {
		send(cache, get("", "A", letter))
	}
	if count := cache.Purge("t", "t12"); count != 0 {
		t.Errorf("%d are purged by tags that none has", count)
	}
	if given, _ := send(cache, get("", "A", "x")); given != "store x1" {
		t.Errorf("then it gets %q", given)
	}
	if count := cache.Purge("t2", "t1"); count != 2 || cache.Len() != 0 {
		t.Errorf("%d of 2 are purged, and %d are kept", count, cache.Len())
	}
	if given, _ := send(cache, get("", "A", "x")); given != "origin x3" {
		t.Errorf("in the end it gets %q", given)
	}
}

// What was on its way while there was a purge may be of the time before.
func TestNothingIsKeptThatAPurgeOvertook(t *testing.T) {
	var cache *cdn.Cache
	origin := says("", "Cache-Control", "max-age=9", "Cache-Tag", "t")
	cache = cdn.New(cdn.Config{Now: time.Now, Origin: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin.ServeHTTP(w, r)
		cache.Purge("t")
	})})
	for _, want := range []string{"origin 1", "origin 2"} {
		if given, _ := send(cache, get("")); given != want {
			t.Errorf("it gets %q; want %q", given, want)
		}
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	cache := cdn.New(cdn.Config{Origin: says("", "Cache-Control", "max-age=9"), Now: time.Now, Entries: 2, Bytes: 3})
	send(cache, step{path: "/a"})
	send(cache, step{path: "/b"})
	send(cache, step{path: "/a"})
	send(cache, step{path: "/c"}) // for which b goes
	for path, want := range map[string]string{"/a": "store 1", "/c": "store 3"} {
		if given, _ := send(cache, step{path: path}); given != want {
			t.Errorf("%s gets %q; want %q", path, given, want)
		}
	}
	bytes := cdn.New(cdn.Config{Now: time.Now, Bytes: 5, Origin: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once(200, strings.TrimPrefix(r.URL.Path, "/"), "Cache-Control", "max-age=9")(w, r)
	})})
	for _, path := range []string{"/aaa", "/bb", "/toolarge", "/c"} {
		send(bytes, step{path: path})
	}
	for path, want := range map[string]string{"/bb": "store bb", "/c": "store c"} {
		if given, _ := send(bytes, step{path: path}); given != want || bytes.Len() != 2 {
			t.Errorf("%s gets %q; want %q, and 2 are kept: %d", path, given, want, bytes.Len())
		}
	}
}

// What a client sees of headers: how old it is (§5.1), when it was confirmed, nothing that was for one connection alone (§3.1), and of a 304 what RFC 9110 §15.4.5 wants.
func TestHeaders(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 500, time.UTC)
	received := now
	origin := tagged("", "Cache-Control", "max-age=9", "Vary", "A", "Connection", "X-Hop", "X-Hop", "x", cdn.FromHeader, "a lie", "Content-Type", "text/plain", "Cache-Tag", "t")
	cache := cdn.New(cdn.Config{Origin: origin, Now: func() time.Time { return now }})
	_, first := send(cache, get(""))
	now = now.Add(3*second + 999*time.Millisecond)
	_, header := send(cache, get(""))
	_, short := send(cache, get("", "If-None-Match", `""`))
	for name, want := range map[string]string{
		"Age": "3", "Date": "Mon, 02 Mar 2026 09:00:00 GMT", "X-Hop": "", "Connection": "", "Vary": "A", "Cache-Control": "max-age=9", "ETag": `""`, "Cache-Tag": "t",
		cdn.FromHeader: cdn.Store, cdn.ConfirmedHeader: received.Format(time.RFC3339Nano),
	} {
		if header.Get(name) != want || short.Get(name) != want {
			t.Errorf("%s is %q, of a 304 %q; want %q", name, header.Get(name), short.Get(name), want)
		}
	}
	if header.Get("Content-Type") != "text/plain" || short.Get("Content-Type") != "" || first.Get("Age") != "" {
		t.Errorf("of what is kept %v, of a 304 %v, of the first %v", header, short, first)
	}
}

// §3.2: a confirmation has no body, and its length is not that of what it confirms.
func TestAConfirmationIsNotTheLengthOfAnAnswer(t *testing.T) {
	now := time.Now()
	origin := turns(once(200, "one", "Cache-Control", "max-age=9", "ETag", `"1"`, "Content-Length", "3"), once(304, "", "ETag", `"1"`, "Content-Length", "0", "X-New", "x"))
	cache := cdn.New(cdn.Config{Origin: origin, Now: func() time.Time { return now }})
	send(cache, get(""))
	now = now.Add(9 * second)
	if given, header := send(cache, get("")); given != "validated one" || header.Get("Content-Length") != "3" || header.Get("X-New") != "x" {
		t.Errorf("it gets %q with %v", given, header)
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	cache := cdn.New(cdn.Config{Now: time.Now, Entries: 3, Origin: tagged("A", "Cache-Control", "max-age=9", "Vary", "A", "Cache-Tag", "t")})
	wait := sync.WaitGroup{}
	for i := range 8 {
		wait.Go(func() {
			for j := range 50 {
				letter := string(rune('a' + (i+j)%5))
				if given, _ := send(cache, get("", "A", letter, "Cache-Control", []string{"", "no-cache"}[j%2])); !strings.HasSuffix(given, " of "+letter) {
					t.Errorf("for %s it gets %q", letter, given)
				}
				if j%10 == 0 {
					cache.Purge("t")
				}
			}
		})
	}
	wait.Wait()
}
