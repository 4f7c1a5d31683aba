package rule

import (
	"fmt"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Cache compiles each rule once. It holds a bounded number of them and is safe for concurrent use.
type Cache struct {
	compiled *lru.Cache[string, compiled]
	failures atomic.Int64
}

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
	return &Cache{compiled: rules}, nil
}

// Eval evaluates a rule by its text. One that does not compile (another program wrote it) is Unknown. A nil Cache compiles anew each time.
func (c *Cache) Eval(text string, facts *Facts) (Outcome, error) {
	rule, err := c.get(text)
	outcome := Unknown
	if err == nil {
		outcome, err = rule.Eval(facts)
	}
	if err != nil && c != nil {
		c.failures.Add(1)
	}
	return outcome, err
}

// Failures counts the evaluations that ended with an error.
func (c *Cache) Failures() int64 { return c.failures.Load() }

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
