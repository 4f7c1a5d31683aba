package main

import (
	"fmt"
	"maps"

	"pgregory.net/rapid"

	"unisono/content"
)

// definitions puts what gives content its meaning. What is restricted differs: its names, its defaults, whether it is there.
func (p *pair) definitions() {
	p.same(content.KindChannel, "site", map[string]any{"platform": "OWN_SITE", "defaultLocale": "en", "locales": []any{"en", "da"}})
	p.same(content.KindAudience, "consumer", map[string]any{"name": map[string]any{"en": "Consumer"}})
	p.same(content.KindAudience, "technician", map[string]any{"restricted": true})
	beyond := map[string]bool{}
	for _, scope := range p.reader.secrets {
		for dimension := range scope {
			beyond[fmt.Sprint(scope[dimension])] = true
		}
	}
	p.restricted(content.KindChannel, "app", beyond["[app]"], map[string]any{"platform": "APP"})
	p.restricted(content.KindChannel, "partners", beyond["[partners]"], map[string]any{"platform": "PORTAL", "restricted": true})
	p.restricted(content.KindAudience, "dealer", beyond["[dealer]"], map[string]any{"restricted": true})
	p.same(content.KindCategory, "all", map[string]any{"name": map[string]any{"en": "All"}})
	p.same(content.KindCategory, "machines", map[string]any{"parent": "all"})
	p.same(content.KindCategory, "parts", map[string]any{"parent": "machines", "position": 1})
	hidden := func(parent string) func() map[string]any {
		return func() map[string]any {
			fields := map[string]any{"parent": parent, "position": rapid.IntRange(0, 3).Draw(p.t, "position")}
			if parent == "all" {
				maps.Copy(fields, pick(p, "scope", p.reader.secrets...))
			}
			return fields
		}
	}
	p.hiddenIn(content.KindCategory, "hidden", hidden("all"))
	p.hiddenIn(content.KindCategory, "below-hidden", hidden("hidden"))
	p.same(content.KindAttribute, "price", map[string]any{"type": "MONEY", "group": "sale", "label": map[string]any{"en": "Price"}})
	p.same(content.KindAttribute, "width", map[string]any{"type": "QUANTITY", "unit": "mm"})
	p.same(content.KindFamily, "espresso", map[string]any{"attributes": []any{"name", "price", "width"}, "required": []any{
		map[string]any{"channel": "site", "attributes": []any{"name", "price", "main"}},
	}})
}

// restricted puts a channel or an audience; one that is beyond the reader differs, or is not there at all.
func (p *pair) restricted(kind content.Kind, key string, beyond bool, fields map[string]any) {
	one := func() map[string]any {
		own := maps.Clone(fields)
		own["name"] = map[string]any{"en": pick(p, "name", "One", "Another")}
		if kind == content.KindChannel {
			own["defaultLocale"] = pick(p, "locale", "en", "da")
		}
		return own
	}
	if beyond {
		p.hiddenIn(kind, key, one)
		return
	}
	p.same(kind, key, one())
}

func (p *pair) fragment(string) map[string]any {
	return map[string]any{
		"type": pick(p, "kind", "STORY", "WARNING"), "state": "PUBLISHED", "labels": some(p, "label", "one", "two"),
		"references": some(p, "reference", anyFragment...),
	}
}

// variant makes one wording that is for the reader, or could be.
func (p *pair) variant() map[string]any {
	p.secret++
	variant := map[string]any{
		"id": fmt.Sprintf("v%d", p.secret), "priority": rapid.IntRange(0, 2).Draw(p.t, "priority"),
		"title": pick(p, "title", "", "Title", "{{attribute \"price\"}}"), "body": pick(p, "body", "", "Some *words*", "It costs {{attribute \"price\"}} and weighs {{attribute \"weight\"}}."),
	}
	if p.chance("in a language") {
		variant["locale"] = pick(p, "locale", "en", "da", "de")
	}
	if p.chance("with a picture") {
		variant["media"] = []any{p.media()}
	}
	if p.chance("conditional") {
		variant["when"] = map[string]any{pick(p, "dimension", "moments"): []any{"BUY"}}
	}
	if p.chance("scheduled") {
		variant[pick(p, "end", "validFrom", "validUntil")] = pick(p, "moment", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z")
	}
	return variant
}

func (p *pair) media() map[string]any {
	media := map[string]any{"url": pick(p, "url", "/a.png", "/b.png", "/c.mp4"), "role": pick(p, "role", "main", "detail"), "alt": map[string]any{"en": "A picture"}}
	if p.chance("in a language") {
		media["locale"] = pick(p, "locale", "en", "da")
	}
	return media
}

func (p *pair) value() map[string]any {
	value := map[string]any{"key": pick(p, "attribute", "name", "price", "width", "weight")}
	switch value["key"] {
	case "price":
		value["value"] = map[string]any{"amount": pick(p, "amount", "1", "2.50"), "currency": "DKK"}
	case "width":
		value["value"] = map[string]any{"amount": pick(p, "amount", 1, 2), "unit": "mm"}
	default:
		value["value"] = pick(p, "text", "Alpha", "Beta", "Gamma")
	}
	if p.chance("in a language") {
		value["locale"] = pick(p, "locale", "en", "da")
	}
	return value
}

// fields are what a product says besides its values and pictures. The first in a row are models, those after them variants of them.
func (p *pair) fields(place int, sku string) map[string]any {
	fields := map[string]any{
		"state": "PUBLISHED", "categories": some(p, "category", anyCategory...),
		"slug": "slug-" + pick(p, "slug", sku, "P0", "P1"), "attributes": []any{p.value(), p.value()}, "media": []any{p.media()},
	}
	slots := []any{}
	for _, key := range some(p, "fragment", anyFragment...) {
		slots = append(slots, map[string]any{"slot": pick(p, "slot", "intro", "outro"), "fragment": key})
	}
	related := []any{}
	for _, other := range some(p, "related", anyProduct...) {
		related = append(related, map[string]any{"kind": pick(p, "relation", "ACCESSORY", "UPSELL"), "sku": other})
	}
	fields["fragments"], fields["related"] = slots, related
	if place == 0 {
		fields["family"], fields["axes"] = "espresso", []any{"width"}
	} else if p.chance("a variant") {
		fields["parent"] = "P0"
	}
	return fields
}

// product puts a product that the reader may see, with values and pictures that they may not.
func (p *pair) product(place int, sku string) {
	fields := p.fields(place, sku)
	fields["slug"] = "slug-" + sku
	values, media := []any{p.value(), p.value()}, []any{p.media()}
	for _, c := range p.both {
		own := maps.Clone(fields)
		own["attributes"], own["media"] = p.withSecrets(values, p.value), p.withSecrets(media, p.media)
		for i, one := range own["attributes"].([]any) {
			own["attributes"].([]any)[i] = inOneChannel(one.(map[string]any))
		}
		own["media"] = withoutMarkets(own["media"].([]any))
		c.put(content.KindProduct, sku, own)
	}
}

// inOneChannel gives a value the form that its scope has: one channel, not several.
func inOneChannel(value map[string]any) map[string]any {
	channels, is := value["channels"].([]any)
	if !is {
		return value
	}
	value = maps.Clone(value)
	value["channel"] = channels[0]
	delete(value, "channels")
	return value
}

// withoutMarkets takes away pictures that are secret by a market, which pictures do not have.
func withoutMarkets(media []any) []any {
	kept := []any{}
	for _, one := range media {
		if _, is := one.(map[string]any)["markets"]; !is {
			kept = append(kept, one)
		}
	}
	return kept
}
