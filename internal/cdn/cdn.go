// Package cdn is a small cache of HTTP in memory, for tests of what stands in front of a gateway: a shared one or a browser's that keeps to RFC 9111, or one that ignores Vary, as big CDNs do.
//
// It says of each answer where it comes from, and when the origin gave or confirmed it last, on a clock that a test moves. It keeps what an origin allows, and nothing by guessing: no answer is fresh that does not
// say for how long. It knows nothing of what answers say. Ranges it lets through, and what is conditional otherwise than by If-None-Match. For an origin at an address take an httputil.ReverseProxy.
package cdn

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What an answer bears besides: these headers are for tests alone.
const (
	FromHeader      = "Cdn-From"      // one of those below
	ConfirmedHeader = "Cdn-Confirmed" // when the origin gave the answer, or confirmed it last, in the form of time.RFC3339Nano
)

// Where an answer comes from.
const (
	Passed    = "passed"    // the origin, for the request is none for a cache
	Origin    = "origin"    // the origin, which was asked because nothing kept would do
	Validated = "validated" // what is kept, which the origin confirmed for this request
	Store     = "store"     // what is kept, of which the origin was not asked
)

// Config says how a Cache behaves. Origin and Now must be given.
type Config struct {
	Origin http.Handler
	Now    func() time.Time

	// Private makes it the cache of one client, as browsers have: it keeps what is private too (§3).
	Private bool

	// IgnoresVary makes a cache as big CDNs are: of Vary it heeds Accept-Encoding alone, what requests say of caching it does not heed at all, and answers to
	// requests with a key are to it as all others. What answers say in Cache-Control it keeps to.
	IgnoresVary bool
	KeyedOn     []string // request headers that are a part of its key, beside the address
	Bypass      []string // request headers with which a request passes through

	// ValidatesAll makes it send the tags of all that it has for an address, also of what it could not choose for the request, as RFC 9111 §4.1 allows. So one entity tag must not stand
	// for two answers.
	ValidatesAll bool

	Entries int // how many answers are kept at the most; 0: 1,000
	Bytes   int // of all their bodies; 0: 16 MiB
}

// Cache is a cache in front of an origin. It is an http.Handler, safe for concurrent use.
type Cache struct {
	config Config

	mu    sync.Mutex // guards what follows; it is not held while the origin is asked
	store store
}

// New makes an empty Cache.
func New(config Config) *Cache {
	if config.Entries == 0 {
		config.Entries = 1000
	}
	if config.Bytes == 0 {
		config.Bytes = 16 << 20
	}
	return &Cache{config: config, store: store{config: &config, by: map[string][]*entry{}}}
}

// Purge forgets all answers that have one of these tags in their Cache-Tag, and says how many there were.
func (c *Cache) Purge(tags ...string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.store.purge(tags)
}

// Len is how many answers are kept.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.store.count
}

// reply is an answer on its way to a client.
type reply struct {
	status    int
	header    http.Header
	body      []byte
	from      string
	confirmed time.Time
}

// ServeHTTP answers one request.
func (c *Cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given := c.answer(r)
	for name, values := range given.header {
		w.Header()[name] = values
	}
	w.Header().Set(FromHeader, given.from)
	w.Header().Set(ConfirmedHeader, given.confirmed.Format(time.RFC3339Nano))
	w.WriteHeader(given.status)
	_, _ = w.Write(given.body) // a client that has left needs no answer
}

func (c *Cache) answer(r *http.Request) *reply {
	if c.isForOthers(r) {
		return c.pass(r)
	}
	asked := parse(r.Header)
	if c.config.IgnoresVary {
		asked = directives{}
	}
	c.mu.Lock()
	now, purges := c.config.Now(), c.store.purges
	kept := c.store.choose(r)
	if kept != nil && c.store.mayServe(kept, asked, now) {
		given := kept.reply(Store, now)
		c.mu.Unlock()
		return given.unless(r)
	}
	tags := c.store.tags(r, c.config.ValidatesAll)
	c.mu.Unlock()
	if asked.has("only-if-cached") {
		return &reply{status: http.StatusGatewayTimeout, header: http.Header{}, from: Store, confirmed: now}
	}
	return c.fetch(r, asked, tags, purges)
}

