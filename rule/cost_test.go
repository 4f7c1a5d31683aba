package rule_test

import (
	"strings"
	"testing"

	"unisono/rule"
)

// A pattern that repeats what repeats is small to write and takes a third of a second on a text of 14 KiB, which a caller may send as a trait. Such
// a pattern is refused when it is written, or ends as Unknown; and so is one that the caller brings along.
func TestPatternsCannotTakeLong(t *testing.T) {
	for _, text := range []string{`traits.text.matches("((a|b){1,100}){1,10}c")`, `traits.text.matches("(((a|b){1,10}){1,10}){1,10}c")`, `traits.text.matches(traits.pattern)`} {
		compiled, err := rule.Compile(text)
		if err != nil {
			continue
		}
		facts := rule.NewFacts(nil, nil, map[string]any{"text": strings.Repeat("ab", 7000), "pattern": "((a|b){1,100}){1,10}c"})
		if outcome, _ := compiled.Eval(facts); outcome != rule.Unknown {
			t.Errorf("%s is evaluated to the end", text)
		}
	}
}
