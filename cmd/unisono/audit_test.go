package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"unisono/content"
	"unisono/view"
)

func TestWhoChangedWhatIsRecorded(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.register(t, "key-of-an-editor", content.Client{Name: "An editor", Permissions: []string{"write", "preview"}})
	write := func(document string) http.Header {
		t.Helper()
		got := h.askAs(t, "key-of-an-editor", document)
		got.data(t)
		return got.header
	}
	write(`mutation { upsertDefinitions(definitions: {channels: [{key: "site", platform: OWN_SITE, defaultLocale: "en"}], audiences: [{key: "consumer"}]}) { written } }`)
	write(`mutation { upsertProducts(products: [{sku: "A"}, {sku: "B"}, {sku: "bad", gtin: "x"}]) { written } }`)
	write(`mutation { upsertProducts(products: [{sku: "A", slug: "a"}, {sku: "B"}]) { written } }`) // B says nothing new
	write(`mutation { upsertFragments(fragments: [{key: "f", kind: "STORY", variants: [{title: "x"}]}]) { written } }`)
	write(fmt.Sprintf(`mutation { transition(ids: [%q], to: ARCHIVED) { userErrors { message } } }`, view.ProductID("A")))
	last := write(`mutation { deleteProducts(skus: ["B", "nothing"]) { deleted } }`)
	_, id := h.made(t, "The app")
	h.through(t, "keys", "revoke", id)

	const entries = `query ($first: Int, $after: String) { audit(first: $first, after: $after) { nodes { id client clientId request action kind key revision at } pageInfo { hasNextPage hasPreviousPage endCursor } } }`
	all := h.send(t, asked{Query: entries, Key: adminKey, Variables: map[string]any{"first": 100}})
	lines := []string{}
	for _, node := range all.at(t, "audit.nodes").([]any) {
		entry := node.(map[string]any)
		lines = append(lines, fmt.Sprint(entry["client"], " ", entry["action"], " ", entry["kind"], " ", entry["key"], " ", entry["revision"]))
	}
	want := []string{
		"admin KEY_REVOKED client " + id + " 2", "admin KEY_CREATED client " + id + " 1", "An editor DELETED product B <nil>",
		"An editor CHANGED product A 3", "An editor CREATED fragment f 1", "An editor CHANGED product A 2", "An editor CREATED product B 1", "An editor CREATED product A 1",
		"An editor CREATED channel site 1", "An editor CREATED audience consumer 1",
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("it says\n%s", got)
	}
	if all.at(t, "audit.nodes.2.request") != last.Get("X-Request-Id") || all.at(t, "audit.nodes.2.clientId") == nil || all.at(t, "audit.nodes.0.clientId") != nil || all.at(t, "audit.pageInfo.hasNextPage") != false {
		t.Errorf("%s", all.body)
	}
	// page by page it is the same
	paged, after := 0, any(nil)
	for range want {
		page := h.send(t, asked{Query: entries, Key: adminKey, Variables: map[string]any{"first": 4, "after": after}})
		for _, node := range page.at(t, "audit.nodes").([]any) {
			if id := node.(map[string]any)["id"]; id != all.at(t, fmt.Sprintf("audit.nodes.%d.id", paged)) {
				t.Errorf("%d is %v", paged, id)
			}
			paged++
		}
		if after = page.at(t, "audit.pageInfo.endCursor"); page.at(t, "audit.pageInfo.hasNextPage") == false {
			break
		}
	}
	if paged != len(want) {
		t.Errorf("page by page there are %d", paged)
	}
	h.send(t, asked{Query: entries, Key: adminKey, Variables: map[string]any{"after": "nonsense"}}).fails(t, "BAD_USER_INPUT", "nonsense")
	if lines := strings.Count(h.log.String(), `"msg":"audit"`); lines != len(want) {
		t.Errorf("the log has %d lines", lines)
	}
}

