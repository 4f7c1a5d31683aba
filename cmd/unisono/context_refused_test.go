package main

import (
	"strings"
	"testing"

	"unisono/internal/mongotest"
)

// A context that is not right gives exactly one error, which names the argument and says what would be right; nothing is answered.
func TestContextsThatAreNotRight(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	const badInput, invalid = "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"
	query := func(directive string) asked { return asked{Query: "query " + directive + " { channels { key } }"} }
	extension := func(context any) asked {
		return asked{Query: "{ channels { key } }", Extensions: map[string]any{"context": context}}
	}
	header := func(name, value string) asked {
		return asked{Query: "{ channels { key } }", Headers: map[string]string{name: value}}
	}
	type object = map[string]any
	for name, test := range map[string]struct {
		asked asked
		code  string
		says  []string
	}{
		"an unknown channel":                {query(`@inContext(channel: "nowhere")`), badInput, []string{"@inContext(channel:)", `no channel "nowhere"`, "app, kiosk, mail, marketplace, print, site"}},
		"an unknown channel by with":        {query(`@inContext(with: {channel: "nowhere"})`), badInput, []string{"@inContext(channel:)", "app, kiosk, mail, marketplace, print, site"}},
		"an unknown channel by extension":   {extension(object{"channel": "nowhere"}), badInput, []string{"extensions.context.channel", "app, kiosk, mail, marketplace, print, site"}},
		"an unknown channel by header":      {header("Unisono-Channel", "nowhere"), badInput, []string{"header Unisono-Channel", "app, kiosk, mail, marketplace, print, site"}},
		"an unknown audience":               {query(`@inContext(audience: "pilots")`), badInput, []string{"@inContext(audience:)", "consumer"}},
		"an unknown audience by header":     {header("Unisono-Audience", "pilots"), badInput, []string{"header Unisono-Audience", "consumer"}},
		"a malformed locale":                {query(`@inContext(locale: "xx-yy-zz-1")`), badInput, []string{"@inContext(locale:)", "xx-yy-zz-1"}},
		"a malformed locale by extension":   {extension(object{"locale": "not a locale"}), badInput, []string{"extensions.context.locale"}},
		"an empty channel":                  {query(`@inContext(channel: "")`), badInput, []string{"@inContext(channel:)"}},
		"a market in small letters":         {query(`@inContext(market: "dk")`), badInput, []string{"@inContext(market:)", "DK"}},
		"a market by its name":              {extension(object{"market": "Denmark"}), badInput, []string{"extensions.context.market", "DK"}},
		"a market by header":                {header("Unisono-Market", "Denmark"), badInput, []string{"header Unisono-Market", "DK"}},
		"an unknown device":                 {query(`@inContext(device: FRIDGE)`), invalid, []string{"FRIDGE"}},
		"an unknown device by extension":    {extension(object{"device": "FRIDGE"}), badInput, []string{"extensions.context.device", "PHONE"}},
		"an unknown device by header":       {header("Unisono-Device", "FRIDGE"), badInput, []string{"header Unisono-Device", "PHONE"}},
		"an unknown moment by header":       {header("Unisono-Moment", "use"), badInput, []string{"header Unisono-Moment", "USE"}},
		"an unknown medium":                 {extension(object{"medium": "SMELL"}), badInput, []string{"extensions.context.medium", "AUDIO"}},
		"an unknown publication":            {extension(object{"publication": "BOOK"}), badInput, []string{"extensions.context.publication", "FLYER"}},
		"an unknown format":                 {extension(object{"format": "VINYL"}), badInput, []string{"extensions.context.format", "PAPER"}},
		"an unknown argument":               {query(`@inContext(chanel: "site")`), invalid, []string{"chanel"}},
		"an unknown field of with":          {query(`@inContext(with: {chanel: "site"})`), invalid, []string{"chanel"}},
		"an unknown field in a variable":    {asked{Query: `query ($c: ContextInput) @inContext(with: $c) { channels { key } }`, Variables: object{"c": object{"chanel": "site"}}}, invalid, []string{"unknown field"}},
		"an unknown field of the extension": {extension(object{"chanel": "site"}), badInput, []string{"extensions.context.chanel", "channel, audience, locale"}},
		"a text as the extension":           {extension("site"), badInput, []string{"extensions.context", "object"}},
		"a list as the extension":           {extension([]any{"site"}), badInput, []string{"extensions.context", "object"}},
		"a number as the locale":            {extension(object{"locale": true}), badInput, []string{"extensions.context.locale", "string"}},
		"an object as the channel":          {extension(object{"channel": object{"key": "site"}}), badInput, []string{"extensions.context.channel", "string"}},
		"a list of enums":                   {query(`@inContext(device: [PHONE, TV])`), invalid, []string{"Device"}},
		"null in a list of enums":           {asked{Query: `query ($d: Device) @inContext(device: $d) { channels { key } }`, Variables: object{"d": []any{nil}}}, invalid, nil},
		"a text as preview":                 {extension(object{"preview": "yes"}), badInput, []string{"extensions.context.preview"}},
		"a time that is none":               {extension(object{"at": "yesterday"}), badInput, []string{"extensions.context.at", "offset"}},
		"a time without an offset":          {query(`@inContext(at: "2026-03-01T08:00:00")`), badInput, []string{"@inContext(at:)", "offset"}},
		"the directive twice":               {query(`@inContext(channel: "site") @inContext(channel: "app")`), invalid, []string{"inContext"}},
		"two faults at once":                {query(`@inContext(channel: "nowhere", audience: "nobody")`), badInput, []string{"@inContext(channel:)"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.send(t, test.asked)
			got.fails(t, test.code, test.says...)
			if got.part(t, "data") != nil {
				t.Errorf("it is answered all the same: %s", got.body)
			}
		})
	}
}

