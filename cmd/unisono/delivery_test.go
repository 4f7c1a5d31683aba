package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"unisono/content"
	"unisono/internal/mongotest"
	"unisono/server"
)

const always = "Authorization, Accept, Accept-Encoding, Origin, Unisono-Echo, Unisono-Time"

// get sends a query by GET. No coding is asked for but those that the headers name.
func (h *house) get(t testing.TB, query string, headers map[string]string) answer {
	t.Helper()
	return do(t, http.MethodGet, h.url+"/graphql?"+url.Values{"query": {query}}.Encode(), "", with(map[string]string{"Accept-Encoding": "identity"}, headers))
}

func with(some, more map[string]string) map[string]string {
	all := map[string]string{}
	for _, of := range []map[string]string{some, more} {
		for name, value := range of {
			all[name] = value
		}
	}
	return all
}

// Those who keep answers on the way are told of each by what it holds: for how long, for whom, and by what it differs; the same when it is made and when it is found.
func TestWhatCachesAreTold(t *testing.T) {
	h := demoHouse(t)
	const intro = `product(sku: "LUMA-2") { fragments(slots: ["intro"]) { title } }`
	const whole = `channel: "site", audience: "consumer", locale: "de", market: "DE", moment: BUY, device: DESKTOP, medium: TEXT, publication: PAGE, format: WEB`
	dealer := map[string]string{"Authorization": "Bearer " + dealerKey}
	for name, test := range map[string]struct {
		query   string
		headers map[string]string
		control string
		vary    string // before what all vary by
	}{
		"what reads nothing":                          {`{ __typename }`, nil, "public, max-age=60", ""},
		"what depends on nothing but its own words":   {`query @inContext(` + whole + `) { ` + intro + ` }`, nil, "public, max-age=60", ""},
		"the same for a key":                          {`query @inContext(` + whole + `) { ` + intro + ` }`, dealer, "private, max-age=60", ""},
		"two views, of which one leaves it to others": {`{ a: view(context: {` + whole + `}) { ` + intro + ` } b: view(context: {channel: "site"}) { ` + intro + ` } }`, nil, "private, max-age=60", "Accept-Language, Unisono-Audience, Unisono-Device, Unisono-Market, Unisono-Moment"},
		"what a view names":                           {`{ view(context: {` + whole + `}) { ` + intro + ` } }`, nil, "public, max-age=60", ""},
		"what headers could say, borne or not":        {`{ ` + intro + ` }`, nil, "private, max-age=60", "Accept-Language, Unisono-Audience, Unisono-Channel, Unisono-Device, Unisono-Market, Unisono-Moment"},
		"one of which it says itself":                 {`query @inContext(locale: "de") { ` + intro + ` }`, nil, "private, max-age=60", "Unisono-Audience, Unisono-Channel, Unisono-Device, Unisono-Market, Unisono-Moment"},
		"what depends on who asks":                    {`query @inContext(` + whole + `) { channels { key } }`, nil, "private, max-age=60", ""},
		"what editors see":                            {`query @inContext(` + whole + `) { product(sku: "LUMA-2") { revision } }`, nil, "private, max-age=60", ""},
		"why":                                         {`query @inContext(` + whole + `) { fragment(key: "luma-intro") { selection { until } } }`, nil, "private, max-age=60", ""},
		"an error":                                    {`{ product(sku: "LUMA-2") { nothing } }`, nil, "no-store", "none"},
		"a part that failed":                          {`{ products(first: 1000) { totalCount } }`, nil, "no-store", "none"},
		"who asks":                                    {`{ caller { name } }`, nil, "no-store", "none"},
		"the moment":                                  {`{ context { at } }`, nil, "no-store", "none"},
		"where it comes from":                         {`{ context { origins { source } } }`, nil, "no-store", "none"},
		"an echo":                                     {`{ __typename }`, map[string]string{"Unisono-Echo": "context"}, "no-store", "none"},
		"a preview":                                   {`query @inContext(preview: true) { __typename }`, map[string]string{"Authorization": "Bearer " + editorKey}, "no-store", "none"},
		"no such key":                                 {`{ __typename }`, map[string]string{"Authorization": "Bearer nobody"}, "no-store", "none"},
	} {
		want := []string{strings.TrimPrefix(test.vary+", "+always, ", ")}
		if test.vary == "none" {
			want = []string{"Origin"}
		}
		for _, time := range []string{"made", "found", "found again"} {
			got := h.get(t, test.query, test.headers)
			if got.header.Get("Cache-Control") != test.control || !slices.Equal(got.header["Vary"], want) || (got.header.Get("Etag") != "") != (test.control != "no-store") {
				t.Errorf("%s, %s: Cache-Control %q, Vary %q, ETag %q; want %q, %q\n%s", name, time, got.header.Get("Cache-Control"), got.header["Vary"], got.header.Get("Etag"), test.control, want, got.body)
			}
		}
	}
	posted := h.ask(t, `{ `+intro+` }`)
	if posted.header.Get("Cache-Control") != "private, max-age=60" || posted.header.Get("Etag") != "" {
		t.Errorf("by POST: %v", posted.header)
	}
	if changed := h.askAs(t, adminKey, `mutation { deleteProducts(skus: ["NOTHING"]) { deleted } }`); changed.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a mutation: %v %s", changed.header, changed.body)
	}
}

