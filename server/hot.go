package server

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strings"
	"sync/atomic"
	"weak"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/access"
	"unisono/cache"
	"unisono/catalog"
	"unisono/targeting"
)

// known keeps what was made of requests of late, by their bytes: of one that comes again nothing has to be read, checked and reckoned to find its answer, but who asks. It never decides whether there is one:
// a request for which nothing is kept goes the long way.
type known struct {
	by *recent[requestHash, *request]
}

// requestHash is a SHA-256 over the bytes of a request that say what it asks, and in which context; who asks is not among them.
type requestHash [sha256.Size]byte

// request is what a request that was answered asks.
type request struct {
	name   string // of the operation
	asked  string // see askedOf
	said   said
	length int // of the whole request, in whose memory the words of these stand, and of what was made of what it says of the reader

	way atomic.Pointer[way] // the last that led to its answer; nil: none is known
}

// way is where the answer to a request lies, for one caller and while the definitions are what they were: the same request of the same caller is then in the same context, whatever the time, so it need
// not be settled again ([cache.Made.Key]).
type way struct {
	client   weak.Pointer[access.Client]
	contexts weak.Pointer[targeting.Resolver]
	key      string
	notices  [2]*notice // of an answer that does not depend on who asked, and of one that does
}

func (w *way) noticeOf(a *answer) *notice {
	if a.byCaller {
		return w.notices[1]
	}
	return w.notices[0]
}

// isOf says that the way is one for a caller, and of these definitions.
func (w *way) isOf(client *access.Client, contexts *targeting.Resolver) bool {
	return w != nil && w.client.Value() == client && w.contexts.Value() == contexts
}

// A request takes two kilobytes at the most, beside its own length.
const (
	knownRequests = 10_000
	knownBytes    = 16 << 20
	knownEach     = 2 << 10
)

func newKnown() known {
	return known{newRecent(knownRequests, knownBytes, func(_ requestHash, r *request) int { return knownEach + r.length })}
}

// hashOf names a request by its method, the bytes by which it asks, and what its headers say of the context.
func hashOf(r *http.Request, raw []byte) requestHash {
	said := make([]byte, 0, 256)
	said = append(said, r.Method...)
	for i := range contextHeaders {
		for _, value := range r.Header[contextHeaders[i].name] {
			said = append(binary.AppendUvarint(append(said, byte(i)), uint64(len(value))), value...)
		}
	}
	said = append(said, byte(len(contextHeaders))) // behind which all is raw
	if len(raw) <= cap(said)-len(said) {
		return sha256.Sum256(append(said, raw...))
	}
	hash := sha256.New()
	_, _ = hash.Write(said) // a hash takes all
	_, _ = hash.Write(raw)
	return requestHash(hash.Sum(nil))
}

// said is what an operation itself says of its context.
type said struct {
	directive, extension targeting.Ask
	left                 *left // what it leaves to others; nil for a mutation
}

// hot finds the answer to a request that was answered before and asks for nothing besides; nil: it is to be found the long way.
func (s *Server) hot(r *http.Request, hash requestHash) *served {
	if s.answers == nil || r.Header["Cache-Control"] != nil && wantsAnew(r.Header) || r.Header["Unisono-Echo"] != nil || r.Header[timeHeader] != nil {
		return nil
	}
	of, is := s.requests.by.get(hash)
	if !is || s.staleness() > 0 {
		return nil
	}
	ctx := r.Context()
	kept, snapshot := recordOf(ctx), s.config.Catalogue.Snapshot()
	by := &lateAsker{server: s, r: r, of: of, client: kept.client, snapshot: snapshot}
	led := of.way.Load()
	if !led.isOf(kept.client, snapshot.Contexts()) {
		if led = by.way(ctx); led == nil {
			return nil // the long way tells what is wrong
		}
		of.way.Store(led)
	}
	c, now := &check{server: s, snapshot: snapshot, as: by.contexts(ctx)}, s.config.Now()
	found, is := s.answers.At(led.key, cache.Moment{At: now}, c.stands)
	if !is {
		return nil
	}
	kept.operation = of.name
	if c.of == nil {
		return &served{found.Value, led.key, led.noticeOf(found.Value), found.Until}
	}
	who, err := by.asker(ctx)
	if err != nil {
		return nil
	}
	of.way.Store(nil) // it may lie elsewhere now
	return s.renewed(&found, c, who, &making{now: now, question: questionOf(of.asked, kept.client)}, of.said.left, kept.client)
}

// lateAsker is an asker who is found out only where that is needed.
type lateAsker struct {
	server   *Server
	r        *http.Request
	of       *request
	client   *access.Client
	snapshot *catalog.Snapshot
	found    *asker
}

func (l *lateAsker) asker(ctx context.Context) (*asker, error) {
	if l.found == nil {
		reader, err := l.server.reader(access.NewContext(ctx, l.client), &l.of.said, l.r.Header, ast.Query, l.snapshot, &making{now: l.server.config.Now(), isQuiet: true})
		if err != nil {
			return nil, err
		}
		l.found = &asker{reader, l.snapshot}
	}
	return l.found, nil
}

// contexts gives [asker.context].
func (l *lateAsker) contexts(ctx context.Context) func(override string) (*targeting.Context, error) {
	return func(override string) (*targeting.Context, error) {
		by, err := l.asker(ctx)
		if err != nil {
			return nil, err
		}
		return by.context(override)
	}
}

// way finds where the answer lies; nil where nothing is kept, or the caller may not ask so.
func (l *lateAsker) way(ctx context.Context) *way {
	by, err := l.asker(ctx)
	if err != nil {
		return nil
	}
	key, is := l.server.answers.Key(questionOf(l.of.asked, l.client), by)
	if !is {
		return nil
	}
	return &way{client: weak.Make(l.client), contexts: weak.Make(l.snapshot.Contexts()), key: key, notices: [2]*notice{l.server.noticeOf(l.of.said.left, l.client, false), l.server.noticeOf(l.of.said.left, l.client, true)}}
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

// learn keeps what a request asks whose answer is kept. Where it was known, where its answer lay is forgotten: it lies elsewhere, or it would have been found.
func (k known) learn(of *arrival, operation *graphql.OperationContext, asked string, by said) {
	if before, is := k.by.get(of.hash); is {
		before.way.Store(nil)
		return
	}
	length := max(len(of.raw), len(operation.RawQuery)) + int(cache.SizeOf(by.directive.Traits)+cache.SizeOf(by.extension.Traits)) // which take ten times their words, and more
	k.by.add(of.hash, &request{name: "query " + operation.Operation.Name, asked: asked, said: by, length: length})
}
