package token_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unisono/access/token"
	"unisono/fault"
)

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func response(r *http.Request, status int, header, value, body string) *http.Response {
	answer := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
	if header != "" {
		answer.Header.Set(header, value)
	}
	return answer
}

// eventually waits for what a goroutine does in the background.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not happen")
		}
	}
}

func TestKeysAreReadOnceForMany(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	h := open(t, p.config())
	if p.asked.Load() != 0 {
		t.Error("keys are read before any token needs them")
	}
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() { h.accepts(t, key.sign(p.claims("jti", i))) })
	}
	group.Wait()
	if asked := p.asked.Load(); asked != 1 {
		t.Errorf("they are asked for %d times", asked)
	}
}

func TestKeysThatAreNotKnown(t *testing.T) {
	key, stranger := es256("1"), es256("2")
	p := newProvider(t, key)
	h := open(t, p.config())
	h.accepts(t, key.sign(p.claims()))
	h.refuses(t, stranger.sign(p.claims()), fault.Unauthenticated, "nobody known signed this token")
	if asked := p.asked.Load(); asked != 2 {
		t.Errorf("they are asked for %d times", asked)
	}
	var group sync.WaitGroup
	flood := func() {
		for i := range 1000 {
			made := &signer{"made-up-" + strconv.Itoa(i), stranger.method, stranger.private, nil}
			group.Go(func() { h.refuses(t, made.sign(p.claims()), fault.Unauthenticated, "nobody known signed this token") })
		}
		group.Wait()
	}
	flood()
	if asked := p.asked.Load(); asked != 2 {
		t.Errorf("within 30 s they are asked for %d times", asked)
	}
	h.pass(31 * time.Second)
	flood()
	if asked := p.asked.Load(); asked != 3 {
		t.Errorf("after 30 s they are asked for %d times", asked)
	}
	p.publish(key, stranger)
	h.pass(31 * time.Second)
	h.accepts(t, stranger.sign(p.claims()))
}

func TestAFloodBeforeAnyKeyIsRead(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	h := open(t, p.config())
	var group sync.WaitGroup
	for i := range 1000 {
		made := &signer{"made-up-" + strconv.Itoa(i), key.method, key.private, nil}
		group.Go(func() { h.refuses(t, made.sign(p.claims()), fault.Unauthenticated, "nobody known signed this token") })
	}
	group.Wait()
	if asked := p.asked.Load(); asked > 2 {
		t.Errorf("they are asked for %d times", asked)
	}
}

func TestKeysChange(t *testing.T) {
	old, next := es256("1"), es256("2")
	p := newProvider(t, old)
	h := open(t, p.config())
	remembered := old.sign(p.claims())
	h.accepts(t, remembered)
	p.publish(old, next)
	h.accepts(t, next.sign(p.claims())) // found at once
	p.publish(next)
	h.accepts(t, remembered) // until the keys are read again
	h.pass(5*time.Minute + time.Second)
	h.accepts(t, old.sign(p.claims())) // the old ones are used meanwhile
	eventually(t, func() bool {
		_, err := h.Client(t.Context(), remembered)
		return err != nil
	})
	h.refuses(t, remembered, fault.Unauthenticated, "nobody known signed this token")
	h.accepts(t, next.sign(p.claims()))
}

// A token that was verified is remembered, but not for longer than the key that signed it.
func TestWhatIsRememberedEndsWithItsKey(t *testing.T) {
	old, next := es256("1"), es256("2")
	p := newProvider(t, old)
	h := open(t, p.config())
	remembered := old.sign(p.claims())
	h.accepts(t, remembered)
	p.publish(next)
	h.accepts(t, next.sign(p.claims())) // has the keys read anew
	h.refuses(t, remembered, fault.Unauthenticated, "nobody known signed this token")
}

func TestWhatIsRememberedEndsWithTheToken(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	h := open(t, p.config())
	remembered := key.sign(p.claims("exp", start.Add(20*time.Second).Unix()))
	first := h.accepts(t, remembered)
	if h.accepts(t, remembered) != first {
		t.Error("it is not remembered")
	}
	h.pass(20 * time.Second)
	first = h.accepts(t, remembered)
	if h.accepts(t, remembered) == first {
		t.Error("it is remembered though only the skew keeps it valid")
	}
	h.pass(30 * time.Second)
	h.refuses(t, remembered, fault.Unauthenticated, "has expired")

	longer := key.sign(p.claims())
	first = h.accepts(t, longer)
	h.pass(59 * time.Second)
	if h.accepts(t, longer) != first {
		t.Error("it is forgotten within a minute")
	}
	h.pass(time.Second)
	if h.accepts(t, longer) == first {
		t.Error("it is remembered for more than a minute")
	}
}

