package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"unisono/access"
	"unisono/targeting"
)

// Caching is what those are told who keep answers between the gateway and its readers: browsers, and what delivers content in front of it.
type Caching struct {
	MaxAge time.Duration // for how long an answer may be kept at the most, 60 s; below zero: it may not be kept

	// KeyedOn names request headers that whoever keeps answers for many readers tells requests apart by, or for which, when a request bears one, it asks the gateway. An answer that depends on no others is public.
	// With none named, answers are public where all that they depend on stands in the request's address.
	KeyedOn []string

	// TagKey is the secret by which tags are made, so that nobody can learn from them what is in an answer; "": answers have none.
	TagKey string
}

// DependsOn gives the request headers that an answer can depend on, as net/http names them.
func DependsOn() []string { return append(slices.Clone(contextHeaders), "Authorization", "Origin") }

const usualMaxAge = 60 * time.Second

func (c *Caching) setDefaults() { setDefault(&c.MaxAge, usualMaxAge) }

// notice is what is said of an answer to those who may keep it. The request's own words decide with what was read: of what it says itself no header can say anything else.
type notice struct {
	of     uint64   // what was read, by its serial
	vary   []string // the one line of Vary
	public bool
}

// Each of the headers that can say something of a context has a bit, in the order of contextHeaders.
type headers uint8

// headerOf gives the header that can supply a dimension; 0: none can.
func headerOf(dimension targeting.Dimension) headers {
	name := ""
	switch dimension {
	case targeting.DimensionLocale:
		name = "Accept-Language"
	case targeting.DimensionAudience:
		name = "Unisono-Audience"
	case targeting.DimensionChannel:
		name = "Unisono-Channel"
	case targeting.DimensionDevice:
		name = "Unisono-Device"
	case targeting.DimensionMarket:
		name = "Unisono-Market"
	case targeting.DimensionMoment:
		name = "Unisono-Moment"
	default:
		return 0
	}
	return 1 << slices.Index(contextHeaders, name)
}

func (h headers) names() []string {
	names := []string{}
	for i, name := range contextHeaders {
		if h&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// varyAlways is what every answer that may be kept can differ by: who asks, what form they take, the page that may read it, and what asks for more than the answer.
const varyAlways = "Authorization, Accept, Accept-Encoding, Origin, Unisono-Echo, Unisono-Time"

// varyLines are the lines of Vary, one for each set of headers, made once.
var varyLines = func() (lines [1 << 6][]string) {
	for set := range lines {
		lines[set] = []string{strings.Join(append(headers(set).names(), varyAlways), ", ")} //nolint:gosec // below 2⁶
	}
	return lines
}()

// toldOf says what is told of an answer for which something was read, to a request that says something itself, of a client. It is nil for what may not be kept.
func (s *Server) toldOf(read *reads, of *said, client *access.Client, byCaller bool) *notice {
	if s.config.Caching.MaxAge < 0 || !read.IsShareable() {
		return nil
	}
	from, isOutside, is := outside(read, of)
	if !is {
		return nil
	}
	needed := from.names()
	if isOutside || byCaller {
		needed = append(needed, "Authorization")
	}
	if len(client.Origins) > 0 {
		needed = append(needed, "Origin")
	}
	isPublic := client.Anonymous && !slices.ContainsFunc(needed, func(name string) bool { return !s.keyedOn[name] })
	return &notice{read.serial, varyLines[from], isPublic}
}

// outside gives the headers that could have supplied what was read, whether they were borne or not, and whether anything was supplied from outside of the request's own words: by a header, by the
// defaults of a key or a channel, or by nobody. What the request says itself, nothing else can supply. It is false where that cannot be told.
func outside(read *reads, of *said) (from headers, isAny, is bool) {
	for override, record := range read.of {
		own := targeting.Ask{}
		if override != "" {
			given := map[string]any{}
			if json.Unmarshal([]byte(override), &given) != nil || own.Read(given) != nil {
				return 0, false, false
			}
		}
		says := func(dimension targeting.Dimension) bool {
			return own.Says(dimension) || of.extension.Says(dimension) || of.directive.Says(dimension)
		}
		for _, dimension := range record.Depends() {
			if says(dimension) || dimension == targeting.DimensionSegment { // which the request alone can say something of
				continue
			}
			isAny = true
			from |= headerOf(dimension)
			if !says(targeting.DimensionChannel) { // whose defaults come last
				from |= headerOf(targeting.DimensionChannel)
			}
		}
	}
	return from, isAny, true
}

// life is for how many seconds an answer may be kept that is right until a moment; zero: until something changes.
func (s *Server) life(until, now time.Time) int {
	life := s.config.Caching.MaxAge
	if !until.IsZero() {
		life = min(life, until.Sub(now))
	}
	return max(int(life/time.Second), 0)
}

// tell writes what is told of an answer that is right until a moment. It says whether the answer may be kept.
func (s *Server) tell(header http.Header, of *notice, until time.Time) bool {
	seconds := 0
	if of != nil {
		seconds = s.life(until, s.config.Now())
	}
	if seconds == 0 {
		header["Cache-Control"] = noStore
		return false
	}
	scope := "private, max-age="
	if of.public {
		scope = "public, max-age="
	}
	header["Cache-Control"] = []string{scope + strconv.Itoa(seconds)}
	header["Vary"] = of.vary
	return true
}

var noStore = []string{"no-store"}
