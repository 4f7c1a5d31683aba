package rule_test

import (
	"strings"
	"testing"

	"unisono/fault"
	"unisono/rule"
)

func facts() *rule.Facts {
	return rule.NewFacts(
		map[string]string{"channel": "site", "audience": "consumer", "locale": "da", "market": "DK"},
		[]string{"vip", "loyal"},
		map[string]any{
			"age": 30.0, "visits": int64(3), "country": "CH", "member": true, "blank": "  ", "none": nil, "empty": []any{}, "blanks": []any{""},
			"tags": []any{"a", "b", nil}, "home": map[string]any{"city": "Bern", "zip": ""},
		},
	)
}

func TestWhatARuleSays(t *testing.T) {
	for text, want := range map[string]rule.Outcome{
		`context.channel == "site" && context.market in ["DK", "SE"]`: rule.Match,
		`"vip" in context.segments`:                                   rule.Match,
		`!("vip" in context.segments)`:                                rule.NoMatch,
		`traits.age >= 18`:                                            rule.Match,
		`traits.age >= 18.5 && traits.visits == 3`:                    rule.Match,
		`traits.member`:                                               rule.Match,
		`traits.home.city == "Bern"`:                                  rule.Match,
		`traits.tags.exists(t, t == "b")`:                             rule.Match,
		`traits.tags.all(t, t != "c")`:                                rule.Match,
		`context.segments.exists(s, s.startsWith("v"))`:               rule.Match,
		`traits.country.matches("^C")`:                                rule.Match,

		// An absent fact is unknown: neither the rule matches nor its negation.
		`traits.plan == "pro"`:                      rule.Unknown,
		`traits.plan != "pro"`:                      rule.Unknown,
		`traits.plan in ["pro"]`:                    rule.Unknown,
		`!(traits.plan in ["pro"])`:                 rule.Unknown,
		`traits.score > 3`:                          rule.Unknown,
		`!(traits.score > 3)`:                       rule.Unknown,
		`context.device == "PHONE"`:                 rule.Unknown,
		`!(context.device == "PHONE")`:              rule.Unknown,
		`has(traits.plan)`:                          rule.NoMatch,
		`!has(traits.plan) || traits.plan == "pro"`: rule.Match,
		`traits.?plan.orValue("free") == "free"`:    rule.Match,
		`traits.score <= 3 && false`:                rule.NoMatch,
		`traits.score <= 3 || true`:                 rule.Match,
		`has(traits.score) && traits.score <= 3`:    rule.NoMatch,

		// What is missing counts as absent, at every depth.
		`has(traits.blank) || has(traits.none) || has(traits.empty) || has(traits.blanks)`: rule.NoMatch,
		`has(traits.home.zip)`:   rule.NoMatch,
		`size(traits.tags) == 2`: rule.Match,

		// A fact of another kind is unknown too.
		`traits.country >= 18`:               rule.Unknown,
		`traits.age == "30"`:                 rule.NoMatch,
		`traits.country`:                     rule.Unknown,
		`traits.home.exists(k, k == "city")`: rule.Unknown,
	} {
		t.Run(text, func(t *testing.T) {
			compiled, err := rule.Compile(text)
			if err != nil {
				t.Fatal(err)
			}
			got, err := compiled.Eval(facts())
			if got != want || (err != nil) != (want == rule.Unknown) {
				t.Errorf("it is %v (%v), want %v", got, err, want)
			}
		})
	}
}

func TestWhatNoRuleMayBe(t *testing.T) {
	for text, says := range map[string]string{
		``:                         "empty",
		` `:                        "empty",
		`context.channel`:          "",
		`1 + 1`:                    "true or false",
		`"yes"`:                    "true or false",
		`context.chanel == "site"`: "context.chanel",
		`context.channel = "site"`: "line 1, column 17",
		`trait.age > 1`:            "trait",
		`now() > timestamp("2026-01-01T00:00:00Z")`:                  "now",
		`traits.exists(k, k == "age")`:                               "only a list",
		`{"a": 1}.all(k, k == "a")`:                                  "only a list",
		strings.Repeat("(", 100) + "true" + strings.Repeat(")", 100): "not right",
		`"` + strings.Repeat("a", rule.MaxBytes) + `" == "a"`:        "bytes",
		`true` + strings.Repeat(` || true`, 1000):                    "",
	} {
		compiled, err := rule.Compile(text)
		if text == `context.channel` {
			continue // of no known type before it is evaluated
		}
		if err == nil {
			t.Errorf("%.60q was taken: %v", text, compiled)
			continue
		}
		if fault.KindOf(err) != fault.BadUserInput || !strings.Contains(fault.Public(err), says) {
			t.Errorf("%.60q: %v, %q does not say %q", text, fault.KindOf(err), fault.Public(err), says)
		}
	}
}

func TestCostIsBounded(t *testing.T) {
	many := make([]any, 1000)
	for i := range many {
		many[i] = "x"
	}
	compiled, err := rule.Compile(`traits.many.all(a, traits.many.all(b, traits.many.all(c, a == c && b == c)))`)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := compiled.Eval(rule.NewFacts(nil, nil, map[string]any{"many": many}))
	if outcome != rule.Unknown || err == nil {
		t.Errorf("it is %v, %v", outcome, err)
	}
}

func TestCacheCompilesOnceAndCountsWhatFails(t *testing.T) {
	cache, err := rule.NewCache(2)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if outcome, err := cache.Eval(`traits.age > 1`, facts()); outcome != rule.Match || err != nil {
			t.Error(outcome, err)
		}
		for _, text := range []string{`nonsense(`, `traits.country >= 18`, `traits.absent == 1`} {
			if outcome, err := cache.Eval(text, facts()); outcome != rule.Unknown || err == nil {
				t.Error(text, outcome, err)
			}
		}
	}
	failures := cache.Failures()
	if len(failures) != 2 || failures[0].Rule != `nonsense(` || failures[1].Count != 3 || failures[1].Reason == "" || failures[1].Seen.IsZero() {
		t.Errorf("failures are %+v; a fact that is not known is none", failures)
	}
	if _, err := rule.NewCache(0); err == nil {
		t.Error("a cache for nothing was made")
	}
}

func BenchmarkEval(b *testing.B) {
	compiled, err := rule.Compile(`context.channel == "site" && traits.age >= 18 && "vip" in context.segments`)
	if err != nil {
		b.Fatal(err)
	}
	facts := facts()
	b.ReportAllocs()
	for b.Loop() {
		if outcome, _ := compiled.Eval(facts); outcome != rule.Match {
			b.Fatal(outcome)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`true`, `traits.a == 1`, `context.segments.exists(s, s == "a")`, `has(traits.a.b)`, `traits.?a.orValue(1) > 0`, `((((`, `"\`, `a.map(`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		compiled, err := rule.Compile(text)
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.BadUserInput {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		one, _ := compiled.Eval(facts())
		if two, _ := compiled.Eval(facts()); one != two {
			t.Errorf("%q is %v, then %v", text, one, two)
		}
	})
}