// isForOthers says that no answer that is kept may be given, and none is kept.
func (c *Cache) isForOthers(r *http.Request) bool {
	if r.Method != http.MethodGet {
		return true
	}
	for _, name := range c.config.Bypass {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	for _, name := range []string{"Range", "If-Range", "If-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// pass lets a request through. One that may change something makes void what is kept for its address, where it did not fail (§4.4).
func (c *Cache) pass(r *http.Request) *reply {
	given := c.ask(r, nil)
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
	default:
		if given.status >= 200 && given.status < 400 {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.store.forget(addressOf(r))
		}
	}
	given.from = Passed
	return given
}

// fetch asks the origin, which may confirm what is kept under some entity tags.
func (c *Cache) fetch(r *http.Request, asked directives, tags []string, purges int) *reply {
	given := c.take(r, asked, tags, purges, c.ask(r, tags))
	if given == nil {
		given = c.take(r, asked, nil, purges, c.ask(r, nil))
	}
	return given
}

// take keeps what the origin gave, if it may, and makes of it the answer to the client. It is nil where the origin confirms what is not there any more.
func (c *Cache) take(r *http.Request, asked directives, tags []string, purges int, given *reply) *reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	if given.status == http.StatusNotModified {
		if confirmed := c.store.confirm(r, given, asked.has("no-store")); confirmed != nil {
			return confirmed.unless(r)
		}
		if len(tags) > 0 && !isNamed(r.Header.Values("If-None-Match"), given.header.Get("ETag")) {
			return nil
		}
		return given // it answers the client, who has it, where we have not
	}
	if c.store.purges != purges || asked.has("no-store") || !c.store.mayKeep(r, given) {
		return given
	}
	return c.store.put(r, given).reply(Origin, given.confirmed).unless(r)
}

// ask asks the origin. The tags are added to those that the client sent (§4.3.2).
func (c *Cache) ask(r *http.Request, tags []string) *reply {
	sent := r.Clone(r.Context())
	dropHops(sent.Header)
	if len(tags) > 0 {
		sent.Header.Set("If-None-Match", strings.Join(slices.Concat(r.Header.Values("If-None-Match"), tags), ", "))
	}
	taken := &taken{header: http.Header{}}
	c.config.Origin.ServeHTTP(taken, sent)
	taken.WriteHeader(http.StatusOK) // unless it was written
	now := c.config.Now()
	dropHops(taken.sent)
	if taken.sent.Get("Date") == "" { // RFC 9110 §6.6.1
		taken.sent.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	return &reply{taken.status, taken.sent, taken.body.Bytes(), Origin, now}
}

// unless answers a client that has the answer already (§4.3.2).
func (g *reply) unless(r *http.Request) *reply {
	if g.status != http.StatusOK || !isNamed(r.Header.Values("If-None-Match"), g.header.Get("ETag")) {
		return g
	}
	short := *g
	short.status, short.body, short.header = http.StatusNotModified, nil, g.header.Clone()
	for _, name := range []string{"Content-Length", "Content-Type", "Content-Encoding", "Content-Language"} {
		short.header.Del(name)
	}
	return &short
}

// isNamed says that a tag is among those of If-None-Match, by the weak comparison of RFC 9110 §8.8.3.2.
func isNamed(lines []string, tag string) bool {
	if len(lines) == 0 || tag == "" {
		return false
	}
	for named := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		named = strings.TrimSpace(named)
		if named == "*" || strings.TrimPrefix(named, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// dropHops takes away what is for one connection alone (§3.1), and what only a Cache says.
func dropHops(header http.Header) {
	for _, line := range header.Values("Connection") {
		for name := range strings.SplitSeq(line, ",") {
			header.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade", FromHeader, ConfirmedHeader} {
		header.Del(name)
	}
}

// taken takes what the origin writes.
type taken struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (t *taken) Header() http.Header { return t.header }

func (t *taken) WriteHeader(status int) {
	if t.status == 0 && status >= 200 { // others are on the way only
		t.status, t.sent = status, t.header.Clone()
	}
}

func (t *taken) Write(text []byte) (int, error) {
	t.WriteHeader(http.StatusOK)
	return t.body.Write(text)
}

// seconds writes an age.
func seconds(of time.Duration) string { return strconv.Itoa(int(of / time.Second)) }