// An answer is kept no longer than until time alone makes it another.
func TestAnswersAreKeptUntilTheyChange(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), nil)
	h.load(t, `{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "fragment", "key": "soon", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "later", "title": "Later", "validFrom": "2026-03-02T09:00:12.9Z"}, {"id": "now", "title": "Now"}]}
{"kind": "fragment", "key": "almost", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "now", "title": "Now", "validUntil": "2026-03-02T09:00:00.9Z"}]}
{"kind": "fragment", "key": "past", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "now", "title": "Now", "validFrom": "2026-03-01T09:00:00Z"}]}`)
	for key, control := range map[string]string{"soon": "max-age=12", "almost": "no-store", "past": "max-age=60"} {
		for range 2 {
			got := h.get(t, fmt.Sprintf(`query @inContext(channel: "site") { fragment(key: %q) { title } }`, key), nil)
			if said := strings.TrimPrefix(got.header.Get("Cache-Control"), "private, "); said != control || !strings.Contains(string(got.body), "Now") {
				t.Errorf("%s: %q, want %q: %s", key, said, control, got.body)
			}
		}
	}
}

// The operator says for how long, and by what a CDN tells requests apart; and no answer that another origin may not read is everybody's.
func TestWhatTheOperatorSaysOfCaches(t *testing.T) {
	t.Parallel()
	const query = `{ fragment(key: "offer") { title } }`
	keyed := []string{"accept-language", "Unisono-Audience", "Unisono-Channel", "Unisono-Market", "unisono-device", "Unisono-Moment", "Authorization"}
	for name, test := range map[string]struct {
		caching server.Caching
		origins []string
		control string
	}{
		"keyed on all":                  {server.Caching{KeyedOn: keyed}, nil, "public, max-age=60"},
		"on all but one":                {server.Caching{KeyedOn: keyed[1:]}, nil, "private, max-age=60"},
		"on all but who asks":           {server.Caching{KeyedOn: keyed[:6]}, nil, "private, max-age=60"},
		"for ten seconds":               {server.Caching{MaxAge: 10e9}, nil, "private, max-age=10"},
		"not at all":                    {server.Caching{MaxAge: -1, KeyedOn: keyed}, nil, "no-store"},
		"for pages of some origins":     {server.Caching{KeyedOn: keyed}, []string{"https://shop.example"}, "private, max-age=60"},
		"the same, and keyed on Origin": {server.Caching{KeyedOn: append(keyed, "Origin")}, []string{"https://shop.example"}, "public, max-age=60"},
	} {
		t.Run(name, func(t *testing.T) {
			h := openOn(t, mongotest.Embedded(t), func(config *gatewayConfig) {
				config.caching = test.caching
				config.anonymous = (&accessFlags{Anonymous: true, AnonymousOrigin: test.origins}).anonymous()
			})
			h.load(t, twoAudiences+`{"kind": "fragment", "key": "offer", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "a", "title": "A", "when": {"audiences": ["dealer"], "markets": ["DE"]}}, {"id": "b", "title": "B", "when": {"markets": ["DE"]}}, {"id": "c", "title": "C", "locale": "da"}, {"id": "d", "title": "D", "when": {"channels": ["site"]}}]}`)
			if got := h.get(t, query, nil); got.header.Get("Cache-Control") != test.control {
				t.Errorf("%q, want %q", got.header.Get("Cache-Control"), test.control)
			}
		})
	}
}

