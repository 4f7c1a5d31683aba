package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"unisono/access"
	"unisono/content"
)

// The generator of the property of caches in front: small content that says something else to almost every reader, in windows that open and close while it is looked at, and requests of a few readers for a few addresses.

// The documents of these sequences. Each text in them begins with the key of its document, so that it can be told of which an answer is made.
var (
	shownProducts  = []string{"P0", "P1", "P2"}
	shownFragments = []string{"F0", "F1"}
)

// keyWithDefaults says much of its reader's context by itself.
const keyWithDefaults = "key-with-defaults"

func keysOfCaches() map[string]*access.Client {
	keys := keysOfReaders()
	keys[keyWithDefaults] = &access.Client{Name: "with defaults", Permissions: []access.Permission{access.Read}, Defaults: &content.Defaults{Channel: "app", Locale: "da", Market: "DK", Device: "PHONE", Moment: "USE", Medium: "TEXT", Publication: "PAGE", Format: "WEB"}, Origins: []string{"https://shop.example"}}
	return keys
}

// contentDrawer draws documents whose windows lie around a moment.
type contentDrawer struct {
	t     *rapid.T
	from  time.Time
	focus *focusOn
	count int // of all that was written: what is written anew says something else
}

// focusOn is that on which a sequence turns: by what its readers differ mostly, and for whom content is.
type focusOn struct {
	dimension, header, scope string
	byKeyAlone               bool // who differ bear nothing but a key, to which the gateway and the cache pay no heed
}

var focuses = []focusOn{
	{"locale", "Accept-Language", "locale", false},
	{"market", "Unisono-Market", "markets", false},
	{"audience", "Authorization", "audiences", false},
	{"audience", "Unisono-Audience", "audiences", false},
	{"channel", "Unisono-Channel", "channels", false},
	{"device", "Unisono-Device", "devices", false},
	{"moment", "Unisono-Moment", "moments", false},
	{"", "Accept-Encoding", "", false},
	{"medium", "Authorization", "mediums", true},
	{"locale", "Authorization", "locale", true},
}

// evenly draws one of some, each as often as the others, while rapid prefers the first.
func evenly[T any](t *rapid.T, label string, of []T) T {
	places := make([]int, len(of))
	for i := range places {
		places[i] = i
	}
	return of[rapid.Permutation(places).Draw(t, label)[0]]
}

func (d *contentDrawer) oneIn(most int, label string) bool {
	return rapid.IntRange(1, most).Draw(d.t, label) == most
}

func (d *contentDrawer) maybe(label string) bool { return rapid.Bool().Draw(d.t, label) }

func (d *contentDrawer) of(label string, values ...string) string {
	return rapid.SampledFrom(values).Draw(d.t, label)
}

// all is the content with which a sequence begins.
func (d *contentDrawer) all() catalogue {
	c := catalogue{}
	for _, key := range []string{"site", "app", "partners"} {
		c.put(content.KindChannel, key, d.channel(key))
	}
	for _, key := range []string{"consumer", "technician", "dealer"} {
		c.put(content.KindAudience, key, d.audience(key))
	}
	for i := range shownProducts {
		c.put(content.KindProduct, shownProducts[i], d.product(i))
	}
	for _, key := range shownFragments {
		c.put(content.KindFragment, key, d.fragment(key))
	}
	return c
}

// change writes one document anew, or takes it away.
func (d *contentDrawer) change() (kind content.Kind, key string, document content.Document) {
	c := catalogue{}
	n := rapid.IntRange(0, 9).Draw(d.t, "changed")
	switch {
	case n < 5:
		i := rapid.IntRange(0, len(shownProducts)-1).Draw(d.t, "product")
		kind, key = content.KindProduct, shownProducts[i]
		c.put(kind, key, d.product(i))
	case n < 8:
		kind, key = content.KindFragment, d.of("fragment", shownFragments...)
		c.put(kind, key, d.fragment(key))
	case n < 9:
		kind, key = content.KindChannel, d.of("channel", "site", "app")
		c.put(kind, key, d.channel(key))
	default:
		kind, key = content.KindAudience, d.of("audience", "technician", "dealer")
		c.put(kind, key, d.audience(key))
	}
	if n < 8 && d.oneIn(6, "gone") {
		return kind, key, nil
	}
	return kind, key, c.documents()[kind][key]
}

func (d *contentDrawer) channel(key string) map[string]any {
	fields := map[string]any{"platform": "OWN_SITE", "defaultLocale": d.of("default", "en", "de"), "locales": []any{"en", "de", "da"}, "restricted": key == "partners"}
	if d.oneIn(2, "defaults") {
		fields["defaults"] = map[string]any{"market": d.of("market", "DE", "DK"), "device": d.of("device", "PHONE", "DESKTOP")}
	}
	return fields
}

func (d *contentDrawer) audience(key string) map[string]any {
	return map[string]any{"name": map[string]any{"en": d.said(key)}, "restricted": key == "dealer" || key == "technician" && d.oneIn(4, "restricted")}
}

// said is a text of a document that no other has had.
func (d *contentDrawer) said(key string) string {
	d.count++
	return fmt.Sprintf("%s.%d", key, d.count)
}

