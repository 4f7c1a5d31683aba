package cache_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/cache"
	"unisono/internal/property"
)

// traits are a context of a test.
type traits map[string]int

// glance is what was read of traits.
type glance struct {
	read    map[string]bool
	until   time.Time
	private bool
	rules   int
	asked   *int // how often somebody was asked for all of it; nil: nobody counts
}

func (g *glance) look(of traits, name string) int {
	g.read[name] = true
	return of[name]
}

func (g *glance) AppendKey(to []byte, of traits) []byte {
	if g.asked != nil {
		*g.asked++
	}
	for _, name := range slices.Sorted(maps.Keys(g.read)) {
		to = fmt.Appendf(to, "%s=%d;", name, of[name])
	}
	return to
}

func (g *glance) With(other *glance) *glance {
	all := &glance{read: maps.Clone(g.read), rules: g.rules + other.rules, asked: g.asked}
	maps.Copy(all.read, other.read)
	if len(all.read) == len(g.read) {
		return g
	}
	return all
}

func (g *glance) Until() time.Time  { return g.until }
func (g *glance) IsShareable() bool { return !g.private }
func (g *glance) Rules() int        { return g.rules }

// decision reads one trait, and by what it finds another, or says something.
type decision struct {
	reads string
	then  []*decision // by what is found
	says  int
}

func drawDecision(t *rapid.T, depth int) *decision {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "end") == 0 {
		return &decision{says: rapid.Int().Draw(t, "says")}
	}
	d := &decision{reads: rapid.SampledFrom(traitNames).Draw(t, "reads")}
	for range 3 {
		d.then = append(d.then, drawDecision(t, depth-1))
	}
	return d
}

func (d *decision) make(of traits, g *glance) int {
	if d.then == nil {
		return d.says
	}
	return d.then[g.look(of, d.reads)].make(of, g)
}

var traitNames = []string{"a", "b", "c", "d", "e", "f"}