// Who has an answer already is told so, by a strong tag that is another for each form of it (C18).
func TestEntityTags(t *testing.T) {
	h := demoHouse(t)
	const query = `query ETags { product(sku: "LUMA-2") { name attributes { label text } media { url alt } fragments(slots: ["intro", "warning"]) { title body } } }`
	tags := map[string]string{}
	for name, headers := range map[string]map[string]string{
		"plain": nil, "gzip": {"Accept-Encoding": "gzip"}, "br": {"Accept-Encoding": "br"}, "zstd": {"Accept-Encoding": "zstd"}, "the newer form": {"Accept": "application/graphql-response+json"},
		"German": {"Accept-Language": "de"},
	} {
		for range 3 {
			h.get(t, query, headers)
		}
		full := h.get(t, query, headers)
		tag := full.header.Get("Etag")
		if before := tags[tag]; before != "" || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s has the tag %s, as has %s", name, tag, before)
		}
		tags[tag] = name
		for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			got := h.get(t, query, with(headers, map[string]string{"If-None-Match": known}))
			if got.status != http.StatusNotModified || len(got.body) > 0 || got.header.Get("Etag") != tag ||
				got.header.Get("Cache-Control") != full.header.Get("Cache-Control") || got.header.Get("Vary") != full.header.Get("Vary") || got.header.Get("Content-Type") != "" {
				t.Errorf("%s, known as %s: %d %v", name, known, got.status, got.header)
			}
		}
		if got := h.get(t, query, with(headers, map[string]string{"If-None-Match": `"other"`})); got.status != http.StatusOK || !bytes.Equal(got.body, full.body) {
			t.Errorf("%s, known as another: %d %s", name, got.status, got.body)
		}
	}
}

// Answers are packed once they are asked for again, as each of those who ask likes best, and say the same in every form.
func TestAnswersArePacked(t *testing.T) {
	h := demoHouse(t)
	const query = `query Packed { product(sku: "LUMA-2") { name attributes { label text } media { url alt } fragments(slots: ["intro", "warning"]) { title body } } }`
	plain := h.get(t, query, nil)
	if len(plain.body) < 1<<10 || len(plain.body) > 8<<10 {
		t.Fatalf("it has %d bytes", len(plain.body))
	}
	unpack := map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for accepted, want := range map[string]string{
		"gzip": "gzip", "br": "br", "zstd": "zstd", "gzip, deflate, br, zstd": "br", "gzip;q=1, br;q=0.5": "gzip", "GZIP": "gzip", "deflate": "", "*": "br", "br;q=0, *": "zstd",
		"identity, gzip;q=0.5": "", "gzip;q=0": "", "gzip;q=2": "", "identity;q=0, gzip": "gzip", "compress, x-gzip": "gzip", ",;=,": "",
	} {
		for range 2 {
			h.get(t, query, map[string]string{"Accept-Encoding": accepted})
		}
		got := h.get(t, query, map[string]string{"Accept-Encoding": accepted})
		if in := got.header.Get("Content-Encoding"); in != want {
			t.Errorf("%q: in %q, want %q", accepted, in, want)
			continue
		}
		unpacked, err := unpack[want](bytes.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(body, plain.body) {
			t.Errorf("%q: %v, %s\nwant %s", accepted, err, body, plain.body)
		}
		if want != "" && len(got.body) > len(plain.body)*2/3 {
			t.Errorf("%q: %d bytes of %d", accepted, len(got.body), len(plain.body))
		}
	}
	if small := `{ __typename }`; h.get(t, small, map[string]string{"Accept-Encoding": "gzip"}).header.Get("Content-Encoding")+h.get(t, small, map[string]string{"Accept-Encoding": "gzip"}).header.Get("Content-Encoding") != "" {
		t.Error("what is small is packed")
	}
	if got := h.get(t, `{ __typename }`, map[string]string{"Accept-Encoding": "identity;q=0, gzip"}); got.header.Get("Content-Encoding") != "gzip" {
		t.Error("what must be packed is not")
	}
}

// What is packed is kept, and counted.
func TestPackedAnswersAreCounted(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), nil)
	h.loadDemoCatalogue(t)
	const query = `{ products(first: 50) { nodes { sku name attributes { label text } } } }`
	h.get(t, query, nil)
	held := func() int64 { return h.cache.Stats().Bytes }
	before := held()
	packed := h.get(t, query, map[string]string{"Accept-Encoding": "br"})
	if packed.header.Get("Content-Encoding") != "br" {
		t.Fatalf("%v", packed.header)
	}
	eventually(t, "what is packed is counted", func() bool { return held() >= before+int64(len(packed.body)) })
	hits := h.cache.Stats().Views["answers"].Hits
	if again := h.get(t, query, map[string]string{"Accept-Encoding": "br"}); !bytes.Equal(again.body, packed.body) || h.cache.Stats().Views["answers"].Hits != hits+1 {
		t.Error("it is not found again")
	}
}

