package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
	"unisono/internal/cdn"
	"unisono/server"
)

// cacheSequence is what happens at one gateway behind one cache.
type cacheSequence struct {
	run     *cacheRun
	t       *rapid.T
	draws   *contentDrawer
	gateway *cachedGateway
	front   *cdn.Cache

	addresses []askedThrough
	people    []map[string]string

	contents []map[content.Kind]map[string]content.Document // as they were, one after the other
	moments  map[time.Time]int                              // which of them there was; no two steps happen at the same moment
	purged   map[int]*catalog.Ref                           // of the changes that led to each, those whose document was purged
	bodies   map[string]body                                // by address and entity tag
	served   []served
	known    map[string]direct // what the gateway that is compared with said, as long as it is the same
}

// body is what a client keeps under an entity tag.
type body struct {
	raw, text             string
	encoding, contentType string
}

// served is an answer that came through the cache.
type served struct {
	to             askedThrough
	at, confirmed  time.Time
	from           string
	status         int
	header         http.Header
	body           body
	isShort        bool // 304: the body is the one that the client has
	before, during int  // which content there was when it was confirmed, and is now
}

func ignoresVary(mode cacheMode) bool { return mode.config.IgnoresVary }

// sequence draws and checks one with a cache of one of some modes, and says what is wrong; "" for nothing.
func (run *cacheRun) sequence(t *rapid.T, modes []cacheMode) string {
	run.now = today
	focus, gateways := evenly(t, "focus", focuses), run.gateways
	if focus.byKeyAlone {
		gateways = slices.DeleteFunc(slices.Clone(gateways), func(g *cachedGateway) bool { return slices.Contains(g.keyedOn, "Authorization") })
		if slices.ContainsFunc(modes, ignoresVary) {
			modes = slices.DeleteFunc(slices.Clone(modes), func(mode cacheMode) bool { return !ignoresVary(mode) })
		}
	}
	mode := evenly(t, "mode", modes)
	s := &cacheSequence{
		run: run, t: t, draws: &contentDrawer{t: t, from: today, focus: &focus}, gateway: evenly(t, "gateway", gateways),
		moments: map[time.Time]int{}, purged: map[int]*catalog.Ref{}, bodies: map[string]body{},
	}
	config := mode.config
	config.Origin, config.Now = s.gateway.handler, func() time.Time { return run.now }
	if config.IgnoresVary && !mode.isUnset {
		config.KeyedOn = s.gateway.keyedOn
		if mode.keysOut && slices.Contains(config.KeyedOn, "Authorization") {
			config.KeyedOn = slices.DeleteFunc(slices.Clone(config.KeyedOn), func(name string) bool { return name == "Authorization" })
			config.Bypass = []string{"Authorization"}
		}
	}
	s.front = cdn.New(config)
	for range rapid.IntRange(1, 2).Draw(t, "addresses") {
		s.addresses = append(s.addresses, s.draws.address())
	}
	s.people = s.draws.people()
	first := s.draws.all().documents()
	if err := s.gateway.become(first); err != nil {
		t.Fatal(err)
	}
	s.contents = append(s.contents, first)
	s.moments[run.now] = 0
	run.counts.sequences++
	wrong := ""
	for i := 0; i < 20 && wrong == ""; i++ {
		wrong = s.step(mode)
	}
	if wrong == "" {
		wrong = s.compare(mode)
	}
	if wrong != "" {
		wrong = fmt.Sprintf("a cache %s, keyed on %v: %s", mode.name, s.gateway.keyedOn, wrong)
	}
	return wrong
}

func (s *cacheSequence) step(mode cacheMode) string {
	switch n := rapid.IntRange(0, 9).Draw(s.t, "step"); {
	case n < 7:
		return s.ask(mode)
	case n < 8:
		s.change()
	default:
		s.passTime()
	}
	return ""
}

// move moves the clock, and notes which content there is then.
func (s *cacheSequence) move(to time.Time) {
	s.run.now = to
	s.moments[to] = len(s.contents) - 1
}

