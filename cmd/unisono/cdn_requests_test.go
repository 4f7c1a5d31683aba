package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// askedThrough is a request that caches may answer.
type askedThrough struct {
	query, variables, extensions string // each as it stands in the address
	headers                      map[string]string
	post                         bool
}

func (a *askedThrough) url() string {
	values := url.Values{"query": {a.query}}
	for name, value := range map[string]string{"variables": a.variables, "extensions": a.extensions} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return "/graphql?" + values.Encode()
}

// body is the same in a POST.
func (a *askedThrough) body() string {
	parts := map[string]any{"query": a.query}
	for name, value := range map[string]string{"variables": a.variables, "extensions": a.extensions} {
		if value != "" {
			parts[name] = json.RawMessage(value)
		}
	}
	text, err := json.Marshal(parts)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// without leaves out headers.
func (a askedThrough) without(leave func(name string) bool) askedThrough {
	a.headers = maps.Clone(a.headers)
	maps.DeleteFunc(a.headers, func(name, _ string) bool { return leave(name) })
	return a
}

// dimensionsOfURL are what an address may say of a context, with the values of each.
var dimensionsOfURL = []struct {
	name   string
	isWord bool // of the schema
	values []string
}{
	{"channel", false, mostly("partners", "site", "app")},
	{"audience", false, mostly("dealer", "consumer", "technician")},
	{"locale", false, []string{"en", "de", "da"}},
	{"market", false, []string{"DE", "DK"}},
	{"device", true, []string{"PHONE", "DESKTOP"}},
	{"moment", true, []string{"USE", "BUY"}},
	{"medium", true, []string{"TEXT", "IMAGE"}},
	{"publication", true, []string{"PAGE"}},
	{"format", true, []string{"WEB"}},
}

// mostly gives a value that few may ask for among many that others may: refusals are kept by no cache.
func mostly(rare string, usual ...string) []string {
	return append(slices.Repeat(usual, 6), rare)
}

// context draws what an address says of its context: all of it, all but what the sequence turns on, or some.
func (d *contentDrawer) context() map[string]any {
	said, kind := map[string]any{}, rapid.IntRange(0, 2).Draw(d.t, "how much of the context")
	for _, dimension := range dimensionsOfURL {
		is := d.oneIn(3, dimension.name)
		switch {
		case kind == 2:
			is = true
		case dimension.name == d.focus.dimension:
			is = is && d.oneIn(3, "in focus")
		case kind == 1:
			is = true
		}
		if is {
			said[dimension.name] = d.of(dimension.name, dimension.values...)
		}
	}
	if d.oneIn(4, "traits") {
		said["traits"] = map[string]any{"age": rapid.IntRange(17, 18).Draw(d.t, "age")}
	}
	return said
}

// inSchema writes a context as arguments in GraphQL.
func inSchema(said map[string]any) string {
	parts := []string{}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		value := fmt.Sprintf("%q", said[name])
		for _, dimension := range dimensionsOfURL {
			if dimension.name == name && dimension.isWord {
				value = fmt.Sprint(said[name])
			}
		}
		if traits, is := said[name].(map[string]any); is {
			value = fmt.Sprintf("{age: %v}", traits["age"])
		}
		parts = append(parts, name+": "+value)
	}
	return strings.Join(parts, ", ")
}

// questionsOfContent are what is asked of products and fragments, alone and in lists, in the operation's context and others.
var questionsOfContent = []string{
	`product(sku: "P0") { sku name colour: attribute(key: "colour") { text locale } fragment(slot: "intro") { title body locale } }`,
	`product(slug: "slug-P1") { name parent { name } related { name } }`,
	`product(sku: "P2") { name } fragment(key: "F1") { title isFallback selection { variant until } }`,
	`products(first: 5, order: SKU) { totalCount nodes { sku name } }`,
	`products(first: 2, order: NAME) { nodes { name fragments { key title body } } facets(keys: ["colour"]) { key totalCount } }`,
	`fragments { totalCount nodes { key title body(format: HTML) } }`,
	`fragment(key: "F0") { title body locale }`,
	`view(context: {CONTEXT}) { fragment(key: "F0") { title body } product(sku: "P1") { name } products { totalCount } }`,
	`product(sku: "P1") { sku in(context: {CONTEXT}) { name fragment(slot: "intro") { title } } }`,
}

