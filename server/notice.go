package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

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

const usualMaxAge = 60 * time.Second

func (c *Caching) setDefaults() { setDefault(&c.MaxAge, usualMaxAge) }

// notice is what is said of an answer to those who may keep it.
type notice struct {
	vary   []string // the one line of Vary
	public bool
}

// varyAlways is what every answer that may be kept can differ by: who asks, what form they take, the page that may read it, and what asks for more than the answer.
const varyAlways = "Authorization, Accept, Accept-Encoding, Origin, Unisono-Echo, Unisono-Time"

// varyLines are the lines of Vary, one for each set of headers, made once.
var varyLines = func() (lines [allHeaders + 1][]string) {
	for set := range lines {
		lines[set] = []string{strings.Join(append(headers(set).names(), varyAlways), ", ")} //nolint:gosec // below 2⁶
	}
	return lines
}()

// noticeOf says what is told of an answer to a request that leaves something of its context to others, of a client. It is nil where nothing may be kept.
//
// By what the answer differs is said by the request's own words alone, though it is known what was read: that tells what there is for other readers, whom the caller may not ask to be.
func (s *Server) noticeOf(left *left, client *access.Client, byCaller bool) *notice {
	if s.config.Caching.MaxAge < 0 {
		return nil
	}
	needed := left.to.names()
	if left.isAny || byCaller {
		needed = append(needed, "Authorization")
	}
	if len(client.Origins) > 0 {
		needed = append(needed, "Origin")
	}
	isPublic := client.Anonymous && !slices.ContainsFunc(needed, func(name string) bool { return !s.keyedOn[name] })
	return &notice{varyLines[left.to], isPublic}
}

// left is what an operation leaves of its contexts to others: to headers, to the defaults of a key or a channel, to nobody. What it says itself, nothing else can supply.
type left struct {
	to    headers // that can supply some of it, borne or not
	isAny bool
}

// leftBy gives what an operation leaves of the contexts in which its fields are answered: views name their own.
func leftBy(operation *graphql.OperationContext, of *said) *left {
	all, everywhere := &left{}, append(of.directive.Says(), of.extension.Says()...)
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Query"}) {
		own := targeting.Ask{Place: func(argument string) string { return argument }}
		switch {
		case strings.HasPrefix(field.Name, "__"):
			continue
		case field.Name == "view":
			given, _ := field.ArgumentMap(operation.Variables)["context"].(map[string]any)
			if own.Read(given) != nil { // the field tells what is wrong
				own = targeting.Ask{}
			}
		}
		says := own.Says()
		for _, dimension := range targeting.Settled() {
			if !slices.Contains(says, dimension) && !slices.Contains(everywhere, dimension) {
				all.isAny = true
				all.to |= headerOf(dimension)
			}
		}
	}
	return all
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
