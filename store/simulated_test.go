package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongosim"
	"unisono/store"
)

// simulated opens a store on a simulated replica set, within a bubble whose clock moves when all wait.
func simulated(t *testing.T, c *mongosim.Cluster, options string) (*store.Store, *mongosim.Link) {
	t.Helper()
	link := c.Link()
	s, err := store.Open(t.Context(), store.Config{URI: c.URI() + options, Dialer: link, Logger: quiet, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // else the bubble waits for it
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s, link
}

// inSimulation runs a test on a simulated replica set; what it opened is closed.
func inSimulation(t *testing.T, options string, run func(t *testing.T, c *mongosim.Cluster, s *store.Store, link *mongosim.Link)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := mongosim.New()
		s, link := simulated(t, c, options)
		run(t, c, s, link)
	})
}

// Whoever was told of a change reads it, whichever member is asked: one that lags waits until it has what was told.
func TestMembersThatLagAnswerNothingOld(t *testing.T) {
	inSimulation(t, "&readPreference=secondary", func(t *testing.T, c *mongosim.Cluster, s *store.Store, _ *mongosim.Link) {
		other, _ := simulated(t, c, "")
		feed, in := follow(t, s, content.KindFragment), notesIn(s)
		for round := range 20 {
			slow := 1 + round%2
			c.Lag(slow, 800*time.Millisecond)
			c.Lag(3-slow, 0)
			text := fmt.Sprint("round ", round)
			write(t, notesIn(other), "a", text)
			if got := next(t, feed); got.ID != "a" {
				t.Fatalf("told %+v", got)
			}
			for range 4 { // members are asked by chance
				if got := read(t, in, "a"); got == nil || got.Text != text {
					t.Fatalf("after it was told of %q a member gives %+v", text, got)
				}
			}
			write(t, in, "b", text)
			if got := read(t, in, "b"); got == nil || got.Text != text {
				t.Fatalf("after it wrote %q a member gives %+v", text, got)
			}
			if got := next(t, feed); got.ID != "b" {
				t.Fatalf("told %+v", got)
			}
		}
	})
}

// Keys are read from the primary, whatever the URI says: no feed tells of them, so a member that lags would trust one that was revoked.
func TestKeysAreReadFromThePrimary(t *testing.T) {
	inSimulation(t, "&readPreference=secondary", func(t *testing.T, c *mongosim.Cluster, s *store.Store, _ *mongosim.Link) {
		other, _ := simulated(t, c, "")
		write(t, store.In[note](other, content.KindClient), "key", "in force")
		c.Lag(1, time.Minute)
		write(t, store.In[note](other, content.KindClient), "key", "revoked")
		for range 10 { // members are asked by chance
			if got := read(t, store.In[note](s, content.KindClient), "key"); got == nil || got.Text != "revoked" {
				t.Fatalf("a member that lags gives %+v", got)
			}
		}
	})
}

// Elections lose no change: the stream goes on at the new primary, and nothing is told as lost.
func TestChangesAreToldOverElections(t *testing.T) {
	inSimulation(t, "", func(t *testing.T, c *mongosim.Cluster, s *store.Store, _ *mongosim.Link) {
		other, _ := simulated(t, c, "")
		feed, in := follow(t, s, content.KindFragment), notesIn(s)
		for round := range 12 {
			switch round % 3 {
			case 0:
				c.Elect((c.Primary() + 1) % mongosim.Members)
			case 1:
				c.EndCursors()
			}
			text := fmt.Sprint("round ", round)
			write(t, notesIn(other), "a", text)
			if got := next(t, feed); got != (store.Change{Kind: content.KindFragment, ID: "a"}) {
				t.Fatalf("round %d: told %+v", round, got)
			}
			if got := read(t, in, "a"); got == nil || got.Text != text {
				t.Fatalf("round %d: read %+v", round, got)
			}
		}
		waitForNothing(t, feed)
		if silent := time.Since(feed.Heard()); silent > time.Second {
			t.Errorf("nothing was heard for %s", silent)
		}
	})
}

