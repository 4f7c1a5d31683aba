package cdn

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// directives are those of Cache-Control, by their names in small letters, each with all its arguments.
type directives map[string][]string

// parse reads Cache-Control: names without an argument have "".
func parse(header http.Header) directives {
	found := directives{}
	rest := strings.Join(header.Values("Cache-Control"), ",")
	for rest != "" {
		part := ""
		part, rest = cut(rest)
		name, argument, _ := strings.Cut(part, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			found[name] = append(found[name], strings.Trim(strings.TrimSpace(argument), `"`))
		}
	}
	return found
}

// cut cuts a list at its first comma that is not in quotes.
func cut(list string) (part, rest string) {
	quoted := false
	for i, letter := range list {
		switch {
		case letter == '"':
			quoted = !quoted
		case letter == ',' && !quoted:
			return list[:i], list[i+1:]
		}
	}
	return list, ""
}

// has says that a directive is there. One with names of headers, private="Set-Cookie", is taken as one without, which is the safe side.
func (d directives) has(name string) bool { return len(d[name]) > 0 }

// hasAny says that one of some directives is there.
func (d directives) hasAny(names ...string) bool {
	for _, name := range names {
		if d.has(name) {
			return true
		}
	}
	return false
}

// longest is more seconds than anything lives (§1.2.2).
const longest = 1 << 31

// time gives the argument of a directive that names seconds. One that is not right, or is there twice with two meanings, is 0: stale (§4.2.1).
func (d directives) time(name string) (of time.Duration, is bool) {
	if !d.has(name) {
		return 0, false
	}
	for _, argument := range d[name] {
		if argument != d[name][0] {
			return 0, true
		}
	}
	digits := d[name][0]
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, true
	}
	count, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || count > longest {
		count = longest
	}
	return time.Duration(count) * time.Second, true
}

// life is for how long an answer is fresh (§4.2.1); false where it does not say.
func (s *store) life(header http.Header) (time.Duration, bool) {
	said := parse(header)
	for _, name := range []string{"s-maxage", "max-age"} {
		if of, is := said.time(name); is && (name == "max-age" || !s.config.Private) {
			return of, true
		}
	}
	if header.Get("Expires") == "" {
		return 0, false
	}
	until, err := http.ParseTime(header.Get("Expires"))
	date, unknown := http.ParseTime(header.Get("Date"))
	if err != nil || unknown != nil {
		return 0, true // "0" is in the past (§5.3)
	}
	return until.Sub(date), true
}

// ageOf is how old an answer was when it was received (§4.2.3); asking took no time.
func ageOf(header http.Header, received time.Time) time.Duration {
	age := time.Duration(0)
	if count, err := strconv.ParseInt(header.Get("Age"), 10, 64); err == nil && count > 0 {
		age = time.Duration(min(count, longest)) * time.Second
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		// Date has whole seconds: what came in the second that it names is not older than nothing.
		age = max(age, received.Truncate(time.Second).Sub(date))
	}
	return age
}

// mayKeep says that the cache may keep an answer (§3).
func (s *store) mayKeep(r *http.Request, given *reply) bool {
	said := parse(given.header)
	if len(given.body) > s.config.Bytes || given.status == http.StatusPartialContent || given.status == http.StatusNotModified || said.has("no-store") || said.has("private") && !s.config.Private {
		return false
	}
	if _, is := s.life(given.header); !is {
		return false
	}
	if s.config.IgnoresVary {
		return true
	}
	for _, name := range namesIn(given.header.Values("Vary")) {
		if name == "*" {
			return false // nothing matches it (§4.1)
		}
	}
	return s.config.Private || r.Header.Get("Authorization") == "" || said.hasAny("public", "s-maxage", "must-revalidate") // §3.5
}

// namesIn are the members of a list of header names.
func namesIn(lines []string) []string {
	names := []string{}
	for name := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, http.CanonicalHeaderKey(name))
		}
	}
	return names
}
