package store

import (
	"context"
	"sync"
)

// keyLocks is one lock for each key that is in use. The zero value is ready. It grows with the keys in use alone.
type keyLocks struct {
	mu   sync.Mutex
	held map[string]*keyLock
}

type keyLock struct {
	turn  chan struct{} // holds one token while the lock is free
	users int           // holder and waiters, guarded by keyLocks.mu
}

// lock waits for the key, or for the end of ctx. After a nil error the caller must call unlock once.
func (l *keyLocks) lock(ctx context.Context, key string) (unlock func(), err error) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]*keyLock{}
	}
	one := l.held[key]
	if one == nil {
		one = &keyLock{turn: make(chan struct{}, 1)}
		one.turn <- struct{}{}
		l.held[key] = one
	}
	one.users++
	l.mu.Unlock()

	select {
	case <-one.turn:
		return func() {
			one.turn <- struct{}{}
			l.leave(key, one)
		}, nil
	case <-ctx.Done():
		l.leave(key, one)
		return nil, ctx.Err()
	}
}

// leave forgets a lock that nobody uses any more.
func (l *keyLocks) leave(key string, one *keyLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one.users--
	if one.users == 0 {
		delete(l.held, key)
	}
}
