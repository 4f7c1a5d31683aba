package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"unisono/internal/mongosim"
	"unisono/internal/mongotest"
)

var silent = slog.New(slog.DiscardHandler)

// askDirectly asks a gateway without a network between.
func askDirectly(g *gateway, a asked) (status int, stamp, body string) {
	text, err := json.Marshal(a)
	if err != nil {
		panic(err) // never
	}
	request := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", bytes.NewReader(text))
	request.Header.Set("Content-Type", "application/json")
	for name, value := range a.Headers {
		request.Header.Set(name, value)
	}
	if a.Key != "" {
		request.Header.Set("Authorization", "Bearer "+a.Key)
	}
	written := httptest.NewRecorder()
	g.server.ServeHTTP(written, request)
	return written.Code, written.Header().Get("Unisono-Time"), written.Body.String()
}

// told is an answer to the question of a freshness.
type told struct {
	Data       map[string]json.RawMessage
	Errors     []struct{ Extensions struct{ Code string } }
	Extensions struct{ Stale *struct{ Age int } }
}

// reading is a question, and what is known of its answer.
type reading struct {
	at               int // the gateway
	locale, audience string
	stamp            stamp // of a write that must be seen
	began, ended     time.Time
	order            int
	allowed          time.Duration // how old what others wrote may be
}

// drawRead draws a question at a gateway: as somebody, in some language, maybe after a write.
func (f *freshness) drawRead() func() {
	r := reading{
		at: rapid.IntRange(0, 1).Draw(f.T, "at"), locale: rapid.SampledFrom([]string{"en", "de"}).Draw(f.T, "locale"),
		audience: rapid.SampledFrom([]string{"consumer", "dealer"}).Draw(f.T, "audience"),
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if stamped := len(f.stamps); stamped > 0 && rapid.IntRange(0, 3).Draw(f.T, "bears a stamp") == 0 {
		r.stamp = f.stamps[stamped-1]
	}
	return func() { f.read(&r) }
}

func (f *freshness) read(r *reading) {
	question := asked{Query: fmt.Sprintf(`query @inContext(locale: %q) { list: products(first: 20) { nodes { sku name } }`, r.locale), Headers: map[string]string{"Unisono-Audience": r.audience}}
	for _, of := range freshDocuments {
		field := `fragment(key: %q) { said: title }`
		if of[0] == 'P' {
			field = `product(sku: %q) { said: name }`
		}
		question.Query += fmt.Sprintf(" %s: "+field, of, of)
	}
	question.Query += " }"
	if r.audience == "dealer" {
		question.Key = dealerKey
	}
	if r.stamp.header != "" {
		question.Headers["Unisono-Time"] = r.stamp.header
	}
	f.mu.Lock()
	f.order++
	r.began, r.order = time.Now(), f.order
	f.mu.Unlock()
	status, _, body := askDirectly(f.gateways[r.at], question)
	r.ended = time.Now()
	var got told
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK {
		f.fail(r, "%d %s", status, body)
		return
	}
	isCalm := r.began.Sub(f.trouble) > recovery && !f.breaks.isAny()
	if isCalm && (len(got.Errors) > 0 || got.Extensions.Stale != nil) {
		f.fail(r, "nothing was wrong for %s, and it is %s", r.began.Sub(f.trouble), body)
	}
	if slices.ContainsFunc(got.Errors, func(one struct{ Extensions struct{ Code string } }) bool {
		return one.Extensions.Code != "UNAVAILABLE" && one.Extensions.Code != "TIMEOUT"
	}) {
		f.fail(r, "%s", body)
	}
	r.allowed = time.Second
	if got.Extensions.Stale != nil {
		r.allowed = time.Duration(got.Extensions.Stale.Age) * time.Second
	}
	f.checkAll(r, &got)
}

// checkAll checks what an answer says of each document, by itself and in the list. The caller holds the mutex.
func (f *freshness) checkAll(r *reading, got *told) {
	for _, of := range freshDocuments {
		var one *struct{ Said string }
		_ = json.Unmarshal(got.Data[of], &one)
		switch {
		case one != nil:
			f.check(r, of, &one.Said)
		case len(got.Errors) == 0:
			f.check(r, of, nil)
		}
	}
	var list *struct {
		Nodes []struct{ SKU, Name string }
	}
	if _ = json.Unmarshal(got.Data["list"], &list); list == nil || len(got.Errors) > 0 {
		return
	}
	listed := map[string]*string{}
	for i := range list.Nodes {
		listed[list.Nodes[i].SKU] = &list.Nodes[i].Name
	}
	for _, of := range freshDocuments {
		if of[0] == 'P' {
			f.check(r, of, listed[of])
		}
	}
}

// check checks what was said of a document; nil: that it is not there.
func (f *freshness) check(r *reading, of string, said *string) {
	number := 0
	if said != nil {
		words := strings.Fields(*said)
		context := r.audience
		if of[0] == 'P' {
			context = r.locale
		}
		if len(words) != 3 || words[0] != of || words[2] != context {
			f.fail(r, "of %s it says %q", of, *said)
			return
		}
		_, _ = fmt.Sscan(words[1], &number)
	}
	least := 0 // the last write that must be known
	for _, w := range f.written[of] {
		isOwn := w.by == r.at || w.number == r.stamp.number
		if !w.done.IsZero() && (isOwn && w.order < r.order || w.done.Before(r.began.Add(-r.allowed))) {
			least = max(least, w.number)
		}
	}
	isThere := func(w *aWrite) bool { return w.isThere && (w.until.IsZero() || w.until.After(r.began)) }
	isGone := func(w *aWrite) bool { return !w.isThere || !w.until.IsZero() && !w.until.After(r.ended) }
	for _, w := range f.written[of] {
		if w.number >= least && (said == nil && isGone(w) || said != nil && w.number == number && isThere(w)) {
			return
		}
	}
	if said == nil && least == 0 {
		return
	}
	known := ""
	for _, w := range f.written[of] {
		known += fmt.Sprintf("\n  %+v, %s before", *w, r.began.Sub(w.done))
	}
	shown := "not there"
	if said != nil {
		shown = *said
	}
	f.fail(r, "%s is %s; at least write %d must be known, of%s", of, shown, least, known)
}

// fail notes that an answer was wrong. The caller holds the mutex.
func (f *freshness) fail(r *reading, format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Sprintf("gateway %d, %s, %s, from %s on for %s, %s allowed, after %+v: ", r.at, r.locale, r.audience, r.began.Format(time.TimeOnly+".000"), r.ended.Sub(r.began), r.allowed, r.stamp)+fmt.Sprintf(format, args...))
}

