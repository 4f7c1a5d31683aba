package server

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"unisono/content"
)

// unshown are documents that could not be shown as they are written. It holds a bounded number of them, each until it has not been met for a
// while. The zero value is ready.
type unshown struct {
	mu  sync.Mutex
	met map[content.Broken]time.Time // by kind, key and reason
}

const (
	maxUnshown = 1000
	keepFor    = time.Hour
)

// report notes a document. It says whether it is new, which is when it is worth a line in the log.
func (u *unshown) report(kind content.Kind, key, reason string, now time.Time) (isNew bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.met == nil {
		u.met = map[content.Broken]time.Time{}
	}
	document := content.Broken{Kind: string(kind), Key: key, Reason: reason}
	if _, known := u.met[document]; !known {
		u.expire(now)
		if len(u.met) >= maxUnshown {
			return false
		}
		isNew = true
	}
	u.met[document] = now
	return isNew
}

func (u *unshown) expire(now time.Time) {
	maps.DeleteFunc(u.met, func(_ content.Broken, seen time.Time) bool { return now.Sub(seen) > keepFor })
}

// list gives what was met of late, by kind, key and reason.
func (u *unshown) list(now time.Time) []content.Broken {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.expire(now)
	documents := make([]content.Broken, 0, len(u.met))
	for document, seen := range u.met {
		document.Seen = seen
		documents = append(documents, document)
	}
	slices.SortFunc(documents, func(a, b content.Broken) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Reason, b.Reason))
	})
	return documents
}
