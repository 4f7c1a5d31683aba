// Package audit is the record of who changed what: every write to content and every change to an API key, as a line of the log and in a
// bounded store that an administrator pages through.
//
// What is kept are the newest hundred thousand entries, in a ring of pages. A page is one document, which has room for a hundred entries and is
// written by atomic updates alone, so that gateways beside each other lose nothing to one another. The collection can only be asked by key, so
// a page's key follows from its number; the head, one more document, says which number is the newest.
//
//	head   0001   0002   ...   0999   0000
//	1002   1001   1002         999    1000     the numbers that the documents hold
//
// It refuses to decide what is recorded, and who may read it.
package audit

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"unisono/content"
	"unisono/fault"
)

// Action is what was done.
type Action string

// The actions. The last three are done to API keys.
const (
	Created    Action = "CREATED"
	Changed    Action = "CHANGED"
	Deleted    Action = "DELETED"
	KeyCreated Action = "KEY_CREATED"
	KeyRotated Action = "KEY_ROTATED"
	KeyRevoked Action = "KEY_REVOKED"
)

// Entry is one change. A page keeps it as its JSON: the database in this process writes a hundred texts in less than half of the time that it
// takes for a hundred documents.
type Entry struct {
	ID string `json:"-"` // where the entry stands, for all time: it is the entry's cursor, too. Log.Page gives it, Log.Record needs none

	At       time.Time `json:"at"`                 // to the millisecond; where it is zero, Log.Record sets it
	Client   string    `json:"client"`             // name of who did it, at most 100 characters
	ClientID string    `json:"clientId,omitempty"` // of the API key; "" for others
	Request  string    `json:"request,omitempty"`  // id of the request; "" where there was none
	Action   Action    `json:"action"`
	Kind     string    `json:"kind"`              // of the document
	Key      string    `json:"key"`               // of the document, at most 512 characters
	Revision int       `json:"revision,omitzero"` // that the write made; 0 where there is none
}

// The longest that an entry may hold, in characters; what is longer is cut. They bound the documents, and nothing right is as long.
const (
	maxKey  = 512
	maxText = 100 // of all else
)

// Documents are where pages are kept: store.In[content.AuditPage](s, content.KindAudit). R is what Update says of what it did, for
// which nobody here asks.
type Documents[R any] interface {
	// Read reads documents by id in one round trip. What is absent is absent from the map. The documents are the caller's own.
	Read(ctx context.Context, ids []string) (map[string]*content.AuditPage, error)
	// Update changes one document by an atomic reading, changing and writing, or creates it. Change may be called several times; it gets nil
	// where there is no document, and where it returns nil nothing is written. A fault of kind Conflict says that nothing was.
	Update(ctx context.Context, id string, change func(current *content.AuditPage) (next *content.AuditPage, err error)) (R, error)
}

type requestKey struct{}

// NewContext gives a context that carries the id of the request in which things are done.
func NewContext(ctx context.Context, request string) context.Context {
	return context.WithValue(ctx, requestKey{}, request)
}

// RequestOf gives the id of the request that ctx carries, or "".
func RequestOf(ctx context.Context) string {
	request, _ := ctx.Value(requestKey{}).(string)
	return request
}

// Log is the record. It is safe for concurrent use. Several may keep their entries in the same documents.
type Log struct {
	ring   *ring
	queue  *queue
	logger *slog.Logger
	now    func() time.Time
}

// New makes a Log that keeps its entries in documents.
func New[R any](documents Documents[R], logger *slog.Logger, now func() time.Time) *Log {
	return newLog(documents, logger, now, 1000, 100)
}

// newLog is New with a number of pages, and of entries to a page. All who share documents must agree on both.
func newLog[R any](documents Documents[R], logger *slog.Logger, now func() time.Time, pages, size int) *Log {
	r := &ring{pages: pages, size: size, read: documents.Read, logger: logger}
	r.update = func(ctx context.Context, id string, change func(*content.AuditPage) (*content.AuditPage, error)) error {
		_, err := documents.Update(ctx, id, change)
		return err
	}
	return &Log{ring: r, queue: newQueue(r.append), logger: logger, now: now}
}

// Record logs entries, each as a line, and returns when they are kept, in this order and behind what was kept before. It is for changes that have
// happened, so it goes on although ctx is cancelled, but not for long: 5 seconds for each thousand entries once it is their turn, which they await for 10.
// Entries that are recorded at the same time are kept together.
//
// The error says that some of the entries are not kept, or may not be; their lines are in the log, and so is the error. Its kind is that of the
// documents' error, or Timeout.
func (l *Log) Record(ctx context.Context, entries ...Entry) error {
	ctx = context.WithoutCancel(ctx)
	now := l.now()
	kept := make([]string, len(entries))
	for i, one := range entries {
		if one.At.IsZero() {
			one.At = now
		}
		one = bounded(one)
		l.line(ctx, one)
		text, err := json.Marshal(one)
		if err != nil {
			return l.failed(ctx, len(entries), fault.Wrap(fault.Internal, err, "The entry could not be encoded."))
		}
		kept[i] = string(text)
	}
	if err := l.queue.put(ctx, kept); err != nil {
		return l.failed(ctx, len(entries), err)
	}
	return nil
}

// failed logs that some of n entries are not kept, and gives the error that says so.
func (l *Log) failed(ctx context.Context, n int, err error) error {
	l.logger.ErrorContext(ctx, "the audit log could not keep what changed", "entries", n, "error", err)
	return fault.Wrap(fault.KindOf(err), err, "The change was made, but could not be kept in the audit log.")
}

// line writes the entry to the log.
func (l *Log) line(ctx context.Context, e Entry) {
	l.logger.LogAttrs(ctx, slog.LevelInfo, "audit",
		slog.String("action", string(e.Action)), slog.String("kind", e.Kind), slog.String("key", e.Key), slog.Int("revision", e.Revision),
		slog.String("client", e.Client), slog.String("clientId", e.ClientID), slog.String("request", e.Request))
}

// bounded is the entry in the bounds and the precision of what is kept.
func bounded(e Entry) Entry {
	return Entry{
		At:     e.At.UTC().Truncate(time.Millisecond),
		Client: cut(e.Client, maxText), ClientID: cut(e.ClientID, maxText), Request: cut(e.Request, maxText),
		Action: Action(cut(string(e.Action), maxText)), Kind: cut(e.Kind, maxText), Key: cut(e.Key, maxKey), Revision: e.Revision,
	}
}

// cut gives the first n characters of a text, in valid UTF-8: a database may refuse all else.
func cut(text string, n int) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	count := 0
	for i := range text {
		if count == n {
			return text[:i]
		}
		count++
	}
	return text
}
