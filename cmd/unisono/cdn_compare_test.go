package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"unisono/content"
	"unisono/internal/cdn"
)

// direct is what a gateway itself gives.
type direct struct {
	status            int
	text, contentType string
	allows            string // the page that may read it
}

func (d *direct) refuses() bool {
	return d.status != http.StatusOK || strings.HasPrefix(d.text, `{"errors"`)
}

// compare compares all answers of a sequence with those of a gateway that keeps nothing, which becomes what each of them was made of, in turn. An answer must be the one that this reader gets
// when it was made or confirmed; also at its own moment, had only time passed; and had nothing changed but what was purged.
func (s *cacheSequence) compare(mode cacheMode) string {
	for before := range s.contents {
		if !slices.ContainsFunc(s.served, func(one served) bool { return one.before == before }) {
			continue
		}
		s.become(s.contents[before])
		for i := range s.served {
			one := &s.served[i]
			if one.before != before {
				continue
			}
			wrong := s.right(mode, one, one.confirmed, "when it was made or confirmed")
			if wrong == "" && one.at != one.confirmed {
				wrong = s.right(mode, one, one.at, "had only time passed since")
			}
			if wrong != "" {
				return one.describe() + wrong
			}
		}
	}
	for i := range s.served {
		one := &s.served[i]
		if purged := s.purgedSince(one); purged != nil && one.from == cdn.Store {
			s.run.counts.outlived++
			s.become(purged)
			if wrong := s.right(mode, one, one.at, "had nothing changed but what was purged"); wrong != "" {
				return one.describe() + wrong
			}
		}
	}
	return ""
}

// become makes the gateway that is compared with another.
func (s *cacheSequence) become(documents map[content.Kind]map[string]content.Document) {
	s.known = map[string]direct{}
	if err := s.run.oracle.become(documents); err != nil {
		s.t.Fatal(err)
	}
}

// purgedSince is the content of which an answer was made, but for what was purged since; nil where nothing was.
func (s *cacheSequence) purgedSince(one *served) map[content.Kind]map[string]content.Document {
	var all map[content.Kind]map[string]content.Document
	for at := one.before + 1; at <= one.during; at++ {
		change := s.purged[at]
		if change == nil {
			continue
		}
		if all == nil {
			all = maps.Clone(s.contents[one.before])
		}
		all[change.Kind] = maps.Clone(all[change.Kind])
		delete(all[change.Kind], change.Key)
		if document := s.contents[at][change.Kind][change.Key]; document != nil {
			all[change.Kind][change.Key] = document
		}
	}
	return all
}

// right says what is wrong with an answer, beside that of the gateway that is compared with at a moment.
func (s *cacheSequence) right(mode cacheMode, one *served, at time.Time, when string) string {
	want := s.directly(&one.to, at)
	if isSame(mode, one, &want) {
		return ""
	}
	if want.refuses() && one.from == cdn.Store {
		// Who says of themselves what is not right, or not theirs to say, where it does not matter, would be refused. A cache gives them what it may give to those who do not say it.
		heeded := s.heeded(mode, one)
		heard := one.to.without(func(name string) bool { return !slices.Contains(heeded, name) })
		if instead := s.directly(&heard, at); isSame(mode, one, &instead) {
			s.run.counts.excused++
			return ""
		}
	}
	return fmt.Sprintf("The right answer %s is\n%d %s %q %s", when, want.status, want.contentType, want.allows, want.text)
}

// isSame says that an answer is what it should be. Where Vary is ignored it may be of the other media type, and allow another page to read it.
func isSame(mode cacheMode, one *served, want *direct) bool {
	if one.status != want.status || withoutID(one.body.text) != want.text {
		return false
	}
	return mode.config.IgnoresVary && one.from != cdn.Passed || one.body.contentType == want.contentType && one.header.Get("Access-Control-Allow-Origin") == want.allows
}

// heeded are the headers by which a cache told requests apart.
func (s *cacheSequence) heeded(mode cacheMode, one *served) []string {
	if mode.config.IgnoresVary {
		return append(slices.Clone(s.gateway.keyedOn), "Accept-Encoding")
	}
	names := strings.Split(one.header.Get("Vary"), ",")
	for i, name := range names {
		names[i] = http.CanonicalHeaderKey(strings.TrimSpace(name))
	}
	return names
}

// directly asks the gateway that keeps nothing, at a moment.
func (s *cacheSequence) directly(a *askedThrough, at time.Time) direct {
	plain := a.without(func(name string) bool {
		return name == "If-None-Match" || name == "Accept-Encoding" || name == "Cache-Control"
	})
	place := fmt.Sprint(plain, at)
	if answer, is := s.known[place]; is {
		return answer
	}
	now := s.run.now
	s.run.now = at
	written := plain.send(s.run.oracle.handler)
	s.run.now = now
	answer := direct{written.Code, withoutID(written.Body.String()), written.Header().Get("Content-Type"), written.Header().Get("Access-Control-Allow-Origin")}
	s.known[place] = answer
	return answer
}
