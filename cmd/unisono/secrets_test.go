package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"unisono/access"
	"unisono/content"
)

// The generator of catalogues of the non-interference property. Two catalogues are made at once, which differ in nothing but what a reader may not
// see. Who adds something to content that can be for some readers alone adds it here.

// lowReader is somebody from whom something is hidden, and what hides it.
type lowReader struct {
	name    string
	client  *access.Client
	key     string
	secrets []map[string]any // scopes that are beyond them
	states  []string         // states that are
}

var (
	forDealers  = map[string]any{"audiences": []any{"dealer"}}
	forPartners = map[string]any{"channels": []any{"partners"}}
	forGermans  = map[string]any{"markets": []any{"DE"}}
	forApps     = map[string]any{"channels": []any{"app"}}
	unpublished = []string{"DRAFT", "IN_REVIEW", "ARCHIVED"}
)

var lowReaders = []lowReader{
	{"nobody known", nil, "", []map[string]any{forDealers, forPartners}, unpublished},
	{
		"a technician", &access.Client{Name: "technician", Permissions: []access.Permission{access.Read}, Audiences: []string{"*", "technician"}},
		"key-of-the-technician",
		[]map[string]any{forDealers, forPartners},
		unpublished,
	},
	{
		"who sells in Denmark", &access.Client{Name: "danish", Permissions: []access.Permission{access.Read}, Markets: []string{"DK", "SE"}},
		"key-of-the-dane",
		[]map[string]any{forDealers, forGermans},
		unpublished,
	},
	{
		"who has one channel", &access.Client{Name: "site", Permissions: []access.Permission{access.Read}, Channels: []string{"site"}},
		"key-of-the-site",
		[]map[string]any{forApps, forPartners},
		unpublished,
	},
	{
		"an editor", &access.Client{Name: "editor", Permissions: []access.Permission{access.Read, access.Preview}},
		"key-of-the-editor",
		[]map[string]any{forDealers, forPartners},
		[]string{"ARCHIVED"},
	},
}

// highReader may see everything.
var highReader = lowReader{"who sees everything", &access.Client{Name: "high", All: true}, "key-of-the-one-who-sees-everything", nil, nil}

// catalogue is content as a change to each document says it.
type catalogue map[content.Kind]map[string]map[string]any

func (c catalogue) put(kind content.Kind, key string, fields map[string]any) {
	if c[kind] == nil {
		c[kind] = map[string]map[string]any{}
	}
	name := "key"
	if kind == content.KindProduct {
		name = "sku"
	}
	fields[name] = key
	c[kind][key] = fields
}

// documents are the documents of the catalogue, right or not, as another program could have written them.
func (c catalogue) documents() map[content.Kind]map[string]content.Document {
	all := map[content.Kind]map[string]content.Document{}
	definitions := content.NewDefinitions()
	for kind, documents := range c {
		all[kind] = map[string]content.Document{}
		for key, fields := range documents {
			raw, err := json.Marshal(fields)
			if err != nil {
				panic(err)
			}
			change, err := content.ReadChange(kind, raw)
			if err != nil {
				panic(fmt.Sprintf("%s in %s", err, raw))
			}
			document, _ := change.Next(nil, definitions, today)
			document.Metadata().UpdatedAt = today
			all[kind][key] = document
		}
	}
	return all
}

// pair makes two catalogues that differ in what is secret to a reader.
type pair struct {
	t      *rapid.T
	reader *lowReader
	both   [2]catalogue
	secret int
}

func (p *pair) chance(label string) bool { return rapid.Bool().Draw(p.t, label) }

func pick[V any](p *pair, label string, of ...V) V { return rapid.SampledFrom(of).Draw(p.t, label) }

// some gives a few of the given keys.
func some(p *pair, label string, keys ...string) []any {
	chosen := []any{}
	for _, key := range keys {
		if rapid.IntRange(0, 2).Draw(p.t, label) == 0 {
			chosen = append(chosen, key)
		}
	}
	return chosen
}

var (
	openProducts   = []string{"P0", "P1", "P2", "P3"}
	openFragments  = []string{"F0", "F1", "F2"}
	openCategories = []string{"all", "machines", "parts"}
	// secret and absent ones too
	anyProduct  = append(slices.Clone(openProducts), "S0", "S1", "BELOW-S0", "gone")
	anyFragment = append(slices.Clone(openFragments), "G0", "G1", "gone")
	anyCategory = append(slices.Clone(openCategories), "hidden", "below-hidden", "gone")
)