// edges are the moments at which windows open and close, from the beginning of a sequence.
var edges = []time.Duration{-time.Minute, 2300 * time.Millisecond, 10 * time.Second, 35 * time.Second, 75 * time.Second}

// window puts one end or both of a window around something.
func (d *contentDrawer) window(fields map[string]any, from, until string) {
	place := rapid.IntRange(0, len(edges)-2).Draw(d.t, "opens")
	after := rapid.IntRange(place+1, len(edges)-1).Draw(d.t, "closes")
	which := rapid.IntRange(0, 2).Draw(d.t, "ends")
	if which != 1 {
		fields[from] = d.from.Add(edges[place]).Format(time.RFC3339Nano)
	}
	if which != 0 {
		fields[until] = d.from.Add(edges[after]).Format(time.RFC3339Nano)
	}
}

// scopesOfValues and those below are for whom something can be, by the names that these have in it, with the values of each.
var (
	scopesOfValues = []scopeOf{{"locale", []string{"de", "da", "en"}}, {"markets", []string{"DE", "DK"}}, {"audiences", []string{"technician", "consumer", "dealer"}}, {"locale", []string{"da", "de"}}, {"channel", []string{"app", "site", "partners"}}}
	scopesOfAll    = []scopeOf{{"markets", []string{"DE", "DK"}}, {"audiences", []string{"consumer", "technician", "dealer"}}, {"channels", []string{"site", "app"}}}
	conditions     = []scopeOf{
		{"markets", []string{"DE", "DK"}},
		{"devices", []string{"PHONE", "DESKTOP"}},
		{"audiences", []string{"technician", "consumer", "dealer"}},
		{"moments", []string{"USE", "BUY"}},
		{"channels", []string{"app", "site", "partners"}},
		{"rule", []string{"traits.age >= 18", "context.market == 'DE'", "context.locale == 'da' || context.?device.orValue('') == 'PHONE'"}},
		{"mediums", []string{"TEXT", "IMAGE"}},
		{"publications", []string{"PAGE"}},
		{"formats", []string{"WEB"}},
	}
)

// scopeOf is a name, and the values that it may have.
type scopeOf struct {
	name   string
	values []string
}

// scope narrows something down to some readers.
func (d *contentDrawer) scope(fields map[string]any, scopes []scopeOf) {
	scope := rapid.SampledFrom(scopes).Draw(d.t, "scope")
	if at := slices.IndexFunc(scopes, func(one scopeOf) bool { return one.name == d.focus.scope }); at >= 0 && !d.oneIn(4, "out of focus") {
		scope = scopes[at]
	}
	value := any(d.of(scope.name, scope.values...))
	if strings.HasSuffix(scope.name, "s") {
		value = []any{value}
	}
	fields[scope.name] = value
}

func (d *contentDrawer) product(place int) map[string]any {
	key := shownProducts[place]
	values := []any{map[string]any{"key": "name", "value": d.said(key)}}
	for range rapid.IntRange(0, 3).Draw(d.t, "values") {
		value := map[string]any{"key": d.of("attribute", "name", "colour"), "value": d.said(key)}
		for range rapid.IntRange(0, 2).Draw(d.t, "scopes") {
			d.scope(value, scopesOfValues)
		}
		if d.oneIn(3, "in a window") {
			d.window(value, "validFrom", "validUntil")
		}
		values = append(values, value)
	}
	fields := map[string]any{
		"state": "PUBLISHED", "slug": "slug-" + key, "attributes": values,
		"fragments": []any{map[string]any{"slot": "intro", "fragment": d.of("slot", shownFragments...)}},
		"related":   []any{map[string]any{"kind": "UPSELL", "sku": d.of("related", shownProducts...)}},
	}
	if d.oneIn(8, "not published") {
		fields["state"] = "DRAFT"
	}
	if place > 0 && d.oneIn(3, "below another") {
		fields["parent"] = shownProducts[0]
	}
	if d.oneIn(5, "for some") {
		d.scope(fields, scopesOfAll)
	}
	if d.oneIn(4, "in a window") {
		d.window(fields, "publishFrom", "publishUntil")
	}
	return fields
}

// rests make an answer so long that it is packed: the second time that it is asked for, and the first.
var rests = []string{"", strings.Repeat(" and so on", 150), strings.Repeat(" and so forth", 1000)}

func (d *contentDrawer) fragment(key string) map[string]any {
	variants := []any{}
	for i := range rapid.IntRange(1, 3).Draw(d.t, "variants") {
		variant := map[string]any{"id": fmt.Sprint("v", i), "title": d.said(key), "body": d.said(key) + ` {{attribute "colour"}}` + evenly(d.t, "rest", rests)}
		if d.maybe("in a language") {
			variant["locale"] = d.of("locale", "en", "de", "da")
		}
		when := map[string]any{}
		for range rapid.IntRange(0, 2).Draw(d.t, "conditions") {
			d.scope(when, conditions)
		}
		if len(when) > 0 {
			variant["when"] = when
		}
		if d.oneIn(3, "in a window") {
			d.window(variant, "validFrom", "validUntil")
		}
		variants = append(variants, variant)
	}
	return map[string]any{"type": "STORY", "state": "PUBLISHED", "variants": variants}
}