// passTime moves the clock a little, or to an edge of a window, or just before.
func (s *cacheSequence) passTime() {
	now := s.run.now
	if rapid.Bool().Draw(s.t, "to an edge") {
		for _, edge := range edges {
			at := today.Add(edge)
			if before := at.Add(-time.Millisecond); before.After(now) && rapid.Bool().Draw(s.t, "before it") {
				s.move(before)
				return
			}
			if at.After(now) {
				s.move(at)
				return
			}
		}
	}
	s.move(now.Add(time.Duration(rapid.SampledFrom([]int{1, 300, 1000, 2500, 10_000, 40_000}).Draw(s.t, "milliseconds")) * time.Millisecond))
}

// change changes a document, of which the cache may be told by a purge.
func (s *cacheSequence) change() {
	kind, key, document := s.draws.change()
	s.gateway.shelf.put(kind, key, document)
	if s.gateway.kept != nil {
		s.gateway.kept.Note(kind, key)
	}
	if err := s.gateway.index.Refresh(context.Background(), catalog.Ref{Kind: kind, Key: key}); err != nil {
		s.t.Fatal(err)
	}
	next := maps.Clone(s.contents[len(s.contents)-1])
	next[kind] = maps.Clone(next[kind])
	if next[kind][key] = document; document == nil {
		delete(next[kind], key)
	}
	s.contents = append(s.contents, next)
	s.move(s.run.now.Add(time.Millisecond))
	if rapid.Bool().Draw(s.t, "purged") {
		s.run.counts.purged++
		s.run.counts.forgotten += s.front.Purge(tagsOf(kind, key)...)
		s.purged[len(s.contents)-1] = &catalog.Ref{Kind: kind, Key: key}
	}
}

// tagsOf are the tags by which an operator purges what a changed document may stand in.
func tagsOf(kind content.Kind, key string) []string {
	if kind != content.KindProduct && kind != content.KindFragment {
		return []string{server.TagOf(keyOfTags, server.KindDefinition, "")}
	}
	return []string{server.TagOf(keyOfTags, kind, key), server.TagOf(keyOfTags, kind, "")}
}

// ask sends one request through the cache, and checks of the answer what can be seen at once.
func (s *cacheSequence) ask(mode cacheMode) string {
	a := s.request(mode)
	written := a.send(s.front)
	confirmed, err := time.Parse(time.RFC3339Nano, written.Header().Get(cdn.ConfirmedHeader))
	if err != nil {
		s.t.Fatal(err)
	}
	confirmed = confirmed.UTC()
	one := served{to: a, at: s.run.now, confirmed: confirmed, from: written.Header().Get(cdn.FromHeader), status: written.Code, header: written.Header(), before: s.moments[confirmed], during: len(s.contents) - 1}
	if _, is := s.moments[confirmed]; !is {
		s.t.Fatalf("the cache says that it got an answer at %s", confirmed)
	}
	wrong := s.keep(&one, written.Body.String())
	s.count(mode, &one)
	if wrong == "" {
		wrong = s.age(&one)
	}
	if wrong != "" {
		return one.describe() + wrong
	}
	s.served = append(s.served, one)
	return ""
}

// request draws one: a person for an address, who may have an answer already.
func (s *cacheSequence) request(mode cacheMode) askedThrough {
	a := rapid.SampledFrom(s.addresses).Draw(s.t, "address")
	a.headers = maps.Clone(rapid.SampledFrom(s.people).Draw(s.t, "person"))
	a.post = s.draws.oneIn(20, "by POST")
	if s.draws.oneIn(4, "has an answer") {
		known := []string{}
		for _, place := range slices.Sorted(maps.Keys(s.bodies)) {
			if tag, is := strings.CutPrefix(place, a.url()+" "); is {
				known = append(known, tag)
			}
		}
		if len(known) > 0 && !a.post {
			a.headers["If-None-Match"] = s.draws.of("tag", known...)
		}
	}
	switch rapid.IntRange(0, 19).Draw(s.t, "besides") {
	case 1:
		a.headers["Cache-Control"] = "no-cache"
	case 2:
		a.headers["Cache-Control"] = "max-age=2"
	case 3:
		if !mode.config.IgnoresVary { // which gives the answer without what is wanted besides
			a.headers["Unisono-Echo"] = "context"
		}
	}
	return a
}

