package rule_test

import (
	"testing"

	"unisono/rule"
)

// BenchmarkEvalAtTheLimit is a rule that goes on until its cost ends it: the longest that one evaluation takes.
func BenchmarkEvalAtTheLimit(b *testing.B) {
	many := make([]any, 1000)
	for i := range many {
		many[i] = "x"
	}
	compiled, err := rule.Compile(`traits.many.all(a, traits.many.all(b, traits.many.all(c, a == c && b == c)))`)
	if err != nil {
		b.Fatal(err)
	}
	facts := rule.NewFacts(nil, nil, map[string]any{"many": many})
	for b.Loop() {
		if outcome, _ := compiled.Eval(facts); outcome != rule.Unknown {
			b.Fatal(outcome)
		}
	}
}
