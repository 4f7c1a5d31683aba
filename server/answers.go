package server

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/access"
	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/loaders"
	"unisono/targeting"
	"unisono/view"
)

// answers keeps whole answers as bytes, ready to be sent, for all who ask the same, may see the same and agree on what was read of their contexts.
type answers = cache.Made[*asker, *reads, *answer]

// answer is the body of an answer without errors, and what it is right by. But for what is made later it is never changed.
type answer struct {
	body     []byte
	text     string         // of the operation, in whose memory words of the trace stand: it is counted
	basis    *cache.Basis   // the documents that it was made of
	trace    *catalog.Trace // what was asked of the catalogue
	byCaller bool           // it depends on who asked, and not on the context alone
	tags     string         // see tagsOf
	packed   packed
}

// asker is somebody for whom an answer is looked for, or made.
type asker struct {
	reader   *view.Reader
	snapshot *catalog.Snapshot
}

// context gives the asker's context under an override of the operation's own, as view.Reader names it.
func (a *asker) context(override string) (*targeting.Context, error) {
	reader, err := a.reader.Named(override)
	if err != nil {
		return nil, err
	}
	return reader.Context, nil
}

// reads is what was read of each of the contexts in which an operation asks.
type reads struct {
	of map[string]*targeting.Record // by override
}

// AppendKey is [targeting.Record.AppendKey] of each context. For an asker who may not ask in one of them it is a key under which nothing lies.
func (r *reads) AppendKey(to []byte, by *asker) []byte {
	for _, override := range slices.Sorted(maps.Keys(r.of)) {
		var key []byte // none: the asker may not ask so
		if reader, err := by.context(override); err == nil {
			key = r.of[override].AppendKey(nil, reader)
		}
		for _, part := range []string{override, string(key)} {
			to = append(binary.AppendUvarint(to, uint64(len(part))), part...)
		}
	}
	return to
}

// With is [targeting.Record.With] of each context.
func (r *reads) With(other *reads) *reads {
	all, isMore := maps.Clone(r.of), false
	for override, record := range other.of {
		if all[override] == nil {
			all[override], isMore = record, true
		} else if more := all[override].With(record); more != all[override] {
			all[override], isMore = more, true
		}
	}
	if !isMore {
		return r
	}
	return &reads{all}
}

// Until is the earliest of each context.
func (r *reads) Until() time.Time {
	first := time.Time{}
	for _, record := range r.of {
		if until := record.Until(); !until.IsZero() && (first.IsZero() || until.Before(first)) {
			first = until
		}
	}
	return first
}

// IsShareable is so for all contexts.
func (r *reads) IsShareable() bool {
	for _, record := range r.of {
		if !record.IsShareable() {
			return false
		}
	}
	return true
}

// Rules counts those of all contexts.
func (r *reads) Rules() int {
	count := 0
	for _, record := range r.of {
		count += record.Rules()
	}
	return count
}

// making is the making of one answer: what is noted while an operation runs.
type making struct {
	question string // "": it is not kept
	now      time.Time
	trace    *catalog.Trace
	basis    *cache.Basis
	isOnce   bool // it is of another moment than now, or a preview: nobody else asks so
	isAnew   bool // whatever is kept, it is made
	isQuiet  bool // it is only looked for: nothing is noted, and nobody is told what is refused

	mu sync.Mutex // guards what follows
	of map[string]*targeting.Record
}

// recorded gives a context with a record of its own. A context that is settled twice is read into one record.
func (m *making) recorded(override string, settled *targeting.Context) *targeting.Context {
	at, preview := settled.Instant()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.isOnce = m.isOnce || preview || !at.Equal(m.now)
	if m.isQuiet {
		return settled
	}
	if m.of[override] == nil {
		m.of[override] = &targeting.Record{}
	}
	return settled.Recorded(m.of[override])
}

// reads is what was read so far.
func (m *making) reads() *reads {
	m.mu.Lock()
	defer m.mu.Unlock()
	frozen := &reads{of: make(map[string]*targeting.Record, len(m.of))}
	for override, record := range m.of {
		frozen.of[override] = record.Copy()
	}
	return frozen
}