// keep reads the body of an answer, and keeps it as clients do. One entity tag stands for one body, byte for byte.
func (s *cacheSequence) keep(one *served, raw string) string {
	place := one.to.url() + " " + one.header.Get("ETag")
	if one.isShort = one.status == http.StatusNotModified; one.isShort {
		known, is := s.bodies[place]
		if !is || raw != "" {
			return fmt.Sprintf("it is said to be known, and is not; or it has a body: %q", raw)
		}
		one.body, one.status = known, http.StatusOK
		return ""
	}
	one.body = body{raw: raw, encoding: one.header.Get("Content-Encoding"), contentType: one.header.Get("Content-Type")}
	if encoding := one.body.encoding; encoding != "" && !takes(one.to.headers["Accept-Encoding"], encoding) {
		return "it is encoded as the client does not take it"
	}
	text, err := decoded(one.body.encoding, raw)
	if err != nil {
		return fmt.Sprintf("it cannot be decoded: %s", err)
	}
	one.body.text = text
	if one.header.Get("ETag") == "" || one.to.post {
		return ""
	}
	if known, is := s.bodies[place]; is && known != one.body {
		return fmt.Sprintf("its entity tag stands for something else already: %+v", known)
	}
	s.bodies[place] = one.body
	return ""
}

// longestLife is what no answer may be older than.
const longestLife = time.Minute

// age checks that an answer is not older than it says, nor than any may be.
func (s *cacheSequence) age(one *served) string {
	if one.from != cdn.Store {
		return ""
	}
	age, said := one.at.Sub(one.confirmed), one.header.Get("Cache-Control")
	_, most, _ := strings.Cut(said, "max-age=")
	seconds, err := strconv.Atoi(most)
	if err != nil || age >= time.Duration(seconds)*time.Second || age >= longestLife {
		return fmt.Sprintf("it is %s old", age)
	}
	return ""
}

func (one *served) describe() string {
	method := http.MethodGet
	if one.to.post {
		method = http.MethodPost
	}
	return fmt.Sprintf("%s %s variables %s extensions %s\nwith %v at %s from %s, confirmed at %s, gets %d %v\n%s\n", method, one.to.query, one.to.variables, one.to.extensions, one.to.headers, one.at.Sub(today), one.from, one.confirmed.Sub(today), one.status, one.header, one.body.text)
}

func (s *cacheSequence) count(mode cacheMode, one *served) {
	c := &s.run.counts
	c.answers++
	switch one.from {
	case cdn.Store:
		c.stored++
		c.stores[mode.name]++
		if one.before != one.during {
			c.changed++
		}
	case cdn.Validated:
		c.validated++
	}
	if one.isShort {
		c.unmodified++
	}
	for _, said := range []string{"public", "private", "no-store"} {
		if strings.Contains(one.header.Get("Cache-Control"), said) {
			c.said[said]++
		}
	}
	c.encoded[one.body.encoding]++
}

// takes says that an Accept-Encoding of these tests allows an encoding.
func takes(accepted, encoding string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		if strings.TrimSpace(part) == encoding {
			return true
		}
	}
	return false
}

func decoded(encoding, raw string) (string, error) {
	var reader io.Reader = strings.NewReader(raw)
	var err error
	switch encoding {
	case "":
	case "gzip":
		reader, err = gzip.NewReader(reader)
	case "br":
		reader = brotli.NewReader(reader)
	case "zstd":
		reader, err = zstd.NewReader(reader, zstd.WithDecoderConcurrency(1))
	default:
		err = errors.New("an encoding that nobody here knows")
	}
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(reader)
	return string(text), err
}
