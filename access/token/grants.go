package token

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"unisono/access"
	"unisono/content"
)

// maxName bounds a client's name in logs, in characters.
const maxName = 100

// clientOf makes the client of a token from its claims, which have been verified.
func clientOf(issuer Issuer, claims map[string]any) *access.Client {
	client := &access.Client{Name: nameOf(issuer, claims), Permissions: []access.Permission{access.Read}}
	var holding []Grant
	for _, grant := range issuer.Grants {
		if grant.holds(claims) {
			holding = append(holding, grant)
		}
	}
	granted := union(holding, func(g Grant) []access.Permission { return g.Permissions })
	for _, permission := range access.Permissions() {
		if permission != access.Read && slices.Contains(granted, permission) {
			client.Permissions = append(client.Permissions, permission)
		}
	}
	client.Channels = lists(holding, func(g Grant) []string { return g.Channels })
	client.Audiences = lists(holding, func(g Grant) []string { return g.Audiences })
	client.Markets = lists(holding, func(g Grant) []string { return g.Markets })
	client.Origins = union(holding, func(g Grant) []string { return g.Origins })
	client.Defaults = defaultsOf(holding)
	return client
}

// lists adds up what grants let a client ask for. A list that is empty stands for all that is open to everybody, beside which another's names
// are only heard if that is said.
func lists(grants []Grant, of func(Grant) []string) []string {
	all := union(grants, of)
	if len(all) > 0 && !slices.Contains(all, access.Open) && slices.ContainsFunc(grants, func(g Grant) bool { return len(of(g)) == 0 }) {
		return append([]string{access.Open}, all...)
	}
	return all
}

// union gives what stands in any of the grants' lists, once, in their order; nil: nothing does.
func union[S ~string](grants []Grant, of func(Grant) []S) []S {
	var all []S
	for _, grant := range grants {
		for _, one := range of(grant) {
			if !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	return all
}

// defaultsOf gives the defaults of several grants: for each part, that of the first which has one. nil: none has.
func defaultsOf(grants []Grant) *content.Defaults {
	all := content.Defaults{}
	for _, grant := range grants {
		if of := grant.Defaults; of != nil {
			first(&all.Channel, of.Channel)
			first(&all.Audience, of.Audience)
			first(&all.Locale, of.Locale)
			first(&all.Market, of.Market)
			first(&all.Device, of.Device)
			first(&all.Moment, of.Moment)
			first(&all.Medium, of.Medium)
			first(&all.Publication, of.Publication)
			first(&all.Format, of.Format)
		}
	}
	if all == (content.Defaults{}) {
		return nil
	}
	return &all
}

func first[S ~string](into *S, of S) {
	if *into == "" {
		*into = of
	}
}

// holds says whether a token has the claim that the grant is for.
func (g Grant) holds(claims map[string]any) bool {
	if g.Claim == "" {
		return true
	}
	claim, there := lookUp(claims, g.Claim)
	switch {
	case !there:
		return false
	case g.Value == "":
		return says(claim)
	default:
		return has(claim, g.Value)
	}
}

// lookUp finds a claim by its path. A name may hold dots itself, as those of a house's own claims do, which are URLs; so the whole path is
// tried as a name, and then each way to cut it in two.
func lookUp(object map[string]any, path string) (any, bool) {
	if claim, there := object[path]; there {
		return claim, true
	}
	for i, char := range path {
		if char != '.' {
			continue
		}
		if inner, is := object[path[:i]].(map[string]any); is {
			if claim, there := lookUp(inner, path[i+1:]); there {
				return claim, true
			}
		}
	}
	return nil, false
}

// says is false for a claim that is there and says no, or nothing: null, false, "", and what is empty.
func says(claim any) bool {
	switch claim := claim.(type) {
	case nil:
		return false
	case bool:
		return claim
	case string:
		return strings.TrimSpace(claim) != ""
	case []any:
		return len(claim) > 0
	case map[string]any:
		return len(claim) > 0
	default:
		return true
	}
}

// has says that a claim is a value, or holds it: as an element of a list, or as one of the words of a text, as scope does (RFC 8693).
func has(claim any, value string) bool {
	switch claim := claim.(type) {
	case string:
		return claim == value || slices.Contains(strings.Fields(claim), value)
	case []any:
		return slices.ContainsFunc(claim, func(one any) bool {
			text, is := textOf(one)
			return is && text == value
		})
	default:
		text, is := textOf(claim)
		return is && text == value
	}
}

// textOf gives a claim as text: a number as it stands in the token.
func textOf(claim any) (string, bool) {
	switch claim := claim.(type) {
	case string:
		return claim, true
	case bool:
		return strconv.FormatBool(claim), true
	case json.Number:
		return claim.String(), true
	default:
		return "", false
	}
}

// nameOf gives the name that a client has in logs.
func nameOf(issuer Issuer, claims map[string]any) string {
	for _, path := range []string{issuer.Client, "sub"} {
		if path == "" {
			continue
		}
		claim, _ := lookUp(claims, path)
		if text, is := textOf(claim); is {
			if name := printable(text); name != "" {
				return name
			}
		}
	}
	if parsed, err := url.Parse(issuer.Issuer); err == nil {
		return printable("token of " + parsed.Host)
	}
	return "token"
}

// printable bounds a text, and leaves out what would let it pass for something else in a log: control characters, and those that turn the
// direction of writing.
func printable(text string) string {
	kept := strings.Map(func(char rune) rune {
		if unicode.IsControl(char) || unicode.Is(unicode.Cf, char) || char == unicode.ReplacementChar || char == '\u2028' || char == '\u2029' {
			return -1
		}
		return char
	}, text)
	kept = strings.TrimSpace(kept)
	if chars := []rune(kept); len(chars) > maxName {
		kept = strings.TrimSpace(string(chars[:maxName]))
	}
	return kept
}
