package main

import (
	"strings"
	"testing"
	"time"

	"unisono/internal/mongotest"
)

// An answer that stands though the catalogue had to be asked again is told to be right, and is given, no longer than the catalogue says now: what was written meanwhile may have a window, though nothing else is read of who asks.
func TestAnAnswerThatStandsEndsWithTheWindowsOfNow(t *testing.T) {
	t.Parallel()
	now := today
	h := openOn(t, mongotest.Embedded(t), func(config *gatewayConfig) { config.now = func() time.Time { return now } })
	h.load(t, `{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "product", "sku": "A", "state": "PUBLISHED"}
{"kind": "fragment", "key": "a", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "a", "title": "A"}]}`)
	for _, list := range []string{"products", "fragments"} {
		for name, get := range map[string]func() answer{
			"by GET": func() answer {
				return h.get(t, `query @inContext(channel: "site") { `+list+`(first: 0) { totalCount } }`, nil)
			},
			"by POST": func() answer {
				return h.ask(t, `query @inContext(channel: "site") { `+list+`(first: 0) { totalCount } }`)
			},
		} {
			said := func() string { got := get(); return got.header.Get("Cache-Control") + " " + string(got.body) }
			for range 2 {
				if got := said(); !strings.Contains(got, "max-age=60") || !strings.Contains(got, `"totalCount":1}`) {
					t.Fatalf("%s %s: %s", list, name, got)
				}
			}
		}
	}
	opens := now.Add(12 * time.Second).UTC().Format(time.RFC3339)
	h.load(t, `{"kind": "product", "sku": "B", "state": "PUBLISHED", "publishFrom": "`+opens+`"}
{"kind": "fragment", "key": "b", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "b", "title": "B", "validFrom": "`+opens+`"}]}`)
	ask := func(want, total string) {
		t.Helper()
		for _, list := range []string{"products", "fragments"} {
			query := `query @inContext(channel: "site") { ` + list + `(first: 0) { totalCount } }`
			for range 2 {
				for _, got := range []answer{h.get(t, query, nil), h.ask(t, query)} {
					if !strings.Contains(got.header.Get("Cache-Control"), want) || !strings.Contains(string(got.body), total) {
						t.Errorf("%s: %q %s, want %s and %s", list, got.header.Get("Cache-Control"), got.body, want, total)
					}
				}
			}
		}
	}
	ask("max-age=12", `"totalCount":1}`)
	now = now.Add(12 * time.Second)
	ask("max-age=60", `"totalCount":2}`)
}
