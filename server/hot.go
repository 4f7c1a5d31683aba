package server

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/access"
	"unisono/targeting"
)

// known keeps what was made of requests of late, by their bytes: of one that comes again nothing has to be read, checked and reckoned to find its answer, but who asks. It never decides whether there is one:
// a request for which nothing is kept goes the long way.
type known struct {
	by *recent[requestHash, *request]
}

// requestHash is a SHA-256 over the bytes of a request.
type requestHash [sha256.Size]byte

// request is what a request that was answered asks.
type request struct {
	name   string // of the operation
	asked  string // see askedOf
	said   said
	length int // of the whole request, in whose memory the words of these stand
}

// A request takes a kilobyte at the most, beside its own length.
const (
	knownRequests = 10_000
	knownBytes    = 8 << 20
	knownEach     = 1 << 10
)

func newKnown() known {
	return known{newRecent(knownRequests, knownBytes, func(_ requestHash, r *request) int { return knownEach + r.length })}
}

// hashOf names a request by its method and its bytes: its body, or its query string.
func hashOf(method string, raw []byte) requestHash {
	hash := sha256.New()
	_, _ = hash.Write([]byte(method + " ")) // a hash takes all
	_, _ = hash.Write(raw)
	return requestHash(hash.Sum(nil))
}

// said is what an operation itself says of its context.
type said struct{ directive, extension targeting.Ask }

// hot finds the answer to a request that was answered before and asks for nothing besides; nil: it is to be found the long way.
func (s *Server) hot(r *http.Request, hash requestHash) *answer {
	if s.answers == nil || wantsAnew(r.Header) || r.Header.Get("Unisono-Echo") != "" || r.Header.Get(timeHeader) != "" {
		return nil
	}
	of, is := s.requests.by.get(hash)
	if !is || s.staleness() > 0 {
		return nil
	}
	m := &making{now: s.config.Now(), question: questionOf(of.asked, access.FromContext(r.Context())), isQuiet: true}
	snapshot := s.config.Catalogue.Snapshot()
	reader, err := s.reader(r.Context(), &of.said, r.Header, ast.Query, snapshot, m)
	if err != nil {
		return nil // the long way tells what is wrong
	}
	found := s.find(m, &asker{reader, snapshot})
	if found != nil {
		recordOf(r.Context()).operation = "query " + of.name
	}
	return found
}

// wantsAnew says that a request wants its answer made anew: of documents that may be in memory, which are as they are in the database in any case.
func wantsAnew(header http.Header) bool {
	for _, line := range header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-cache") {
				return true
			}
		}
	}
	return false
}

// learn keeps what a request of some length asks whose answer is kept.
func (k known) learn(hash requestHash, length int, operation *graphql.OperationContext, asked string, of said) {
	k.by.add(hash, &request{name: operation.Operation.Name, asked: asked, said: of, length: max(length, len(operation.RawQuery))})
}