// Answers bear tags of what they show, by which they can be purged when it changes, and from which nobody else can learn what that is.
func TestCacheTags(t *testing.T) {
	t.Parallel()
	const secret = "a secret of this house"
	h := openOn(t, mongotest.Embedded(t), func(config *gatewayConfig) { config.caching.TagKey = secret })
	h.loadDemoCatalogue(t)
	tagsOf := func(changed ...string) []string {
		code, out, errs := command(t, append([]string{"tags", "--cache-tag-key", secret}, changed...)...)
		if code != exitDone {
			t.Fatal(errs)
		}
		return strings.Fields(out)
	}
	for name, test := range map[string]struct {
		query         string
		shows, others []string
	}{
		"a product":       {`{ product(sku: "LUMA-2") { name } }`, []string{server.TagOf(secret, content.KindProduct, "LUMA-2")}, []string{server.TagOf(secret, content.KindProduct, ""), server.TagOf(secret, content.KindProduct, "LUMA-1")}},
		"what is nowhere": {`{ product(sku: "NOWHERE") { name } }`, tagsOf("product:NOWHERE")[:1], nil},
		"its texts":       {`{ product(sku: "LUMA-2") { fragments(slots: ["warning"]) { key } } }`, []string{server.TagOf(secret, content.KindProduct, "LUMA-2")}, nil},
		"a list":          {`{ products(first: 3) { nodes { sku } } }`, []string{server.TagOf(secret, content.KindProduct, "")}, []string{server.TagOf(secret, content.KindFragment, "")}},
		"texts":           {`{ fragments(first: 3) { nodes { key } } }`, []string{server.TagOf(secret, content.KindFragment, "")}, []string{server.TagOf(secret, content.KindProduct, "")}},
	} {
		for range 2 {
			tags := strings.Split(h.get(t, test.query, nil).header.Get("Cache-Tag"), ",")
			for _, tag := range append(test.shows, tagsOf("definition")...) {
				if name != "what is nowhere" && !slices.Contains(tags, tag) {
					t.Errorf("%s: %v, without %s", name, tags, tag)
				}
			}
			for _, tag := range test.others {
				if slices.Contains(tags, tag) {
					t.Errorf("%s: %v, with %s", name, tags, tag)
				}
			}
		}
	}
	if tags := tagsOf("product:LUMA-2", "product:LUMA-1", "definition"); len(tags) != 4 || !slices.IsSorted(tags) {
		t.Errorf("%v", tags)
	}
	for _, wrong := range [][]string{{}, {"product"}, {"product:"}, {"channel:site"}, {"definition:x"}} {
		if code, _, errs := command(t, append([]string{"tags", "--cache-tag-key", secret}, wrong...)...); code != exitUsage || len(errs) == 0 {
			t.Errorf("%v: %d %s", wrong, code, errs)
		}
	}
	if code, _, errs := command(t, "tags", "product:X"); code != exitUsage || !strings.Contains(errs, "UNISONO_CACHE_TAG_KEY") {
		t.Errorf("without a secret: %d %s", code, errs)
	}
	if h := demoHouse(t); h.get(t, `{ products(first: 3) { nodes { sku } } }`, nil).header.Get("Cache-Tag") != "" {
		t.Error("there are tags without a secret")
	}
}

func TestSettingsOfCachesThatAreWrong(t *testing.T) {
	for flag, says := range map[string]string{
		"--max-age=10ms": "--max-age", "--max-age=-1s": "--max-age", "--cdn-keys-on=X-Country": "those that one can depend on are Accept-Language", "--cache-tag-key=short": "at least 16 are expected",
	} {
		if code, _, errs := command(t, "serve", "--data-dir", t.TempDir(), flag); code != exitUsage || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %s", flag, code, errs)
		}
	}
}
