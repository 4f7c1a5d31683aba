package token

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"unisono/fault"
)

// How old keys may get, and how often an identity provider is asked, whatever strangers send.
const (
	freshFor       = 5 * time.Minute  // older keys are still used, and read anew meanwhile
	usableFor      = time.Hour        // older keys are not: the provider may have withdrawn one
	betweenTries   = 30 * time.Second // after a try that failed, while there are keys to use
	withoutKeys    = 2 * time.Second  // so too, while there are none: then everybody waits
	betweenLookups = 30 * time.Second // between readings for the sake of a key that is not in the set
	maxReading     = 5 * time.Second  // of the discovery document and the key set together
)

// A source keeps the keys of one issuer. Callers share one immutable set; only run reads a new one, one at a time.
type source struct {
	place  *place
	now    func() time.Time
	logger *slog.Logger

	set    atomic.Pointer[keySet] // the last that was read; nil: none yet
	wanted chan *reading          // holds one: no more is ever under way
	done   chan struct{}          // closed when run has ended

	mu     sync.Mutex
	under  *reading  // under way; nil: none
	tried  time.Time // when the last one ended
	looked time.Time // when the last one began for the sake of a key that was not there
	failed error     // why the last one failed; nil: it did not
}

// A reading of the keys, for which any number of callers wait.
type reading struct{ done chan struct{} }

func newSource(place *place, now func() time.Time, logger *slog.Logger) *source {
	return &source{place: place, now: now, logger: logger, wanted: make(chan *reading, 1), done: make(chan struct{})}
}

// run reads keys when they are wanted, until ctx ends. It runs once.
func (s *source) run(ctx context.Context) {
	defer close(s.done)
	told := ""
	for version := uint64(1); ; version++ {
		select {
		case <-ctx.Done():
			return
		case asked := <-s.wanted:
			told = s.read(ctx, version, told)
			close(asked.done)
		}
	}
}

// read reads the keys once. A key that is left out is told of once, not at every reading: told is what was said last.
func (s *source) read(ctx context.Context, version uint64, told string) string {
	begun := s.now()
	ctx, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	raw, err := s.place.keys(ctx)
	var keys []key
	var remarks []string
	if err == nil {
		keys, remarks, err = parseKeys(raw)
	}
	if err == nil {
		s.set.Store(&keySet{keys: keys, at: begun, version: version})
		if tell := strings.Join(remarks, "; "); tell != told {
			told = tell
			if tell != "" {
				s.logger.WarnContext(ctx, "keys of an identity provider are not used", "issuer", s.place.issuer, "used", len(keys), "remarks", tell)
			}
		}
	} else if !errors.Is(ctx.Err(), context.Canceled) { // which says that the gateway is closing
		s.logger.WarnContext(ctx, "the keys of an identity provider cannot be read", "issuer", s.place.issuer, "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under, s.tried, s.failed = nil, s.now(), err
	return told
}

// usable gives the keys that may be used now, without waiting; nil: there are none. It has old ones read anew.
func (s *source) usable() *keySet {
	set := s.set.Load()
	if set == nil {
		return nil
	}
	age := s.now().Sub(set.at)
	if age > freshFor {
		s.begin(betweenTries)
	}
	if age > usableFor {
		return nil
	}
	return set
}

// find gives the keys that may have signed a token, and the version of the set they are in. It waits for the identity provider where no keys
// are there, or not this one: a key that is not known may be new. The fault is Unauthenticated, or Unavailable or Timeout where no keys can
// be read.
func (s *source) find(ctx context.Context, id, algorithm string) (any, uint64, error) {
	set, waited := s.usable(), false
	if set == nil {
		waited = true
		if err := s.wait(ctx, s.begin(withoutKeys)); err != nil {
			return nil, 0, err
		}
		if set = s.usable(); set == nil {
			return nil, 0, s.unavailable()
		}
	}
	keys, err := set.find(id, algorithm)
	if errors.Is(err, errNoSuchKey) && !waited {
		if err := s.wait(ctx, s.lookAgain()); err != nil {
			return nil, 0, err
		}
		if newer := s.usable(); newer != nil {
			set = newer
		}
		keys, err = set.find(id, algorithm)
	}
	return keys, set.version, err
}

// begin gives the reading that is under way, or begins one; nil: none is, and the last try was too short a while ago.
func (s *source) begin(pause time.Duration) *reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.under == nil && s.now().Sub(s.tried) < pause {
		return nil
	}
	return s.start()
}

// lookAgain is begin for the sake of a key that is not in the set. It has a pause of its own, so that a key that is new just after the set was
// read is found at once, and made-up ones cost the identity provider two requests a minute.
func (s *source) lookAgain() *reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.under == nil {
		now := s.now()
		if now.Sub(s.looked) < betweenLookups {
			return nil
		}
		s.looked = now
	}
	return s.start()
}

// start gives the reading that is under way, or begins one. The caller holds the lock; the channel has room, for it holds only what is under way.
func (s *source) start() *reading {
	if s.under == nil {
		s.under = &reading{done: make(chan struct{})}
		s.wanted <- s.under
	}
	return s.under
}

// wait waits until a reading has ended, well or not; one that is nil has. A caller who leaves takes nothing away from the others.
func (s *source) wait(ctx context.Context, under *reading) error {
	if under == nil {
		return nil
	}
	select {
	case <-under.done:
		return nil
	case <-s.done:
		return fault.New(fault.Unavailable, "the gateway is closing")
	case <-ctx.Done():
		return fault.Wrap(fault.Timeout, ctx.Err(), "the identity provider's keys did not come in time")
	}
}

func (s *source) unavailable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fault.Wrap(fault.Unavailable, s.failed, "the keys of the token's identity provider cannot be read at present")
}
