package token

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
)

// The algorithms in which a token may be signed. In those that are left out, whoever can check a signature can make one too, or anybody can.
var (
	algorithms        = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
	defaultAlgorithms = []string{"RS256", "ES256", "EdDSA", "PS256"}
)

// Bounds of the configuration.
const (
	maxSkew      = 5 * time.Minute
	maxWordBytes = 200
	maxURLBytes  = 4096
	maxList      = 1000
)

// checker gathers what is wrong with a configuration.
type checker struct{ problems fault.Problems }

func (c *checker) add(at fault.Place, format string, args ...any) {
	c.problems.Add(at, fault.Invalid, fmt.Sprintf(format, args...))
}

// check says what is wrong.
func (c Config) check() fault.Problems {
	all, seen := &checker{}, map[string]bool{}
	at := fault.Place{"issuers"}
	if len(c.Issuers) == 0 {
		all.add(at, "it is missing; at least one identity provider is expected")
	}
	for i, issuer := range c.Issuers {
		all.issuer(at.Index(i), issuer)
		if issuer.Issuer != "" && seen[issuer.Issuer] {
			all.add(at.Index(i).Field("issuer"), "%.200q stands there twice", issuer.Issuer)
		}
		seen[issuer.Issuer] = true
	}
	return all.problems
}

func (c *checker) issuer(at fault.Place, issuer Issuer) {
	if issuer.Issuer == "" {
		c.add(at.Field("issuer"), "it is missing; the claim iss of its tokens is expected, such as https://login.example.com/")
	} else {
		c.url(at.Field("issuer"), issuer.Issuer)
	}
	if issuer.JWKS != "" {
		c.url(at.Field("jwks"), issuer.JWKS)
	} else if strings.Contains(issuer.Issuer, "?") {
		c.add(at.Field("jwks"), "it is missing; keys are not to be discovered from an issuer with a query")
	}
	if len(issuer.Audience) == 0 {
		c.add(at.Field("audience"), "it is missing; the claim aud of tokens for this gateway is expected, such as unisono")
	}
	checkWords(c, at.Field("audience"), issuer.Audience)
	checkWords(c, at.Field("algorithms"), issuer.Algorithms)
	for i, algorithm := range issuer.Algorithms {
		c.algorithm(at.Field("algorithms").Index(i), algorithm)
	}
	if issuer.Skew < 0 || issuer.Skew > maxSkew {
		c.add(at.Field("skew"), "%v is not between 0s and %v", issuer.Skew, maxSkew)
	}
	c.optional(at.Field("client"), issuer.Client)
	if len(issuer.Grants) > maxList {
		c.add(at.Field("grants"), "it has %d elements; at most %d are taken", len(issuer.Grants), maxList)
	}
	for i, grant := range issuer.Grants {
		c.grant(at.Field("grants").Index(i), grant)
	}
}

func (c *checker) algorithm(at fault.Place, algorithm string) {
	switch {
	case slices.Contains(algorithms, algorithm):
	case strings.EqualFold(algorithm, "none"):
		c.add(at, "none is not accepted, for such a token is signed by nobody; there are %s", strings.Join(algorithms, ", "))
	case strings.HasPrefix(strings.ToUpper(algorithm), "HS"):
		c.add(at, "%.20s is not accepted, for whoever can check its signatures can make them too; there are %s", algorithm, strings.Join(algorithms, ", "))
	default:
		c.add(at, "%.20q is no algorithm that is known here; there are %s", algorithm, strings.Join(algorithms, ", "))
	}
}

func (c *checker) grant(at fault.Place, grant Grant) {
	c.optional(at.Field("claim"), grant.Claim)
	c.optional(at.Field("value"), grant.Value)
	if grant.Claim == "" && grant.Value != "" {
		c.add(at.Field("claim"), "it is missing; the claim that has this value is expected")
	}
	checkWords(c, at.Field("permissions"), grant.Permissions)
	for i, permission := range grant.Permissions {
		if !slices.Contains(access.Permissions(), permission) {
			c.add(at.Field("permissions").Index(i), "%.40q is no permission; there are %s", permission, content.List(access.Permissions()))
		}
	}
	checkWords(c, at.Field("channels"), grant.Channels)
	checkWords(c, at.Field("audiences"), grant.Audiences)
	checkWords(c, at.Field("markets"), grant.Markets)
	for i, market := range grant.Markets {
		if market != access.Open {
			c.market(at.Field("markets").Index(i), market)
		}
	}
	checkWords(c, at.Field("origins"), grant.Origins)
	for i, origin := range grant.Origins {
		if origin != access.Open && !isOrigin(origin) {
			c.add(at.Field("origins").Index(i), "%.200q is no origin as browsers send it; one such as https://shop.example is expected, or *", origin)
		}
	}
	if grant.Defaults != nil {
		c.defaults(at.Field("defaults"), grant.Defaults)
	}
}

func (c *checker) defaults(at fault.Place, defaults *content.Defaults) {
	c.optional(at.Field("channel"), defaults.Channel)
	c.optional(at.Field("audience"), defaults.Audience)
	if defaults.Market != "" {
		c.market(at.Field("market"), defaults.Market)
	}
}

func (c *checker) market(at fault.Place, market string) {
	if !content.IsCountryCode(market) {
		c.add(at, "%.40q is no country code; two capital letters are expected, such as DK", market)
	}
}

// checkWords checks a list of names.
func checkWords[S ~string](c *checker, at fault.Place, words []S) {
	if len(words) > maxList {
		c.add(at, "it has %d elements; at most %d are taken", len(words), maxList)
	}
	for i, word := range words {
		c.optional(at.Index(i), string(word))
		if word == "" {
			c.add(at.Index(i), "it is empty")
		} else if slices.Contains(words[:i], word) {
			c.add(at.Index(i), "%.40q stands twice in this list", word)
		}
	}
}

// optional checks a name that may be left out.
func (c *checker) optional(at fault.Place, word string) {
	switch {
	case len(word) > maxWordBytes:
		c.add(at, "it has %d bytes; at most %d are taken", len(word), maxWordBytes)
	case !utf8.ValidString(word), strings.ContainsFunc(word, unicode.IsControl):
		c.add(at, "%q holds characters that no name can have", word)
	case strings.TrimSpace(word) != word:
		c.add(at, "%q begins or ends with white space", word)
	}
}

func (c *checker) url(at fault.Place, text string) {
	parsed, err := url.Parse(text)
	switch {
	case len(text) > maxURLBytes:
		c.add(at, "it has %d bytes; at most %d are taken", len(text), maxURLBytes)
	case err != nil || parsed.Host == "":
		c.add(at, "%.200q is no URL; one such as https://login.example.com/ is expected", text)
	case parsed.User != nil || strings.Contains(text, "#"):
		c.add(at, "a URL without a user or a fragment is expected")
	case !isSafe(parsed):
		c.add(at, "%.200q is not https: who stands between could give keys of their own; http is for this machine alone", text)
	}
}

// isSafe says that nobody can listen in on, or answer in place of, who is asked by a URL.
func isSafe(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// isOrigin says that a text is an origin to the letter, as it is compared with what browsers send: scheme, host in small letters, and the port
// where it is not the scheme's own.
func isOrigin(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Hostname() != "" && parsed.Scheme+"://"+parsed.Host == text && strings.ToLower(text) == text && isSafe(parsed) &&
		!strings.HasSuffix(parsed.Host, ":") && (parsed.Scheme != "https" || parsed.Port() != "443") && (parsed.Scheme != "http" || parsed.Port() != "80")
}
