package rule_test

import (
	"encoding/json"
	"testing"
	"time"

	"unisono/rule"
)

// FuzzEval asks rules for facts that strangers send: it ends, soon, and says the same of the same facts however often and whoever asks.
func FuzzEval(f *testing.F) {
	for _, text := range []string{
		`traits.a == 1`, `traits.a in ["x"] && "vip" in context.segments`, `traits.a.all(b, b.c > 1)`, `traits.?a.?b.orValue("c") == "c"`, `traits.a.matches("(a+)+$")`,
		`traits.a.exists(x, traits.a.exists(y, traits.a.exists(z, x + y == z)))`, `size(traits.a) > 0 || has(traits.a.b)`, `context.market == traits.a`, `timestamp(traits.a) > timestamp(0)`, `traits.a.map(x, x).size() > 1`,
	} {
		for _, facts := range []string{`{}`, `{"a": 1}`, `{"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "b": null}`, `{"a": [1, 2, [3, {"c": ""}]]}`, `{"a": {"b": true, "c": [null]}}`, `{"a": 1e308, "b": -0.0}`, `{"": {"": []}}`} {
			f.Add(text, facts)
		}
	}
	f.Fuzz(func(t *testing.T, text, said string) {
		traits := map[string]any{}
		if len(said) > 16<<10 || json.Unmarshal([]byte(said), &traits) != nil {
			t.Skip("no facts")
		}
		compiled, err := rule.Compile(text)
		if err != nil {
			t.Skip("no rule")
		}
		context := map[string]string{"channel": "site", "locale": "da", "market": ""}
		begun := time.Now()
		first, why := compiled.Eval(rule.NewFacts(context, []string{"vip"}, traits))
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%q takes %s of %s", text, took, said)
		}
		if (why != nil) != (first == rule.Unknown) {
			t.Errorf("%q of %s is %v for the reason %v", text, said, first, why)
		}
		again := map[string]any{}
		if err := json.Unmarshal([]byte(said), &again); err != nil {
			t.Fatal(err)
		}
		facts := rule.NewFacts(context, []string{"vip"}, again)
		for range 3 {
			if next, reason := compiled.Eval(facts); next != first || (reason == nil) != (why == nil) {
				t.Errorf("%q of %s is %v (%v), then %v (%v)", text, said, first, why, next, reason)
			}
		}
		// A rule and its negation never both match, whatever the facts.
		if negation, err := rule.Compile("!(" + text + "\n)"); err == nil {
			if other, _ := negation.Eval(facts); first == rule.Match && other == rule.Match {
				t.Errorf("%q and its negation match %s", text, said)
			}
		}
	})
}