// Adaptive vary: what is found for somebody is what would be made for them, whatever order they come in and whatever is read of whom; and it is found for all who cannot be told from those for whom it was made.
func TestWhatIsFoundIsWhatWouldBeMade(t *testing.T) {
	c, err := cache.New(cache.Config{Size: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	found, asked := 0, 0
	property.Check(t, 2000, func(t *rapid.T) {
		made := cache.MadeIn[traits, *glance, int](c, "test")
		decisions := []*decision{drawDecision(t, 4), drawDecision(t, 4)}
		for range rapid.IntRange(5, 40).Draw(t, "asks") {
			question, of := rapid.IntRange(0, 1).Draw(t, "question"), traits{}
			for _, name := range traitNames {
				of[name] = rapid.IntRange(0, 2).Draw(t, name)
			}
			g := &glance{read: map[string]bool{}}
			want := decisions[question].make(of, g)
			got, read, is := made.Find(fmt.Sprint(question), of, cache.Moment{}, nil)
			asked++
			if is {
				found++
				if got != want || string(read.AppendKey(nil, of)) != string(g.AppendKey(nil, of)) {
					t.Fatalf("it finds %d by %v, and would make %d by %v", got, read.read, want, g.read)
				}
				continue
			}
			made.Keep(fmt.Sprint(question), of, cache.Moment{}, want, g)
			if _, _, is := made.Find(fmt.Sprint(question), of, cache.Moment{}, nil); !is && !property.WithRaceDetector() {
				t.Fatal("what was just made is not found")
			}
		}
	})
	if !property.WithRaceDetector() && found*4 < asked {
		t.Errorf("of %d that were asked for %d were found: too few to mean much", asked, found)
	}
}

// What is no longer right, or of later than somebody knows, is not found; nor what is nobody else's, needs too many rules or too long a question.
func TestWhatIsNotFound(t *testing.T) {
	c, err := cache.New(cache.Config{Size: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	made := cache.MadeIn[traits, *glance, string](c, "test")
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	then := cache.Moment{At: at, Number: 7, Changed: 5}
	keep := func(question string, g glance) {
		g.read = map[string]bool{"a": true}
		made.Keep(question, traits{"a": 1}, then, "said", &g)
	}
	keep("plain", glance{until: at.Add(time.Hour)})
	keep("private", glance{private: true})
	keep("ruled", glance{rules: 32})
	keep("much ruled", glance{rules: 33})
	keep(string(make([]byte, 4<<10)), glance{})
	keep(string(make([]byte, 4<<10+1)), glance{})
	for _, test := range []struct {
		what, question string
		of             traits
		now            cache.Moment
		want           bool
	}{
		{"as it was", "plain", traits{"a": 1}, then, true},
		{"what was not read", "plain", traits{"a": 1, "b": 2}, then, true},
		{"another question", "other", traits{"a": 1}, then, false},
		{"somebody else", "plain", traits{"a": 2}, then, false},
		{"later changes of other things", "plain", traits{"a": 1}, cache.Moment{At: at, Number: 9, Changed: 7}, true},
		{"a later change", "plain", traits{"a": 1}, cache.Moment{At: at, Number: 9, Changed: 8}, false},
		{"somebody who knows less", "plain", traits{"a": 1}, cache.Moment{At: at, Number: 6, Changed: 5}, false},
		{"just before its end", "plain", traits{"a": 1}, cache.Moment{At: at.Add(time.Hour - 1), Number: 7, Changed: 5}, true},
		{"at its end", "plain", traits{"a": 1}, cache.Moment{At: at.Add(time.Hour), Number: 7, Changed: 5}, false},
		{"before its time", "plain", traits{"a": 1}, cache.Moment{At: at.Add(-1), Number: 7, Changed: 5}, false},
		{"what is somebody's own", "private", traits{"a": 1}, then, false},
		{"with rules", "ruled", traits{"a": 1}, then, true},
		{"with too many", "much ruled", traits{"a": 1}, then, false},
		{"a long question", string(make([]byte, 4<<10)), traits{"a": 1}, then, true},
		{"one too long", string(make([]byte, 4<<10+1)), traits{"a": 1}, then, false},
	} {
		if _, _, is := made.Find(test.question, test.of, test.now, nil); is != test.want && !(test.want && property.WithRaceDetector()) {
			t.Errorf("%s: found is %t", test.what, is)
		}
	}
	if stats := c.Stats(); !property.WithRaceDetector() {
		same(t, "figures", []uint64{stats.Views["test"].Hits, stats.Views["test"].Misses}, []uint64{6, 9})
	}
	for _, stands := range []bool{true, false} {
		if _, _, is := made.Find("plain", traits{"a": 1}, then, func(said string) bool { return stands && said == "said" }); is != stands && !property.WithRaceDetector() {
			t.Errorf("what stands (%t) is found: %t", stands, is)
		}
	}
	if now := c.Stats().Views["test"]; !property.WithRaceDetector() && (now.Hits != 7 || now.Misses != 10) {
		t.Errorf("what does not stand is counted as found: %+v", now)
	}
	c.Close()
	keep("after the end", glance{})
	if _, _, is := made.Find("after the end", traits{"a": 1}, then, nil); is {
		t.Error("it is found after the end")
	}
}

// A question that takes too many rules is not asked of them only to find nothing: whether each reader needs few, or one of them too many.
func TestRulesThatAreTooManyAreNotAsked(t *testing.T) {
	c, err := cache.New(cache.Config{Size: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	made, asked := cache.MadeIn[traits, *glance, string](c, "test"), 0
	keep := func(question, trait string, rules int) {
		made.Keep(question, traits{}, cache.Moment{}, "said", &glance{read: map[string]bool{trait: true}, rules: rules, asked: &asked})
	}
	keep("few each", "a", 20)
	keep("few each", "b", 20)
	keep("one has many", "a", 33)
	asked = 0
	for _, question := range []string{"few each", "one has many"} {
		if _, _, is := made.Find(question, traits{}, cache.Moment{}, nil); is || asked > 0 {
			t.Errorf("%s: found is %t, and rules are asked %d times", question, is, asked)
		}
	}
}
