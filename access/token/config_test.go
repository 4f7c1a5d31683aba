package token_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/access"
	"unisono/access/token"
	"unisono/content"
	"unisono/fault"
)

const whole = `{"issuers": [{
	"issuer": "https://login.example.com/", "audience": ["unisono"], "jwks": "https://login.example.com/keys?p=1",
	"algorithms": ["RS256", "ES512"], "skew": "1m", "client": "azp",
	"grants": [
		{"channels": ["web", "*"]},
		{"claim": "realm_access.roles", "value": "dealer", "permissions": ["read", "preview"], "channels": ["b2b"], "audiences": ["dealer"], "markets": ["DK", "*"],
		 "origins": ["https://shop.example", "https://shop.example:8443", "http://localhost:5173", "*"],
		 "defaults": {"channel": "b2b", "audience": "dealer", "locale": "da-dk", "market": "DK", "device": "PHONE", "moment": "BUY", "medium": "TEXT", "publication": "PAGE", "format": "WEB"}}
	]
}, {"issuer": "http://127.0.0.1:8080", "audience": ["unisono"]}]}`

func TestReadConfig(t *testing.T) {
	config, err := token.ReadConfig([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := token.Config{Issuers: []token.Issuer{{
		Issuer: "https://login.example.com/", Audience: []string{"unisono"}, JWKS: "https://login.example.com/keys?p=1",
		Algorithms: []string{"RS256", "ES512"}, Skew: time.Minute, Client: "azp",
		Grants: []token.Grant{
			{Channels: []string{"web", "*"}},
			{
				Claim: "realm_access.roles", Value: "dealer", Permissions: []access.Permission{access.Read, access.Preview}, Channels: []string{"b2b"},
				Audiences: []string{"dealer"}, Markets: []string{"DK", "*"},
				Origins: []string{"https://shop.example", "https://shop.example:8443", "http://localhost:5173", "*"},
				Defaults: &content.Defaults{
					Channel: "b2b", Audience: "dealer", Locale: "da-DK", Market: "DK", Device: "PHONE", Moment: "BUY", Medium: content.Text,
					Publication: "PAGE", Format: "WEB",
				},
			},
		},
	}, {Issuer: "http://127.0.0.1:8080", Audience: []string{"unisono"}, Skew: 30 * time.Second}}}
	if diff := cmp.Diff(want, config); diff != "" {
		t.Error(diff)
	}
	if config, err = token.ReadConfig([]byte(`{"issuers": [{"issuer": "https://a.example", "audience": ["b"], "skew": "0s"}]}`)); err != nil || config.Issuers[0].Skew != 0 {
		t.Errorf("it is %+v, %v", config, err)
	}
}

// issuer is a configuration with one issuer that is right, but for what is added.
func issuer(members string) string {
	return `{"issuers": [{"issuer": "https://a.example/", "audience": ["unisono"], ` + members + `}]}`
}

func grant(members string) string { return issuer(`"grants": [{` + members + `}]`) }

func TestMistakesInTheConfiguration(t *testing.T) {
	for name, test := range map[string]struct {
		raw  string
		want []string // each problem's place, a colon, and the beginning of what it says
	}{
		"nothing":                    {``, []string{": this is not JSON"}},
		"no JSON":                    {`{"issuers": [}`, []string{": this is not JSON"}},
		"more behind it":             {`{"issuers": []} {}`, []string{": this is not JSON"}},
		"a list":                     {`[]`, []string{": an object is expected, not a list"}},
		"no issuers":                 {`{}`, []string{"issuers: it is missing"}},
		"an empty list":              {`{"issuers": []}`, []string{"issuers: it is missing"}},
		"null":                       {`{"issuers": null}`, []string{"issuers: a list is expected, not null"}},
		"an unknown field":           {`{"issuer": []}`, []string{"issuer: there is no such field; there are issuers", "issuers: it is missing"}},
		"a field twice":              {issuer(`"jwks": "https://a.example/1", "jwks": "https://a.example/2"`), []string{"issuers.0.jwks: it stands there twice"}},
		"an empty issuer":            {`{"issuers": [{}]}`, []string{"issuers.0.issuer: it is missing", "issuers.0.audience: it is missing"}},
		"an issuer that is a text":   {`{"issuers": ["https://a.example/"]}`, []string{"issuers.0: an object is expected, not a text"}},
		"all of an issuer":           {`{"issuers": [{"issuer": 1, "audience": "x", "jwks": true, "algorithms": {}, "skew": 30, "client": [], "grants": null}]}`, []string{"issuers.0.issuer: a text", "issuers.0.audience: a list", "issuers.0.jwks: a text is expected, not true", "issuers.0.algorithms: a list is expected, not an object", "issuers.0.skew: a text is expected, not a number", "issuers.0.client: a text", "issuers.0.grants: a list"}},
		"an issuer without https":    {`{"issuers": [{"issuer": "http://a.example/", "audience": ["x"]}]}`, []string{`issuers.0.issuer: "http://a.example/" is not https`}},
		"an issuer that is no URL":   {`{"issuers": [{"issuer": "a.example", "audience": ["x"]}]}`, []string{"issuers.0.issuer: \"a.example\" is no URL"}},
		"an issuer with a fragment":  {`{"issuers": [{"issuer": "https://a.example/#x", "audience": ["x"]}]}`, []string{"issuers.0.issuer: a URL without"}},
		"an issuer with a query":     {`{"issuers": [{"issuer": "https://a.example/?x", "audience": ["x"]}]}`, []string{"issuers.0.jwks: it is missing; keys are not to be discovered"}},
		"an issuer twice":            {`{"issuers": [{"issuer": "https://a.example/", "audience": ["x"]}, {"issuer": "https://a.example/", "audience": ["y"]}]}`, []string{"issuers.1.issuer: \"https://a.example/\" stands there twice"}},
		"an audience of nobody":      {`{"issuers": [{"issuer": "https://a.example/", "audience": []}]}`, []string{"issuers.0.audience: it is missing"}},
		"an audience that is empty":  {`{"issuers": [{"issuer": "https://a.example/", "audience": ["x", ""]}]}`, []string{"issuers.0.audience.1: it is empty"}},
		"keys without https":         {issuer(`"jwks": "http://a.example/keys"`), []string{"issuers.0.jwks: "}},
		"keys with a password":       {issuer(`"jwks": "https://u:secret@a.example/keys"`), []string{"issuers.0.jwks: a URL without a user"}},
		"keys in a file":             {issuer(`"jwks": "file:///etc/keys"`), []string{"issuers.0.jwks: "}},
		"none":                       {issuer(`"algorithms": ["RS256", "none"]`), []string{"issuers.0.algorithms.1: none is not accepted, for such a token is signed by nobody"}},
		"a symmetric algorithm":      {issuer(`"algorithms": ["HS256"]`), []string{"issuers.0.algorithms.0: HS256 is not accepted, for whoever can check"}},
		"an unknown algorithm":       {issuer(`"algorithms": ["rs256"]`), []string{"issuers.0.algorithms.0: \"rs256\" is no algorithm"}},
		"an algorithm twice":         {issuer(`"algorithms": ["RS256", "RS256"]`), []string{"issuers.0.algorithms.1: \"RS256\" stands twice"}},
		"a skew of words":            {issuer(`"skew": "long"`), []string{"issuers.0.skew: \"long\" is no length of time"}},
		"a skew without a unit":      {issuer(`"skew": "30"`), []string{"issuers.0.skew: \"30\" is no length of time"}},
		"a skew that is long":        {issuer(`"skew": "5m1s"`), []string{"issuers.0.skew: 5m1s is not between 0s and 5m0s"}},
		"a skew below nothing":       {issuer(`"skew": "-1s"`), []string{"issuers.0.skew: -1s is not between"}},
		"an empty claim of the name": {issuer(`"client": ""`), []string{"issuers.0.client: it is empty"}},
		"an empty claim":             {grant(`"claim": "", "permissions": ["admin"]`), []string{"issuers.0.grants.0.claim: it is empty"}},
		"a claim that is null":       {grant(`"claim": null, "permissions": ["admin"]`), []string{"issuers.0.grants.0.claim: a text is expected, not null"}},
		"an empty value":             {grant(`"claim": "roles", "value": ""`), []string{"issuers.0.grants.0.value: it is empty"}},
		"a value that is a number":   {grant(`"claim": "roles", "value": 1`), []string{"issuers.0.grants.0.value: a text is expected, not a number"}},
		"a value without a claim":    {grant(`"value": "x"`), []string{"issuers.0.grants.0.claim: it is missing"}},
		"an unknown field's list":    {grant(`"permission": ["read"]`), []string{"issuers.0.grants.0.permission: there is no such field; there are audiences, channels, claim"}},
		"an unknown permission":      {grant(`"permissions": ["read", "all"]`), []string{`issuers.0.grants.0.permissions.1: "all" is no permission; there are read, preview, write, profiles, admin`}},
		"a market in small letters":  {grant(`"markets": ["*", "dk"]`), []string{`issuers.0.grants.0.markets.1: "dk" is no country code`}},
		"a channel twice":            {grant(`"channels": ["a", "a"]`), []string{`issuers.0.grants.0.channels.1: "a" stands twice`}},
		"white space around a name":  {grant(`"audiences": [" a"]`), []string{`issuers.0.grants.0.audiences.0: " a" begins or ends with white space`}},
		"a control character":        {grant(`"channels": ["a\u0000"]`), []string{"issuers.0.grants.0.channels.0: "}},
		"a long name":                {grant(`"claim": "` + strings.Repeat("a", 201) + `"`), []string{"issuers.0.grants.0.claim: it has 201 bytes"}},
		"a long list":                {grant(`"channels": [` + strings.Repeat(`"a",`, 1000) + `"a"]`), []string{"issuers.0.grants.0.channels: it has 1001 elements"}},
		"origins": {
			grant(`"origins": ["https://a.example/", "http://a.example", "a.example", "https://A.example", "https://a.example:443", "https://a.example:", "https://", "null", "https://u@a.example", "*"]`),
			[]string{"issuers.0.grants.0.origins.0: ", "issuers.0.grants.0.origins.1: ", "issuers.0.grants.0.origins.2: ", "issuers.0.grants.0.origins.3: ", "issuers.0.grants.0.origins.4: ", "issuers.0.grants.0.origins.5: ", "issuers.0.grants.0.origins.6: ", "issuers.0.grants.0.origins.7: ", "issuers.0.grants.0.origins.8: "},
		},
		"defaults": {
			grant(`"defaults": {"channel": "", "locale": "x", "market": "dk", "device": "phone", "moment": "NOW", "medium": "INK", "publication": "BOOK", "format": "A4", "at": "now"}`),
			[]string{"issuers.0.grants.0.defaults.channel: it is empty", "issuers.0.grants.0.defaults.locale: ", "issuers.0.grants.0.defaults.device: \"phone\" is none of those that there are: DESKTOP", "issuers.0.grants.0.defaults.moment: ", "issuers.0.grants.0.defaults.medium: ", "issuers.0.grants.0.defaults.publication: ", "issuers.0.grants.0.defaults.format: ", "issuers.0.grants.0.defaults.at: there is no such field", "issuers.0.grants.0.defaults.market: "},
		},
		"all together": {
			`{"issuers": [{"issuer": "x", "skew": "1h", "grants": [{"value": "a"}, {"permissions": ["a"]}]}, {"audience": [1]}]}`,
			[]string{"issuers.1.audience.0: a text", "issuers.0.issuer: ", "issuers.0.audience: it is missing", "issuers.0.skew: ", "issuers.0.grants.0.claim: ", "issuers.0.grants.1.permissions.0: ", "issuers.1.issuer: it is missing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := token.ReadConfig([]byte(test.raw))
			var problems fault.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("it is %v", err)
			}
			if name == "a long list" {
				problems = problems[:1]
			}
			if len(problems) != len(test.want) {
				t.Fatalf("the problems are %v", problems)
			}
			for i, problem := range problems {
				if line := strings.Join(problem.Path, ".") + ": " + problem.Message; !strings.HasPrefix(line, test.want[i]) || problem.Code != fault.Invalid {
					t.Errorf("it says %s, not %s", line, test.want[i])
				}
				if strings.Contains(problem.Message, "secret") {
					t.Error("it tells a password")
				}
			}
		})
	}
}

// What is put together by hand is checked as what is read.
func TestOpenRefusesWhatIsNotRight(t *testing.T) {
	for name, config := range map[string]token.Config{
		"nobody":      {},
		"no audience": {Issuers: []token.Issuer{{Issuer: "https://a.example/"}}},
		"HS256":       {Issuers: []token.Issuer{{Issuer: "https://a.example/", Audience: []string{"a"}, Algorithms: []string{"HS256"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			verifier, err := token.Open(t.Context(), config, token.Options{})
			if problems := fault.Problems(nil); verifier != nil || !errors.As(err, &problems) {
				t.Errorf("it is %v", err)
			}
		})
	}
}

func FuzzReadConfig(f *testing.F) {
	for _, raw := range []string{whole, `{}`, issuer(`"client": "a.b"`), grant(`"claim": "a"`), grant(`"defaults": {"locale": "de"}`), `{"issuers": [[], null, {"issuer": ""}]}`, `{"issuers": [{"\ud800": 1}]}`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		config, err := token.ReadConfig(raw)
		if err == nil {
			for _, issuer := range config.Issuers {
				if len(issuer.Audience) == 0 || slices.ContainsFunc(issuer.Algorithms, func(a string) bool { return strings.HasPrefix(a, "HS") }) {
					t.Fatalf("it takes %+v", issuer)
				}
			}
			verifier, err := token.Open(t.Context(), config, token.Options{})
			if err != nil {
				t.Fatalf("what was read cannot be opened: %v", err)
			}
			verifier.Close()
			return
		}
		var problems fault.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("it is %v", err)
		}
		for _, problem := range problems {
			if problem.Message == "" {
				t.Fatalf("a problem says nothing: %+v", problem)
			}
		}
	})
}
