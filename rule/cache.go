package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Cache compiles each rule once. It holds a bounded number of them and is safe for concurrent use.
type Cache struct {
	compiled *lru.Cache[string, compiled]

	mu      sync.Mutex
	failing map[string]*Failure // by the rule's text
}

// Failure is a rule that could not be evaluated for a reason other than a fact that is not known.
type Failure struct {
	Rule   string
	Reason string    // of the last time
	Count  int       // how often, since the Cache was made
	Seen   time.Time // the last time
}

// maxFailing bounds how many failing rules are remembered.
const maxFailing = 1000

type compiled struct {
	rule *Rule
	err  error
}

// NewCache makes a Cache for so many rules, at least one.
func NewCache(size int) (*Cache, error) {
	rules, err := lru.New[string, compiled](size)
	if err != nil {
		return nil, fmt.Errorf("a cache for %d rules: %w", size, err)
	}
	return &Cache{compiled: rules, failing: map[string]*Failure{}}, nil
}

// Eval evaluates a rule by its text. One that does not compile (another program wrote it) is Unknown. A nil Cache compiles anew each time.
func (c *Cache) Eval(text string, facts *Facts) (Outcome, error) {
	rule, err := c.get(text)
	outcome := Unknown
	if err == nil {
		outcome, err = rule.Eval(facts)
	}
	if err != nil && c != nil && !errors.Is(err, errNotKnown) {
		c.count(text, err)
	}
	return outcome, err
}

func (c *Cache) count(text string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	failure := c.failing[text]
	if failure == nil {
		if len(c.failing) >= maxFailing {
			return
		}
		failure = &Failure{Rule: text}
		c.failing[text] = failure
	}
	failure.Count++
	failure.Reason, failure.Seen = err.Error(), time.Now()
}

// Failures gives the rules that failed, by their text; 1,000 at the most.
func (c *Cache) Failures() []Failure {
	c.mu.Lock()
	defer c.mu.Unlock()
	failures := make([]Failure, 0, len(c.failing))
	for _, failure := range c.failing {
		failures = append(failures, *failure)
	}
	slices.SortFunc(failures, func(a, b Failure) int { return strings.Compare(a.Rule, b.Rule) })
	return failures
}

func (c *Cache) get(text string) (*Rule, error) {
	if c == nil {
		return Compile(text)
	}
	if known, found := c.compiled.Get(text); found {
		return known.rule, known.err
	}
	rule, err := Compile(text)
	c.compiled.Add(text, compiled{rule, err})
	return rule, err
}