// What is on its way to the members when a stream begins is not told by it, and so it is read, though nobody had acknowledged it.
func TestWhatIsOnItsWayWhenAStreamBeginsIsRead(t *testing.T) {
	inSimulation(t, "", func(t *testing.T, c *mongosim.Cluster, s *store.Store, _ *mongosim.Link) {
		other, _ := simulated(t, c, "")
		in := notesIn(s)
		write(t, notesIn(other), "a", "old")
		for slow := range mongosim.Members {
			c.Lag(slow, time.Second)
		}
		written := make(chan error, 1)
		go func() {
			_, err := notesIn(other).Update(t.Context(), "a", func(*note) (*note, error) { return &note{Key: "a", Text: "new"}, nil })
			written <- err
		}()
		synctest.Wait()
		follow(t, s, content.KindFragment)
		if got := read(t, in, "a"); got == nil || got.Text != "new" {
			t.Errorf("it reads %+v, and will not be told of what was on its way", got)
		}
		if err := <-written; err != nil {
			t.Error(err)
		}
	})
}

// Where the history breaks, that is told, and then everything again.
func TestWhatEndsAStreamIsTold(t *testing.T) {
	for name, ends := range map[string]func(c *mongosim.Cluster, in fragmentsIn, link *mongosim.Link){
		"a lost token": func(c *mongosim.Cluster, in fragmentsIn, link *mongosim.Link) {
			for i := range mongosim.Members {
				link.Refuse(i, true)
			}
			in.write("missed")
			c.Forget()
			for i := range mongosim.Members {
				link.Refuse(i, false)
			}
		},
		"a dropped collection": func(c *mongosim.Cluster, _ fragmentsIn, _ *mongosim.Link) { c.Drop(content.KindFragment.Collection()) },
		"an event that is too large": func(c *mongosim.Cluster, in fragmentsIn, _ *mongosim.Link) {
			c.TooLarge()
			in.write("large")
		},
	} {
		t.Run(name, func(t *testing.T) {
			inSimulation(t, "", func(t *testing.T, c *mongosim.Cluster, s *store.Store, link *mongosim.Link) {
				other, _ := simulated(t, c, "")
				feed, count := follow(t, s, content.KindFragment), 0
				in := fragmentsIn{func(id string) {
					count++
					write(t, notesIn(other), id, fmt.Sprint("text ", count))
				}}
				in.write("before")
				if got := next(t, feed); got.ID != "before" {
					t.Fatalf("told %+v", got)
				}
				began := time.Now()
				ends(c, in, link)
				for got := next(t, feed); !got.Lost; got = next(t, feed) {
					t.Logf("told %+v", got)
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("it took %s to tell", took)
				}
				in.write("after")
				for got := next(t, feed); got.ID != "after"; got = next(t, feed) {
					if got.Lost {
						t.Error("it is told as lost twice")
					}
				}
				waitForNothing(t, feed)
				if silent := time.Since(feed.Heard()); silent > time.Second {
					t.Errorf("nothing was heard for %s", silent)
				}
			})
		})
	}
}

// waitForNothing asks a feed for two seconds for what does not come.
func waitForNothing(t *testing.T, feed *store.Feed) {
	t.Helper()
	short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if got, err := feed.Next(short); fault.KindOf(err) != fault.Timeout {
		t.Errorf("told %+v, %v", got, err)
	}
}

// fragmentsIn writes fragments by another gateway.
type fragmentsIn struct{ write func(id string) }