func TestAProviderThatIsDownAtFirst(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	p.answers(http.StatusServiceUnavailable, "")
	h := open(t, p.config())
	bearer := key.sign(p.claims())
	for range 10 {
		h.refuses(t, bearer, fault.Unavailable, "cannot be read at present")
	}
	if asked := p.asked.Load(); asked != 1 {
		t.Errorf("it is asked %d times", asked)
	}
	p.publish(key)
	h.pass(3 * time.Second)
	h.accepts(t, bearer)
}

func TestAProviderThatIsDownLater(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	h := open(t, p.config())
	bearer := key.sign(p.claims())
	h.accepts(t, bearer)
	p.answers(http.StatusInternalServerError, "")
	for minute := range 59 {
		h.pass(time.Minute)
		h.accepts(t, bearer)
		h.accepts(t, key.sign(p.claims("jti", minute)))
	}
	if asked := p.asked.Load(); asked < 2 || asked > 60 {
		t.Errorf("it is asked %d times in an hour", asked)
	}
	h.refuses(t, es256("2").sign(p.claims()), fault.Unauthenticated, "nobody known signed this token")
	h.pass(61 * time.Second)
	h.refuses(t, bearer, fault.Unavailable, "cannot be read at present")
	p.publish(key)
	h.pass(3 * time.Second)
	h.accepts(t, bearer)
}

func TestAnswersThatAreNotRight(t *testing.T) {
	key := es256("1")
	for name, answer := range map[string]http.HandlerFunc{
		"garbage":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"no keys":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) },
		"null":       func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("null")) },
		"nothing":    func(http.ResponseWriter, *http.Request) {},
		"status 500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"status 204": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"keys": []`))
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write([]byte(strings.Repeat(" ", 10_000))); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			p.does(answer)
			open(t, p.config()).refuses(t, key.sign(p.claims()), fault.Unavailable, "cannot be read at present")
		})
	}
}

// An empty key set is an answer: the provider has withdrawn all keys.
func TestAKeySetThatIsEmpty(t *testing.T) {
	p := newProvider(t)
	open(t, p.config()).refuses(t, es256("1").sign(p.claims()), fault.Unauthenticated, "nobody known signed this token")
}

func TestAProviderThatIsSlow(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	bearer := key.sign(p.claims())
	synctest.Test(t, func(t *testing.T) {
		slow := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		verifier, err := token.Open(t.Context(), p.config(), token.Options{Client: slow, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return start }})
		if err != nil {
			t.Fatal(err)
		}
		defer verifier.Close()
		began := time.Now()
		var group sync.WaitGroup
		group.Go(func() {
			_, err := verifier.Client(t.Context(), bearer)
			if waited := time.Since(began); fault.KindOf(err) != fault.Unavailable || waited != 5*time.Second {
				t.Errorf("after %v it is %v", waited, err)
			}
		})
		synctest.Wait()
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := verifier.Client(ctx, bearer)
			if waited := time.Since(began); fault.KindOf(err) != fault.Timeout || waited != time.Second {
				t.Errorf("after %v it is %v", waited, err)
			}
		})
		group.Wait()
	})
}

// Who leaves takes nothing away from those who go on waiting, not even who came first.
func TestACallerWhoLeaves(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	bearer := key.sign(p.claims())
	asked, goOn := make(chan struct{}), make(chan struct{})
	publish := p.answer
	p.does(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-goOn
		publish(w, r)
	})
	h := open(t, p.config())
	ctx, leave := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		if _, err := h.Client(ctx, bearer); fault.KindOf(err) != fault.Timeout {
			t.Errorf("who left got %v", err)
		}
	})
	<-asked
	for range 10 {
		group.Go(func() { h.accepts(t, bearer) })
	}
	leave()
	time.AfterFunc(10*time.Millisecond, func() { close(goOn) })
	group.Wait()
	if asked := p.asked.Load(); asked != 1 {
		t.Errorf("it is asked %d times", asked)
	}
}

func TestClosing(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	bearer := key.sign(p.claims())
	synctest.Test(t, func(t *testing.T) {
		slow := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		verifier, err := token.Open(t.Context(), p.config(), token.Options{Client: slow, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := verifier.Client(t.Context(), bearer); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("who waited got %v", err)
			}
		})
		synctest.Wait()
		verifier.Close()
		group.Wait()
		for range 3 {
			if _, err := verifier.Client(t.Context(), bearer); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("who came later got %v", err)
			}
		}
		verifier.Close()
		if time.Since(began) != 0 {
			t.Error("somebody waited")
		}
	})
}
