package locale

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// Bounds of what is read of an Accept-Language header; browsers send some ten ranges.
const (
	maxHeader = 1024
	maxRanges = 32
)

// Negotiator chooses among the locales of one list by Accept-Language. Making one is costly, so it is made once for a
// list; it does not change, and any number of goroutines may use it.
type Negotiator struct {
	supported []Tag
	tags      []language.Tag // of supported, at the same places
	matcher   language.Matcher
}

// NewNegotiator makes a Negotiator for the locales that can be served, the default first. It copies the list.
func NewNegotiator(supported []Tag) *Negotiator {
	n := &Negotiator{supported: slices.Clone(supported), tags: make([]language.Tag, len(supported))}
	for i, tag := range supported {
		n.tags[i] = language.Make(string(tag))
	}
	n.matcher = language.NewMatcher(n.tags)
	return n
}

// Negotiate is [Negotiator.Negotiate] for a list that is used once, the default first.
func Negotiate(acceptLanguage string, supported []Tag) (Tag, bool) {
	return NewNegotiator(supported).Negotiate(acceptLanguage)
}

// Negotiate gives the supported locale that fits an Accept-Language header (RFC 9110 §12.5.4) best, and whether one fits:
// false comes with the default, which is then no more than that. It never fails; a header that is malformed counts as
// none. Without supported locales it gives "".
//
// Ranges count in order of their weight, then of place. A locale is excluded if the longest range that is a prefix of it
// has weight 0 ('*' being the shortest). Among the others the matcher of golang.org/x/text decides, whose matches count
// from confidence High: a reader of zh-TW does not get zh-Hans. Matching is not inheritance: en-AU fits en-US before en-001.
//
// A '*' expresses no preference, so it fits nothing (programs send it where nobody chose), unless the default is
// excluded: then the first locale that is not excluded fits. A range of a language nobody registered is passed over. Of
// a long header only the ranges that end within 1024 bytes are read, and of these the first 32.
func (n *Negotiator) Negotiate(acceptLanguage string) (Tag, bool) {
	if len(n.supported) == 0 {
		return "", false
	}
	ranges, ok := parseAccept(acceptLanguage)
	if !ok || len(ranges) == 0 {
		return n.supported[0], false
	}
	supported, matcher := n.allowed(ranges)
	if len(supported) == 0 {
		return n.supported[0], false
	}
	var wanted []language.Tag
	anything := false
	for _, r := range ranges {
		switch {
		case r.weight == 0:
		case r.any:
			anything = true
		default:
			wanted = append(wanted, r.tag)
		}
	}
	if len(wanted) > 0 {
		// The tag that Match gives has the reader's region in it (en-u-rg-auzzzz); the index is what was asked for.
		if _, i, confidence := matcher.Match(wanted...); confidence >= language.High {
			return supported[i], true
		}
	}
	if anything && supported[0] != n.supported[0] {
		return supported[0], true
	}
	return n.supported[0], false
}

// allowed gives the locales that no range excludes, and their matcher.
func (n *Negotiator) allowed(ranges []accepted) ([]Tag, language.Matcher) {
	if !slices.ContainsFunc(ranges, func(r accepted) bool { return r.weight == 0 }) {
		return n.supported, n.matcher
	}
	var supported []Tag
	var tags []language.Tag
	for i, tag := range n.supported {
		if !excluded(tag, ranges) {
			supported, tags = append(supported, tag), append(tags, n.tags[i])
		}
	}
	if len(supported) == len(n.supported) || len(supported) == 0 {
		return supported, n.matcher
	}
	return supported, language.NewMatcher(tags)
}

// excluded says that the longest range that is a prefix of a tag has weight 0. Of two that are equally long the heavier
// counts; ranges come with the heavier first.
func excluded(tag Tag, ranges []accepted) bool {
	longest, verdict := -1, false
	for _, r := range ranges {
		if len(r.prefix) > longest && r.covers(tag) {
			longest, verdict = len(r.prefix), r.weight == 0
		}
	}
	return verdict
}

// accepted is one range of the header.
type accepted struct {
	tag    language.Tag // none where any
	prefix string       // canonical; "" where any, and where part of the range is not registered
	any    bool         // the range is '*'
	weight float64      // from 0 to 1
}

// covers is the basic filtering of RFC 4647 §3.3.1.
func (r accepted) covers(tag Tag) bool {
	if r.any {
		return true
	}
	rest, ok := strings.CutPrefix(string(tag), r.prefix)
	return ok && r.prefix != "" && (rest == "" || rest[0] == '-')
}

// parseAccept reads a header into its ranges, the heaviest first. False means that it is malformed.
func parseAccept(header string) ([]accepted, bool) {
	if len(header) > maxHeader {
		// What may be cut in half is not read.
		header = header[:max(strings.LastIndexByte(header[:maxHeader+1], ','), 0)]
	}
	var ranges []accepted
	elements := 0
	for element := range strings.SplitSeq(header, ",") {
		element = strings.Trim(element, " \t")
		if element == "" {
			continue // RFC 9110 §5.6.1: empty elements of a list are ignored
		}
		if elements++; elements > maxRanges {
			break
		}
		name, parameter, weighted := strings.Cut(element, ";")
		r := accepted{weight: 1}
		if weighted {
			var ok bool
			if r.weight, ok = parseWeight(parameter); !ok {
				return nil, false
			}
		}
		name = strings.TrimRight(name, " \t")
		switch {
		case name == "*":
			r.any = true
		case !isRange(name):
			return nil, false
		case !r.resolve(name):
			continue
		}
		ranges = append(ranges, r)
	}
	slices.SortStableFunc(ranges, func(a, b accepted) int { return cmp.Compare(b.weight, a.weight) })
	return ranges, true
}

// resolve finds the language of a well-formed range; false where there is none. Of a range that is registered in part,
// such as de-YY, the rest is matched, but as it names no more than that part it excludes nothing.
func (r *accepted) resolve(name string) bool {
	tag, err := language.Parse(name)
	if unknown := language.ValueError(nil); err != nil && !errors.As(err, &unknown) {
		return false
	}
	if !hasLanguage(tag) {
		return false
	}
	r.tag = tag
	if err == nil {
		r.prefix = tag.String()
	}
	return true
}

// parseWeight reads q=0.8, more lenient than RFC 9110 §12.4.2 only in the number of digits and in a missing 0 before the dot.
func parseWeight(parameter string) (float64, bool) {
	parameter = strings.Trim(parameter, " \t")
	if len(parameter) < 3 || len(parameter) > 16 || parameter[0]|0x20 != 'q' || parameter[1] != '=' {
		return 0, false
	}
	digits := parameter[2:]
	if strings.Trim(digits, "0123456789.") != "" {
		return 0, false // ParseFloat reads signs, exponents and NaN too
	}
	weight, err := strconv.ParseFloat(digits, 64)
	return weight, err == nil && weight <= 1
}

// isRange is the language-range of RFC 4647 §2.1, '*' apart, with '_' let pass for '-'.
func isRange(name string) bool {
	isSeparator := func(r rune) bool { return r == '-' || r == '_' }
	first := true
	for {
		i := strings.IndexFunc(name, isSeparator)
		subtag := name
		if i >= 0 {
			subtag = name[:i]
		}
		if len(subtag) < 1 || len(subtag) > 8 || strings.ContainsFunc(subtag, func(r rune) bool { return !alphanumeric(r, first) }) {
			return false
		}
		if i < 0 {
			return true
		}
		name, first = name[i+1:], false
	}
}

func alphanumeric(r rune, onlyLetters bool) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || !onlyLetters && '0' <= r && r <= '9'
}