// What may not be asked for looks like what is not there: whoever guesses names learns nothing.
func TestRestrictedAudienceLooksUnknown(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	message := func(audience string) string {
		got := h.ask(t, `query @inContext(audience: "`+audience+`") { channels { key } }`)
		got.fails(t, "BAD_USER_INPUT")
		return strings.ReplaceAll(got.failures(t)[0].Message, audience, "X")
	}
	same(t, "the message", message("pilots"), message("technician"))
	h.ask(t, `{ audiences { key name restricted } }`).gives(t, `{"audiences": [{"key": "consumer", "name": "Coffee drinkers", "restricted": false}]}`)
	h.askAs(t, technicianKey, `query @inContext(audience: "technician") { context { audience { key } } audiences { key restricted } }`).gives(t,
		`{"context": {"audience": {"key": "technician"}}, "audiences": [{"key": "consumer", "restricted": false}, {"key": "technician", "restricted": true}]}`)
}

// Drafts and other times are for those with the permission (S1): who is not known must say who they are, who is known may not.
func TestPreviewNeedsAPermission(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for name, ask := range map[string]asked{
		"preview":              {Query: `query @inContext(preview: true) { product(sku: "LUMA-4") { name } }`},
		"preview by variable":  {Query: `query ($p: Boolean) @inContext(preview: $p) { product(sku: "LUMA-4") { name } }`, Variables: map[string]any{"p": true}},
		"preview by extension": {Query: `{ product(sku: "LUMA-4") { name } }`, Extensions: map[string]any{"context": map[string]any{"preview": true}}},
		"at":                   {Query: `query @inContext(at: "2099-06-01T00:00:00Z") { fragment(key: "anniversary") { title } }`},
		"at by with":           {Query: `query @inContext(with: {at: "2099-06-01T00:00:00Z"}) { fragment(key: "anniversary") { title } }`},
		"at by extension":      {Query: `{ fragment(key: "anniversary") { title } }`, Extensions: map[string]any{"context": map[string]any{"at": "2099-06-01T00:00:00Z"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.send(t, ask)
			got.fails(t, "UNAUTHENTICATED", "preview")
			got.without(t, "Luma 4", "hundred years")
			ask.Key = technicianKey
			got = h.send(t, ask)
			got.fails(t, "FORBIDDEN", "preview")
			got.without(t, "Luma 4", "hundred years")
			ask.Key = editorKey
			if got := h.send(t, ask); len(got.failures(t)) > 0 || !strings.Contains(string(got.body), "Luma 4") && !strings.Contains(string(got.body), "hundred years") {
				t.Errorf("the editor gets %s", got.body)
			}
		})
	}
	h.ask(t, `query @inContext(preview: false) { product(sku: "LUMA-4") { name } }`).gives(t, `{"product": null}`)
}

// With several channels and no default, an operation must say which.
func TestNoChannelIsNamed(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) { c.contexts.DefaultChannel, c.contexts.DefaultAudience = "", "" })
	h.ask(t, `{ channels { key } }`).fails(t, "BAD_USER_INPUT", "channel")
	h.askAs(t, adminKey, `mutation { upsertProducts(products: [{sku: "EARLY", state: PUBLISHED, attributes: [{key: "name", value: "Early"}]}]) {
		products { sku name } written userErrors { message }
	} }`).gives(t, `{"upsertProducts": {"products": [{"sku": "EARLY", "name": "Early"}], "written": 1, "userErrors": []}}`)
	h.askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {channels: [{key: "only", platform: APP, defaultLocale: "en"}]}) { written } }`).gives(t,
		`{"upsertDefinitions": {"written": 1}}`)
	h.ask(t, `{ context { channel { key } audience { key } } product(sku: "EARLY") { name } }`).gives(t,
		`{"context": {"channel": {"key": "only"}, "audience": {"key": "public"}}, "product": {"name": "Early"}}`)
	h.loadDemoCatalogue(t)
	h.ask(t, `{ channels { key } }`).fails(t, "BAD_USER_INPUT", "@inContext(channel:)", "Unisono-Channel", "extensions.context.channel", "app, kiosk, mail, marketplace, only, print, site")
	h.send(t, asked{Query: `{ context { channel { key } audience { key } } }`, Headers: map[string]string{"Unisono-Channel": "print"}}).gives(t,
		`{"context": {"channel": {"key": "print"}, "audience": {"key": "consumer"}}}`)
}