// questionsOfOthers are what depends on more than content, or on who asks, and what is not right.
var questionsOfOthers = []string{
	`context { channel { key } audience { key } locale localeChain market device moment origins { dimension source } }`,
	`channels { key } audiences { key }`,
	`caller { name }`,
	`product(sku: "P0") { revision updatedAt name }`,
	`fragment(key: "F0") { selection { variant consulted considered { variant reason } } }`,
	`fragment(key: "F1") { revision }`,
	`nothing`,
}

// address draws an address, with what it says of its context in one of the places for that.
func (d *contentDrawer) address() askedThrough {
	asked := evenly(d.t, "question", questionsOfContent)
	if d.focus.header == "Authorization" && d.maybe("of callers") || d.oneIn(4, "of others") {
		asked = evenly(d.t, "question", questionsOfOthers)
	}
	query := "{ " + strings.ReplaceAll(asked, "{CONTEXT}", "{"+inSchema(d.context())+"}") + " }"
	a, said := askedThrough{}, d.context()
	text, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	switch place := rapid.IntRange(0, 7).Draw(d.t, "said"); {
	case place < 4 && len(said) > 0:
		a.query = "query @inContext(" + inSchema(said) + ") " + query
	case place < 5:
		a.query, a.variables = "query($c: ContextInput!) @inContext(with: $c) "+query, `{"c": `+string(text)+`}`
	case place < 7:
		a.query, a.extensions = query, `{"context": `+string(text)+`}`
	default:
		a.query = query
	}
	return a
}

// headersOfPeople are what readers' requests bear, the usual first.
var headersOfPeople = []scopeOf{
	{"Accept-Language", []string{"de", "da, en;q=0.5", "en"}},
	{"Authorization", bearers()},
	{"Unisono-Market", []string{"DE", "DK"}},
	{"Unisono-Device", []string{"PHONE", "DESKTOP"}},
	{"Unisono-Channel", mostly("partners", "site", "app")},
	{"Unisono-Audience", mostly("dealer", "consumer", "technician")},
	{"Unisono-Moment", []string{"USE", "BUY"}},
	{"Accept-Encoding", []string{"gzip", "br, gzip", "zstd", "gzip;q=0, br"}},
	{"Accept", []string{"application/graphql-response+json"}},
	{"Origin", []string{"https://shop.example", "https://other.example"}},
}

func bearers() []string {
	all := []string{"Bearer " + keyWithDefaults} // the first is drawn more often
	for _, key := range slices.Sorted(maps.Keys(keysOfCaches())) {
		all = append(all, "Bearer "+key)
	}
	return all
}

// people draws a few readers. Most are like the first but for one header, and so tell whether a cache heeds it.
func (d *contentDrawer) people() []map[string]string {
	first := map[string]string{}
	for range rapid.IntRange(0, 4).Draw(d.t, "headers") {
		d.other(first)
	}
	all := []map[string]string{first}
	for range rapid.IntRange(1, 3).Draw(d.t, "others") {
		next := maps.Clone(first)
		for range rapid.IntRange(1, 2).Draw(d.t, "differences") {
			d.other(next)
		}
		all = append(all, next)
	}
	return all
}

// other makes one header another, or takes it away.
func (d *contentDrawer) other(headers map[string]string) {
	header := rapid.SampledFrom(headersOfPeople).Draw(d.t, "header")
	if d.maybe("in focus") {
		header = headersOfPeople[slices.IndexFunc(headersOfPeople, func(one scopeOf) bool { return one.name == d.focus.header })]
	}
	value := d.of(header.name, header.values...)
	if headers[header.name] == value {
		delete(headers, header.name)
		return
	}
	headers[header.name] = value
}