// faultsOf are those of a simulated replica set.
func faultsOf(t *rapid.T, c *mongosim.Cluster, links []*mongosim.Link) faults {
	isCut, refused, isSilent, lags := -1, map[[2]int]bool{}, map[[2]int]bool{}, [mongosim.Members]bool{}
	drawLink := func() (int, int) {
		return rapid.IntRange(0, len(links)-1).Draw(t, "link"), rapid.IntRange(0, mongosim.Members-1).Draw(t, "member")
	}
	momentary := false // some faults are over at once, and have consequences
	kinds := map[string]func(){
		"hang up": func() {
			link, member := drawLink()
			links[link].HangUp(member)
		},
		"refuse": func() {
			link, member := drawLink()
			is := !refused[[2]int{link, member}]
			refused[[2]int{link, member}] = is
			links[link].Refuse(member, is)
		},
		"silence": func() {
			link, member := drawLink()
			is := !isSilent[[2]int{link, member}]
			isSilent[[2]int{link, member}] = is
			links[link].Silence(member, is)
		},
		"lag": func() {
			member := rapid.IntRange(0, mongosim.Members-1).Draw(t, "member")
			lag := time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(t, "lag"))
			lags[member] = lag > 0
			c.Lag(member, lag)
		},
		"elect": func() { c.Elect(rapid.IntRange(0, mongosim.Members-1).Draw(t, "member")) },
		"split": func() { // the primary is cut off from the others, with one gateway
			if isCut >= 0 {
				return
			}
			isCut = c.Primary()
			link, _ := drawLink()
			for member := range mongosim.Members {
				if member != isCut {
					refused[[2]int{link, member}] = true
					links[link].Refuse(member, true)
				}
			}
			c.Cut(isCut, true)
			if !c.Elect((isCut + 1) % mongosim.Members) {
				c.Elect((isCut + 2) % mongosim.Members)
			}
		},
		"end cursors": c.EndCursors, "forget": c.Forget, "too large": c.TooLarge,
	}
	heal := func() {
		for link := range links {
			for member := range mongosim.Members {
				links[link].Refuse(member, false)
				links[link].Silence(member, false)
			}
		}
		for member := range mongosim.Members {
			c.Lag(member, 0)
		}
		if isCut >= 0 {
			c.Cut(isCut, false)
			isCut = -1
		}
		clear(refused)
		clear(isSilent)
		lags = [mongosim.Members]bool{}
	}
	kinds["heal"] = heal
	names := []string{"elect", "end cursors", "forget", "hang up", "heal", "heal again", "lag", "refuse", "silence", "split", "too large"}
	kinds["heal again"] = heal
	return faults{
		begin: func() {
			kinds[rapid.SampledFrom(names).Draw(t, "fault")]()
			momentary = true
		},
		heal: func() {
			heal()
			momentary = true
		},
		isAny: func() bool {
			is := momentary || isCut >= 0 || slices.Contains(lags[:], true)
			momentary = false
			for _, of := range []map[[2]int]bool{refused, isSilent} {
				for _, one := range of {
					is = is || one
				}
			}
			return is
		},
	}
}

// cuts are those of lines to an engine.
func cuts(t *rapid.T, lines []*mongotest.Line) faults {
	isCut, isHeld, momentary := map[int]bool{}, map[int]bool{}, false
	heal := func() {
		for i, line := range lines {
			if isHeld[i] {
				line.Hold(false)
			}
			if isCut[i] {
				line.Cut(false)
			}
		}
		clear(isCut)
		clear(isHeld)
		momentary = true
	}
	return faults{
		begin: func() {
			i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			momentary = true
			switch rapid.IntRange(0, 4).Draw(t, "fault") {
			case 0:
				isCut[i] = !isCut[i]
				lines[i].Cut(isCut[i])
			case 1:
				isHeld[i] = !isHeld[i]
				lines[i].Hold(isHeld[i])
			default:
				heal()
			}
		},
		heal: heal,
		isAny: func() bool {
			is := momentary
			momentary = false
			for i := range lines {
				is = is || isCut[i] || isHeld[i]
			}
			return is
		},
	}
}