// A primary that was cut off from the others answers, and knows nothing of what they write. Nothing that it says is taken for news, and it cannot say what is so now.
func TestAPrimaryThatIsNoneIsNotHeard(t *testing.T) {
	inSimulation(t, "", func(t *testing.T, c *mongosim.Cluster, s *store.Store, link *mongosim.Link) {
		other, theirs := simulated(t, c, "")
		feed, in := follow(t, s, content.KindFragment), notesIn(s)
		write(t, in, "a", "old")
		next(t, feed)
		if now, err := in.Current(t.Context(), "a"); err != nil || now == nil || now.Text != "old" {
			t.Errorf("as it is now: %+v, %v", now, err)
		}
		if now, err := in.Current(t.Context(), "nobody"); err != nil || now != nil {
			t.Errorf("what is not there: %+v, %v", now, err)
		}
		for _, i := range []int{1, 2} { // this gateway is on the side of the old primary, the other is not
			link.Refuse(i, true)
		}
		theirs.Refuse(0, true)
		c.Cut(0, true)
		if !c.Elect(1) {
			t.Fatal("nobody could be elected")
		}
		write(t, notesIn(other), "a", "new")
		mark := other.Written()
		waitForNothing(t, feed)
		if silent := time.Since(feed.Heard()); silent < 2*time.Second {
			t.Errorf("it takes for news of %s ago what a primary says that is none", silent)
		}
		if got := read(t, in, "a"); got == nil || got.Text != "old" {
			t.Errorf("the old primary gives %+v: this test means nothing", got)
		}
		if now, err := in.Current(t.Context(), "a"); err == nil {
			t.Errorf("as it is now, says the old primary: %+v", now)
		}
		within, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := feed.Pass(within, mark); fault.KindOf(err) != fault.Timeout {
			t.Errorf("what was written elsewhere is passed: %v", err)
		}
		for _, i := range []int{1, 2} {
			link.Refuse(i, false)
		}
		c.Cut(0, false)
		within, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := feed.CatchUp(within, time.Now()); err == nil {
			t.Error("the change is passed, and nobody has taken it")
		}
		if got := next(t, feed); got.ID != "a" {
			t.Errorf("told %+v", got)
		}
		if got := read(t, in, "a"); got == nil || got.Text != "new" {
			t.Errorf("at last it gives %+v", got)
		}
	})
}

// A feed that begins at a primary that was cut off is none until there is another: what is read after it began is not from before that.
func TestNoFeedBeginsAtAPrimaryThatIsNone(t *testing.T) {
	inSimulation(t, "", func(t *testing.T, c *mongosim.Cluster, s *store.Store, link *mongosim.Link) {
		other, theirs := simulated(t, c, "")
		write(t, notesIn(other), "a", "old")
		for _, i := range []int{1, 2} {
			link.Refuse(i, true)
		}
		theirs.Refuse(0, true)
		c.Cut(0, true)
		if !c.Elect(1) {
			t.Fatal("nobody could be elected")
		}
		write(t, notesIn(other), "a", "new")
		time.Sleep(5 * time.Second)
		time.AfterFunc(5*time.Second, func() {
			for _, i := range []int{1, 2} {
				link.Refuse(i, false)
			}
			c.Cut(0, false)
		})
		feed := follow(t, s, content.KindFragment)
		if got := read(t, notesIn(s), "a"); got == nil || got.Text != "new" {
			t.Errorf("nothing was heard for %s, and it reads %+v", time.Since(feed.Heard()), got)
		}
	})
}

// Moments of the database's clock order what two gateways do, whatever their own clocks say.
func TestMarks(t *testing.T) {
	inSimulation(t, "", func(t *testing.T, c *mongosim.Cluster, s *store.Store, _ *mongosim.Link) {
		other, _ := simulated(t, c, "")
		feed := follow(t, s, content.KindFragment)
		if mark := other.Written(); mark != (store.Mark{}) || mark.String() != "" {
			t.Errorf("before a write: %q", mark)
		}
		for round := range 5 {
			before := other.Written()
			write(t, notesIn(other), "a", fmt.Sprint("round ", round))
			mark, err := store.ParseMark(other.Written().String())
			if err != nil || mark != other.Written() || mark == before {
				t.Fatalf("%q, before %q: %v", mark, before, err)
			}
			passed := make(chan error, 1)
			go func() { passed <- feed.Pass(t.Context(), mark) }()
			synctest.Wait()
			if got := next(t, feed); got.ID != "a" {
				t.Fatalf("told %+v", got)
			}
			select {
			case err := <-passed:
				t.Errorf("it is passed before it was done with: %v", err)
			default:
			}
			asking, stop := context.WithCancel(t.Context())
			go func() { _, _ = feed.Next(asking) }()
			if err := <-passed; err != nil {
				t.Error(err)
			}
			stop()
		}
	})
	for _, wrong := range []string{"1", "1.", ".1", "one.two", "1.2.3", "-1.2", "4294967296.1", strings.Repeat("1", 99)} {
		if mark, err := store.ParseMark(wrong); fault.KindOf(err) != fault.BadUserInput {
			t.Errorf("%q is read as %q: %v", wrong, mark, err)
		}
	}
}