func draw(t *rapid.T, reader *lowReader) *pair {
	p := &pair{t: t, reader: reader, both: [2]catalogue{{}, {}}}
	p.definitions()
	for _, key := range openFragments {
		p.open(content.KindFragment, key, p.fragment(key), "variants", p.variant)
	}
	for i, sku := range openProducts {
		p.product(i, sku)
	}
	for _, key := range []string{"G0", "G1"} {
		p.hidden(content.KindFragment, key, func() map[string]any {
			fields := p.fragment(key)
			fields["variants"] = []any{p.variant()}
			return fields
		})
	}
	for _, sku := range []string{"S0", "S1"} {
		p.hidden(content.KindProduct, sku, func() map[string]any { return p.fields(pick(p, "as", 0, 1), sku) })
	}
	p.hiddenIn(content.KindProduct, "BELOW-S0", func() map[string]any {
		fields := p.fields(1, "BELOW-S0")
		fields["state"], fields["parent"] = "PUBLISHED", "S0"
		return fields
	})
	return p
}

// same puts a document into both catalogues.
func (p *pair) same(kind content.Kind, key string, fields map[string]any) {
	for _, c := range p.both {
		c.put(kind, key, maps.Clone(fields))
	}
}

// open puts a document that the reader may see into both; of a list of what it holds some parts are secret, and differ.
func (p *pair) open(kind content.Kind, key string, fields map[string]any, list string, part func() map[string]any) {
	shared := []any{}
	for range rapid.IntRange(0, 3).Draw(p.t, "parts") {
		shared = append(shared, part())
	}
	for _, c := range p.both {
		own := maps.Clone(fields)
		own[list] = p.withSecretPictures(p.withSecrets(shared, part))
		c.put(kind, key, own)
	}
}

// withSecrets puts some parts that the reader may not see among those that they may.
func (p *pair) withSecrets(shared []any, part func() map[string]any) []any {
	all := slices.Clone(shared)
	for range rapid.IntRange(0, 2).Draw(p.t, "secret parts") {
		secret := p.secretly(part())
		all = slices.Insert(all, rapid.IntRange(0, len(all)).Draw(p.t, "place"), any(secret))
	}
	return all
}

// withSecretPictures puts pictures for others into variants that the reader may get.
func (p *pair) withSecretPictures(parts []any) []any {
	for i, one := range parts {
		part := maps.Clone(one.(map[string]any))
		if _, isVariant := part["priority"]; isVariant && p.chance("a picture for others") {
			picture := p.media()
			maps.Copy(picture, forDealers)
			shown, _ := part["media"].([]any)
			part["media"] = append(slices.Clone(shown), picture)
			parts[i] = part
		}
	}
	return parts
}

// secretly makes a part secret by its scope: a variant has it in its conditions, and an attribute's value has one channel.
func (p *pair) secretly(part map[string]any) map[string]any {
	secret := maps.Clone(part)
	p.secret++
	if _, is := secret["priority"]; is {
		when, _ := secret["when"].(map[string]any)
		when = maps.Clone(when)
		if when == nil {
			when = map[string]any{}
		}
		maps.Copy(when, pick(p, "scope", p.reader.secrets...))
		secret["when"], secret["id"] = when, fmt.Sprintf("secret-%d", p.secret)
		return secret
	}
	maps.Copy(secret, pick(p, "scope", p.reader.secrets...))
	return secret
}

// hidden puts a document that the reader may not see into none, one or both, and there with different content.
func (p *pair) hidden(kind content.Kind, key string, fields func() map[string]any) {
	p.hiddenIn(kind, key, func() map[string]any {
		secret := fields()
		if kind == content.KindProduct && p.chance("by scope") {
			maps.Copy(secret, pick(p, "scope", p.reader.secrets...))
		} else if kind == content.KindFragment && p.chance("by scope") {
			parts := []any{}
			for _, part := range secret["variants"].([]any) {
				parts = append(parts, p.secretly(part.(map[string]any)))
			}
			secret["variants"] = parts
		} else {
			secret["state"] = pick(p, "state", p.reader.states...)
		}
		return secret
	})
}

func (p *pair) hiddenIn(kind content.Kind, key string, fields func() map[string]any) {
	for _, c := range p.both {
		if rapid.IntRange(0, 3).Draw(p.t, "there") > 0 {
			c.put(kind, key, fields())
		}
	}
}