// Every refusal is a line of the log, and no request leaves more than ten.
func TestWhatIsRefusedIsLogged(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	h.register(t, "key-of-a-reader", content.Client{Name: "A reader", Markets: []string{"DK"}})
	for name, test := range map[string]struct {
		asked asked
		says  []string
	}{
		"a key that nobody has":    {asked{Query: `{ channels { key } }`, Key: "a-key-of-nobody"}, []string{"/graphql", "nobody has this API key"}},
		"a field, anonymous":       {asked{Query: `{ keys { id } }`}, []string{"field keys", "admin", `"client":"anonymous"`}},
		"a field":                  {asked{Query: `mutation { deleteProducts(skus: []) { deleted } }`, Key: "key-of-a-reader"}, []string{"field deleteProducts", "write", `"client":"A reader"`, `"clientId":"`}},
		"a preview":                {asked{Query: `query @inContext(preview: true) { channels { key } }`}, []string{"preview"}},
		"an audience":              {asked{Query: `query @inContext(audience: "dealer") { channels { key } }`}, []string{`the audience \"dealer\"`}},
		"a channel":                {asked{Query: `{ view(context: {channel: "partners"}) { context { locale } } }`}, []string{`the channel \"partners\"`}},
		"a market":                 {asked{Query: `{ channels { key } }`, Key: "key-of-a-reader", Headers: map[string]string{"Unisono-Market": "DE"}}, []string{`the market \"DE\"`}},
		"an id in another context": {asked{Query: `{ channels { key } }`, Headers: map[string]string{"Unisono-Channel": "partners"}}, []string{`the channel \"partners\"`}},
	} {
		t.Run(name, func(t *testing.T) {
			test.asked.Headers = withID(test.asked.Headers, strings.ReplaceAll(name, " ", "-"))
			h.send(t, test.asked)
			found := refusals(h.log.String(), test.asked.Headers["X-Request-Id"])
			if len(found) != 1 {
				t.Fatalf("there are %d lines", len(found))
			}
			for _, part := range test.says {
				if !strings.Contains(found[0], part) {
					t.Errorf("%s does not say %s", found[0], part)
				}
			}
		})
	}
	h.send(t, asked{Query: `query @inContext(audience: "nobody") { channels { key } }`, Headers: withID(nil, "unknown")})
	if found := refusals(h.log.String(), "unknown"); len(found) != 0 {
		t.Errorf("what is not there is logged as refused: %s", found)
	}
	aliases := strings.Builder{}
	for i := range 100 {
		fmt.Fprintf(&aliases, "k%d: keys { id } ", i)
	}
	h.send(t, asked{Query: `{ context { locale } ` + aliases.String() + `}`, Headers: withID(nil, "many")})
	if found := refusals(h.log.String(), "many"); len(found) != 10 && len(found) != 1 {
		t.Errorf("100 refusals left %d lines", len(found))
	}
}

func withID(headers map[string]string, id string) map[string]string {
	with := map[string]string{"X-Request-Id": strings.ReplaceAll(id, ",", "")}
	for name, value := range headers {
		with[name] = value
	}
	return with
}

// refusals gives the lines of the log that say of one request that something was refused.
func refusals(log, id string) []string {
	found := []string{}
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"msg":"access refused"`) && strings.Contains(line, `"id":"`+id+`"`) {
			found = append(found, line)
		}
	}
	return found
}

// Nothing by which somebody proves who they are is logged or kept, however it is sent.
func TestSecretsAreNeverLogged(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	secret, id := h.made(t, "The app", "--permission", "write,admin")
	_, rotated, _ := h.through(t, "keys", "rotate", id, "--overlap", "1h")
	secrets := map[string]string{"the admin's key": adminKey, "a new key": secret, "a rotated one": strings.TrimSpace(rotated), "a wrong one": "a-key-of-nobody-that-is-wrong", "a password": "Pa55word-in-a-basic-header"}
	for _, key := range secrets {
		for _, query := range []string{`{ caller { name } }`, `{ keys { id } }`, `mutation { upsertProducts(products: [{sku: "X", slug: "x"}]) { written } }`, `nonsense`, `{ product(sku: 1.5) { sku } }`} {
			h.askAs(t, key, query)
		}
		do(t, http.MethodGet, h.url+"/graphql?query="+key+"&key="+key+"&access_token="+key, "", map[string]string{"Authorization": "Basic " + key})
		do(t, http.MethodPost, h.url+"/content/import?key="+key, "{}", map[string]string{"Authorization": "bearer " + key})
		do(t, http.MethodPost, h.url+"/graphql", `{"query": "{ caller { name } }", "key": "`+key+`"}`, map[string]string{"Content-Type": "application/json", "X-Api-Key": key})
		do(t, http.MethodPost, h.url+"/graphql", `{"query": "query ($k: String) { product(slug: $k) { sku } }", "variables": {"k": "`+key+`"}}`, map[string]string{"Content-Type": "application/json"})
	}
	record := string(h.askAs(t, adminKey, `{ audit(first: 100) { nodes { client clientId request action kind key } } keys { id name } }`).body)
	for what, key := range secrets {
		if key == "" || strings.Contains(h.log.String(), key) || strings.Contains(record, key) {
			t.Errorf("%s (%q) is in the log or in the record", what, key)
		}
	}
}
