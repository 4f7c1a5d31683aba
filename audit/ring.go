package audit

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"

	"unisono/content"
	"unisono/fault"
)

// head is the key of the document that says which page is the newest.
const head = "head"

// ring is the pages in their documents. What its users rely on, and each of its writes keeps:
//
//   - A page is opened only once the one before it is full. So all but the newest are full, and never change again.
//   - A page takes the place of an older one alone: of the one that is as many pages older as there are.
//   - The head is raised, never lowered, after the page was opened. Between the two a gateway may stop, and a head may fail to be raised, so the
//     newest page can be a newer one than the head says.
type ring struct {
	pages  int
	size   int // entries to a page
	read   func(ctx context.Context, ids []string) (map[string]*content.AuditPage, error)
	update func(ctx context.Context, id string, change func(*content.AuditPage) (*content.AuditPage, error)) error
	logger *slog.Logger

	known atomic.Int64 // number of the newest page that this ring has met; 0: none
}

// slot is the key of the document that holds a page, or held it.
func (r *ring) slot(number int) string { return fmt.Sprintf("%04d", number%r.pages) }

// meet remembers that a page is there.
func (r *ring) meet(number int) {
	for {
		known := r.known.Load()
		if int64(number) <= known || r.known.CompareAndSwap(known, int64(number)) {
			return
		}
	}
}

// append adds entries behind all that are there, and says how many of them, the first ones, were kept for certain.
func (r *ring) append(ctx context.Context, entries []string) (kept int, err error) {
	opened := 0
	defer func() { r.raise(ctx, opened) }()
	number := int(r.known.Load())
	if number == 0 {
		if number, _, err = r.find(ctx, 0); err != nil {
			return 0, err
		}
		number = max(1, number)
	}
	for {
		put, isNew, err := r.put(ctx, number, entries[kept:])
		if err != nil {
			return kept, err
		}
		if isNew {
			opened = number
		}
		if kept += put; kept == len(entries) {
			return kept, nil
		}
		if number, err = r.next(ctx, number, put); err != nil {
			return kept, err
		}
	}
}

// next is the number of the page to turn to after one that took put entries and is full now. Where it took none, others were here before, and may
// be many pages ahead.
func (r *ring) next(ctx context.Context, number, put int) (int, error) {
	if put > 0 {
		return number + 1, nil
	}
	newest, _, err := r.find(ctx, 0)
	return max(number+1, newest), err
}

// put adds as many entries to a page as it has room for, and opens it if it is not there. The one before it must be full.
func (r *ring) put(ctx context.Context, number int, entries []string) (put int, opened bool, err error) {
	id := r.slot(number)
	err = r.amend(ctx, id, func(page *content.AuditPage) (*content.AuditPage, error) {
		put, opened = 0, false
		switch {
		case page == nil || page.Number < number:
			page, opened = &content.AuditPage{ID: id, Number: number}, true
		case page.Number > number:
			return nil, nil // others are a whole round ahead
		}
		put = min(len(entries), max(0, r.size-len(page.Entries)))
		if put == 0 {
			return nil, nil
		}
		page.Entries = slices.Concat(page.Entries, entries[:put])
		return page, nil
	})
	if err != nil {
		return 0, false, err
	}
	r.meet(number)
	return put, opened, nil
}

// raise lets the head say that a page is there; 0 is none. Failing does no harm that should fail an append: whoever reads goes on from where
// the head is.
func (r *ring) raise(ctx context.Context, number int) {
	if number == 0 {
		return
	}
	err := r.amend(ctx, head, func(page *content.AuditPage) (*content.AuditPage, error) {
		if page == nil {
			page = &content.AuditPage{ID: head}
		}
		if page.Number >= number {
			return nil, nil
		}
		page.Number = number
		return page, nil
	})
	if err != nil {
		r.logger.WarnContext(ctx, "the audit log's head is behind its newest page", "page", number, "error", err)
	}
}

// amend is update until it comes first, or ctx is done.
func (r *ring) amend(ctx context.Context, id string, change func(*content.AuditPage) (*content.AuditPage, error)) error {
	for {
		err := r.update(ctx, id, change)
		if fault.KindOf(err) != fault.Conflict || ctx.Err() != nil {
			return err
		}
	}
}

// find gives the number of the newest page, 0 where there is none, and the last pages up to it, in one round trip if this ring has met the newest
// page before.
func (r *ring) find(ctx context.Context, last int) (newest int, pages map[int]*content.AuditPage, err error) {
	for ahead := 1; ; ahead = min(2*ahead, r.pages) {
		known := int(r.known.Load())
		pages, newest, err := r.fetch(ctx, known+ahead, last+ahead, head)
		if err != nil {
			return 0, nil, err
		}
		if newest <= known {
			return known, pages, nil
		}
	}
}

// fetch reads count pages, down from one, besides other documents, and gives the pages by number: of those asked for the ones that are there, and
// newer ones that have taken the place of others. Newest is the highest number that any document holds.
func (r *ring) fetch(ctx context.Context, from, count int, ids ...string) (pages map[int]*content.AuditPage, newest int, err error) {
	lowest := max(1, from-count+1)
	for i := range min(from-lowest+1, r.pages) {
		ids = append(ids, r.slot(from-i))
	}
	found, err := r.read(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	pages = map[int]*content.AuditPage{}
	for id, page := range found {
		newest = max(newest, page.Number)
		if id != head {
			pages[page.Number] = page
		}
	}
	r.meet(newest)
	return pages, newest, nil
}
