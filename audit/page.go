package audit

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"unisono/content"
	"unisono/fault"
)

// MaxFirst is the most entries that one page of the list holds.
const MaxFirst = 100

// Page is a part of the record.
type Page struct {
	Entries []Entry // newest first; the ID of each is its cursor
	Next    bool    // older ones stand behind this page
}

// Page gives the first entries, newest first, that stand behind a cursor, or of all where the cursor is "". Behind an entry that has been overwritten
// nothing is left, and the page is empty.
//
// The faults are BadUserInput where first is not from 0 to [MaxFirst] or the cursor is none, and those of the documents.
func (l *Log) Page(ctx context.Context, first int, after string) (*Page, error) {
	if first < 0 || first > MaxFirst {
		return nil, fault.New(fault.BadUserInput, "first: %d is not from 0 to %d", first, MaxFirst)
	}
	entries, err := l.ring.list(ctx, first+1, after)
	if err != nil {
		return nil, err
	}
	shown := min(first, len(entries))
	return &Page{Entries: entries[:shown], Next: shown < len(entries)}, nil
}

// list gives up to n entries behind a cursor.
func (r *ring) list(ctx context.Context, n int, after string) ([]Entry, error) {
	if after == "" {
		span := r.span(n, 1)
		newest, pages, err := r.find(ctx, span)
		if err != nil {
			return nil, err
		}
		return r.collect(ctx, n, newest, span, pages)
	}
	at, err := readCursor(after)
	if err != nil {
		return nil, err
	}
	span := r.span(n, at.index)
	pages, _, err := r.fetch(ctx, at.number, span)
	if err != nil {
		return nil, err
	}
	page := pages[at.number]
	if page == nil || at.index >= len(page.Entries) {
		return nil, nil
	}
	page.Entries = page.Entries[:at.index]
	return r.collect(ctx, n, at.number, span, pages)
}

// span is how many pages hold n entries, when the newest of them has some that count and all others are full.
func (r *ring) span(n, some int) int {
	return 1 + (max(0, n-some)+r.size-1)/r.size
}

// collect gives up to n entries, newest first, out of a page and those before it, of which span were read. It reads on where one of these is not
// there, as a document that cannot be decoded is not.
func (r *ring) collect(ctx context.Context, n, newest, span int, pages map[int]*content.AuditPage) ([]Entry, error) {
	var entries []Entry
	oldestRead := newest - span + 1
	for number := newest; number >= r.oldest() && len(entries) < n; number-- {
		if number < oldestRead {
			var err error
			span = r.span(n-len(entries), 0)
			if pages, _, err = r.fetch(ctx, number, span); err != nil {
				return nil, err
			}
			oldestRead = number - span + 1
		}
		if page := pages[number]; page != nil {
			entries = appendLast(entries, page, n)
		}
	}
	return entries, nil
}

// appendLast adds a page's entries, newest first, until there are n. What this program cannot read is left out.
func appendLast(entries []Entry, page *content.AuditPage, n int) []Entry {
	for i, text := range slices.Backward(page.Entries) {
		if len(entries) == n {
			break
		}
		one := Entry{}
		if json.Unmarshal([]byte(text), &one) == nil {
			one.ID = place{page.Number, i}.cursor()
			entries = append(entries, one)
		}
	}
	return entries
}

// oldest is the number of the oldest page that can be there.
func (r *ring) oldest() int { return max(1, int(r.known.Load())-r.pages+1) }

// place is where an entry stands: the number of its page, and how many stand before it there.
type place struct{ number, index int }

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(p.number) + "." + strconv.Itoa(p.index)))
}

// readCursor takes what cursor gives and nothing else. The fault is BadUserInput.
func readCursor(text string) (place, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	number, index, _ := strings.Cut(string(raw), ".")
	p := place{atoi(number), atoi(index)}
	if err != nil || p.number < 1 || p.index < 0 || p.cursor() != text {
		return place{}, fault.New(fault.BadUserInput, "after: %.60q is no cursor; one from pageInfo.endCursor or edges.cursor is expected", text)
	}
	return p, nil
}

// atoi reads a number; what is none is -1.
func atoi(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return number
}
