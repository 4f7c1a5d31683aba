package token

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
)

// Config says whose tokens are accepted.
type Config struct{ Issuers []Issuer }

// Issuer is an identity provider, and what its tokens grant.
type Issuer struct {
	Issuer     string        // the claim iss of its tokens, letter for letter: a URL
	Audience   []string      // the claim aud of a token must have one of these: tokens that are meant for others are not for this gateway
	JWKS       string        // URL of its keys; "": its discovery document says it
	Algorithms []string      // in which its tokens may be signed; none: RS256, ES256, EdDSA, PS256
	Skew       time.Duration // by how much its clock and ours may differ, at most 5 min; 0 is none, and ReadConfig gives 30 s where nothing is said
	Client     string        // the claim that names a client in logs, as a path; "": sub
	Grants     []Grant
}

// Grant is what a token grants that has a claim. Those that hold add up. Every token that is verified grants read, and one for which no
// grant holds may ask for all that is open to everybody.
type Grant struct {
	Claim string // a name, or a path through objects joined by dots; "": the grant holds for every token
	Value string // what the claim must be or have in it; "": it need only be there, and be neither false nor empty

	Permissions []access.Permission // besides read
	Channels    []string            // as in access.Client: an empty list, or access.Open in one, stands for all that is open to everybody
	Audiences   []string            // so too
	Markets     []string            // so too
	Origins     []string            // of the pages in browsers that may send the token: https://host[:port], or access.Open
	Defaults    *content.Defaults   // where several grants give a value, that of the first counts
}

// defaultSkew is what ReadConfig gives where the file says nothing.
const defaultSkew = 30 * time.Second

// ReadConfig reads the configuration from JSON: {"issuers": [{"issuer": …, "audience": […], …}]}. The error, if any, is [fault.Problems]: all
// that is wrong, each with its place.
func ReadConfig(raw []byte) (Config, error) {
	config, r := Config{}, &reader{}
	r.document(raw, r.object(map[string]member{"issuers": r.list(func(at fault.Place, value jsontext.Value) {
		config.Issuers = append(config.Issuers, Issuer{Skew: defaultSkew})
		r.object(r.issuer(&config.Issuers[len(config.Issuers)-1]))(at, value)
	})}))
	problems := r.problems
	for _, problem := range config.check() {
		if !covered(r.problems, problem.Path) {
			problems = append(problems, problem)
		}
	}
	if err := problems.Err(); err != nil {
		return Config{}, err
	}
	return config, nil
}

// covered says that something is wrong already at a place or around it: what could not be read need not be called missing too.
func covered(problems fault.Problems, at fault.Place) bool {
	for _, problem := range problems {
		if len(problem.Path) <= len(at) && equal(problem.Path, at[:len(problem.Path)]) {
			return true
		}
	}
	return false
}

func equal(a []string, b fault.Place) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (r *reader) issuer(into *Issuer) map[string]member {
	return map[string]member{
		"issuer":     word(r, &into.Issuer),
		"audience":   words(r, &into.Audience),
		"jwks":       word(r, &into.JWKS),
		"algorithms": words(r, &into.Algorithms),
		"skew":       r.span(&into.Skew),
		"client":     word(r, &into.Client),
		"grants": r.list(func(at fault.Place, value jsontext.Value) {
			into.Grants = append(into.Grants, Grant{})
			r.object(r.grant(&into.Grants[len(into.Grants)-1]))(at, value)
		}),
	}
}

func (r *reader) grant(into *Grant) map[string]member {
	return map[string]member{
		"claim":       word(r, &into.Claim),
		"value":       word(r, &into.Value),
		"permissions": words(r, &into.Permissions),
		"channels":    words(r, &into.Channels),
		"audiences":   words(r, &into.Audiences),
		"markets":     words(r, &into.Markets),
		"origins":     words(r, &into.Origins),
		"defaults": func(at fault.Place, value jsontext.Value) {
			into.Defaults = &content.Defaults{}
			r.object(r.defaults(into.Defaults))(at, value)
		},
	}
}

func (r *reader) defaults(into *content.Defaults) map[string]member {
	return map[string]member{
		"channel":  word(r, &into.Channel),
		"audience": word(r, &into.Audience),
		"locale": r.text(func(at fault.Place, text string) {
			if err := into.Locale.UnmarshalText([]byte(text)); err != nil {
				r.add(at, "%v", err)
			}
		}),
		"market":      word(r, &into.Market),
		"device":      oneOf(r, &into.Device, content.Devices()),
		"moment":      oneOf(r, &into.Moment, content.Moments()),
		"medium":      oneOf(r, &into.Medium, content.Mediums()),
		"publication": oneOf(r, &into.Publication, content.Publications()),
		"format":      oneOf(r, &into.Format, content.Formats()),
	}
}
