package cdn

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// store is what is kept. Its Cache guards it.
type store struct {
	config *Config
	by     map[string][]*entry // by address, the one that came last at the end
	count  int
	bytes  int
	uses   int // goes up with each use
	purges int // how often there was one: what was on its way then is not kept
}

// entry is an answer that is kept. Its headers and body are never changed, but replaced.
type entry struct {
	address  string
	asked    http.Header // of the request that it answers, or that confirmed it last
	status   int
	header   http.Header
	body     []byte
	received time.Time // or confirmed
	used     int
}

func addressOf(r *http.Request) string { return r.Host + r.URL.RequestURI() }

// age is how old an answer is (§4.2.3).
func (e *entry) age(now time.Time) time.Duration {
	return max(0, ageOf(e.header, e.received)+now.Sub(e.received))
}

// mayServe says that an answer may be given without asking the origin (§4), to a request that says this of it.
func (s *store) mayServe(e *entry, asked directives, now time.Time) bool {
	said, age := parse(e.header), e.age(now)
	if said.has("no-cache") || asked.has("no-cache") {
		return false
	}
	if most, is := asked.time("max-age"); is && age > most {
		return false
	}
	of, _ := s.life(e.header)
	least, _ := asked.time("min-fresh")
	if of > age && of-age >= least {
		return true
	}
	if !asked.has("max-stale") || said.hasAny("must-revalidate", "proxy-revalidate", "s-maxage") { // §4.2.4
		return false
	}
	late, _ := asked.time("max-stale")
	return asked["max-stale"][0] == "" || age-of <= late
}

func (e *entry) reply(from string, now time.Time) *reply {
	header := e.header.Clone()
	if from == Store {
		header.Set("Age", seconds(e.age(now)))
	}
	return &reply{e.status, header, e.body, from, e.received}
}

// matches says that an answer may be chosen for a request (§4.1).
func (s *store) matches(e *entry, r *http.Request) bool {
	names := namesIn(e.header.Values("Vary"))
	if s.config.IgnoresVary {
		names = slices.DeleteFunc(names, func(name string) bool { return name != "Accept-Encoding" })
	}
	for _, name := range append(names, s.config.KeyedOn...) {
		if lineOf(e.asked, name) != lineOf(r.Header, name) {
			return false
		}
	}
	return true
}

// lineOf is a header in one line, without the spaces that mean nothing.
func lineOf(header http.Header, name string) string {
	if len(header.Values(name)) == 0 {
		return "\x00" // not there is not the same as there and empty
	}
	parts := strings.Split(strings.Join(header.Values(name), ","), ",")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return strings.Join(parts, ",")
}

// choose gives what is kept for a request, fresh or not: of several the one that came last.
func (s *store) choose(r *http.Request) *entry {
	kept := s.by[addressOf(r)]
	for _, e := range slices.Backward(kept) {
		if s.matches(e, r) {
			s.uses++
			e.used = s.uses
			return e
		}
	}
	return nil
}

// tags are the entity tags of what is kept for an address: of what could be chosen for a request, or of all.
func (s *store) tags(r *http.Request, all bool) []string {
	tags := []string{}
	for _, e := range s.by[addressOf(r)] {
		if tag := e.header.Get("ETag"); tag != "" && (all || s.matches(e, r)) && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// put keeps an answer in the place of all that could have been chosen for the request.
func (s *store) put(r *http.Request, given *reply) *entry {
	made := &entry{address: addressOf(r), asked: r.Header.Clone(), status: given.status, header: given.header, body: given.body, received: given.confirmed}
	for _, e := range slices.Clone(s.by[made.address]) {
		if s.matches(e, r) {
			s.drop(e)
		}
	}
	s.add(made)
	return made
}

// confirm freshens what the origin says is as it was (§4.3.4), and gives the answer to the request; nil where what it confirms is not kept. What could not have been
// chosen for the request stays as it is, and is kept once more for this request.
func (s *store) confirm(r *http.Request, given *reply, isOnce bool) *reply {
	tag, of := given.header.Get("ETag"), (*entry)(nil)
	for _, e := range s.by[addressOf(r)] {
		if tag != "" && e.header.Get("ETag") == tag && (s.matches(e, r) || s.config.ValidatesAll) && (of == nil || s.matches(e, r) || !s.matches(of, r)) {
			of = e
		}
	}
	if of == nil {
		return nil
	}
	fresh := &reply{of.status, of.header.Clone(), of.body, Validated, given.confirmed}
	fresh.header.Del("Age") // it was of the time before
	for name, values := range given.header {
		if name != "Content-Length" { // §3.2
			fresh.header[name] = values
		}
	}
	switch {
	case isOnce:
	case s.mayKeep(r, fresh):
		s.put(r, fresh)
	case s.matches(of, r):
		s.drop(of) // it is for one reader from now on
	}
	return fresh
}

func (s *store) add(e *entry) {
	s.uses++
	e.used = s.uses
	s.by[e.address] = append(s.by[e.address], e)
	s.count, s.bytes = s.count+1, s.bytes+len(e.body)
	for s.count > s.config.Entries || s.bytes > s.config.Bytes {
		s.drop(s.idlest())
	}
}

// idlest is what was not used for longest.
func (s *store) idlest() *entry {
	var idlest *entry
	for _, kept := range s.by {
		for _, e := range kept {
			if idlest == nil || e.used < idlest.used {
				idlest = e
			}
		}
	}
	return idlest
}

func (s *store) drop(e *entry) {
	kept := slices.DeleteFunc(slices.Clone(s.by[e.address]), func(one *entry) bool { return one == e })
	if s.by[e.address] = kept; len(kept) == 0 {
		delete(s.by, e.address)
	}
	s.count, s.bytes = s.count-1, s.bytes-len(e.body)
}

// forget drops all that is kept for an address.
func (s *store) forget(address string) {
	s.purges++
	for _, e := range s.by[address] {
		s.drop(e)
	}
}

func (s *store) purge(tags []string) int {
	s.purges++
	count := 0
	for _, kept := range s.by {
		for _, e := range kept {
			if slices.ContainsFunc(tagsOf(e.header), func(tag string) bool { return slices.Contains(tags, tag) }) {
				s.drop(e)
				count++
			}
		}
	}
	return count
}

// tagsOf are the tags of an answer.
func tagsOf(header http.Header) []string {
	tags := []string{}
	for tag := range strings.SplitSeq(strings.Join(header.Values("Cache-Tag"), ","), ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}