// all is what was read, of all contexts together.
func (m *making) all() *targeting.Record {
	all := &targeting.Record{}
	for _, record := range m.reads().of {
		all = all.With(record)
	}
	return all
}

// askedOf names what an operation asks, with its variables. It is "" for what is not kept.
func askedOf(operation *graphql.OperationContext) string {
	if operation.Operation.Operation != ast.Query {
		return ""
	}
	variables, err := json.Marshal(operation.Variables)
	if err != nil {
		return ""
	}
	return hashed(operation.RawQuery, operation.Operation.Name, string(variables))
}

// questionOf names what is asked, and what decides which of it a caller may see. It is "" for what is not kept.
func questionOf(asked string, client *access.Client) string {
	if asked == "" {
		return ""
	}
	grants := client.Grants()
	parts := []string{asked, strconv.FormatBool(client.All), strconv.FormatBool(grants.All)}
	for _, list := range [][]string{grants.Channels, grants.Audiences, grants.Markets} {
		parts = append(append(parts, strconv.Itoa(len(list))), list...)
	}
	for _, permission := range client.Permissions {
		parts = append(parts, string(permission))
	}
	return hashed(parts...)
}

// hashed is a SHA-256 over some texts, which tells them apart.
func hashed(parts ...string) string {
	whole := make([]byte, 0, 256)
	for _, part := range parts {
		whole = append(binary.AppendUvarint(whole, uint64(len(part))), part...)
	}
	hash := sha256.Sum256(whole)
	return string(hash[:])
}

// served is an answer as it is sent, with what there is to be told of it.
type served struct {
	answer *answer
	key    string    // under which it is kept; "": it is not
	notice *notice   // nil: it may not be kept on its way
	until  time.Time // when time alone makes it another; zero: never
}

// serve makes ready what has been made, and keeps it, unless it says that something is wrong, or more than was asked: then it is nil.
func (s *Server) serve(ctx context.Context, m *making, by *asker, left *left, response *graphql.Response) *served {
	if m.trace == nil || m.isOnce || len(response.Errors) > 0 || len(response.Extensions) > 0 || response.Data == nil || m.trace.IsLost() {
		return nil
	}
	products, fragments := loaders.FromContext(ctx).Loaded()
	made := &answer{
		body: bodyOf(response.Data), text: graphql.GetOperationContext(ctx).RawQuery, basis: m.basis, trace: m.trace,
		byCaller: by.reader.Asking.IsConsulted(), packed: packed{asked: new([codings]atomic.Uint32)},
	}
	if secret := s.config.Caching.TagKey; secret != "" {
		listsProducts, listsFragments := m.trace.Lists()
		names := followedBy(graphql.GetOperationContext(ctx).Operation)
		made.tags = tagsOf(secret, products, fragments, listsProducts || names.products, listsFragments || names.fragments)
	}
	read := m.reads()
	out := &served{answer: made, until: read.Until()}
	if read.IsShareable() {
		out.notice = s.noticeOf(left, access.FromContext(ctx), made.byCaller)
	}
	if s.answers != nil && m.question != "" {
		m.basis.Add(content.KindProduct, products...)
		m.basis.Add(content.KindFragment, fragments...)
		s.answers.Keep(m.question, by, cache.Moment{At: m.now}, made, read)
		out.key, _ = s.answers.Key(m.question, by)
	}
	return out
}

func bodyOf(data json.RawMessage) []byte {
	body := make([]byte, 0, len(data)+len(`{"data":}`))
	return append(append(append(body, `{"data":`...), data...), '}')
}

type deliveryKey struct{}

// delivery is how the transport learns what came of an operation that can be told of.
type delivery struct {
	served *served // nil: the answer is an error, or for this request alone
	asked  string  // see askedOf; "": the answer is not kept
	said   said
}

func deliveryOf(ctx context.Context) *delivery {
	d, _ := ctx.Value(deliveryKey{}).(*delivery)
	if d == nil {
		return &delivery{}
	}
	return d
}
