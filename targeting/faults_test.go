package targeting_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// Faults that others have had, each as the kind that it stands for. The names are the rows of our list of them: T is targeting, L languages.
// T7 is about spreading visitors over variants by chance, which nothing here does. T8 and T10 are about requests, in cmd/unisono.

// outcome says of a rule and its negation which of them shows its variant to the reader, and whether the reasons name a fact.
func outcome(rule string, traits map[string]any) (matches, negationMatches bool, reason string) {
	r := reader("web", "en", "").With(withTraits(traits))
	with := func(rule string) []content.Variant {
		return []content.Variant{{ID: "v", Title: "T", When: &content.Condition{Rule: rule}}}
	}
	negation := with("!(" + rule + ")")
	return chosen(with(rule), r) != "", chosen(negation, r) != "", targeting.Explain(with(rule), r)[0].Reason + "; " + targeting.Explain(negation, r)[0].Reason
}

// absent are all the ways in which a reader does not say a fact.
var absent = map[string]map[string]any{
	"no traits": nil, "no such trait": {"other": 1.0}, "null": {"x": nil}, "an empty text": {"x": ""}, "white space": {"x": " \t"},
	"an empty list": {"x": []any{}}, "a list of an empty text": {"x": []any{""}}, "a list of nulls": {"x": []any{nil, "  "}}, "an empty object": {"x": map[string]any{}},
}

func TestT1ARuleNeitherTakesNorExcludesWhomItDoesNotKnow(t *testing.T) {
	variants := []content.Variant{
		{ID: "in", Title: "T", When: &content.Condition{Rule: `traits.x in ["CH"]`}},
		{ID: "out", Title: "T", When: &content.Condition{Rule: `!(traits.x in ["CH"])`}},
		{ID: "all", Title: "T"},
	}
	for name, traits := range absent {
		if got := chosen(variants, reader("web", "en", "").With(withTraits(traits))); got != "all" {
			t.Errorf("%s: %q is shown", name, got)
		}
		// This is how an author includes those who do not say.
		for _, rule := range []string{`!has(traits.x) || traits.x != "CH"`, `!(traits.?x.orValue("") in ["CH"])`} {
			if matches, negation, _ := outcome(rule, traits); !matches || negation {
				t.Errorf("%s: %s matches: %t, its negation: %t", name, rule, matches, negation)
			}
		}
	}
	for country, want := range map[string]string{"CH": "in", "DK": "out"} {
		if got := chosen(variants, reader("web", "en", "").With(withTraits(map[string]any{"x": country}))); got != want {
			t.Errorf("%s: %q is shown", country, got)
		}
	}
}

func TestT3NothingIsMoreOrLessThanWhatIsNotThere(t *testing.T) {
	for _, operator := range []string{">=", ">", "<=", "<"} {
		rule := "traits.x " + operator + " 18"
		others := map[string]map[string]any{"a text": {"x": "18"}, "a list": {"x": []any{18.0}}, "an object": {"x": map[string]any{"y": 18.0}}, "true": {"x": true}}
		for _, facts := range []map[string]map[string]any{absent, others} {
			for name, traits := range facts {
				if matches, negation, _ := outcome(rule, traits); matches || negation {
					t.Errorf("%s where x is %s: matches %t, its negation %t", rule, name, matches, negation)
				}
			}
		}
		for x, want := range map[float64]bool{0: operator[0] == '<', 17.5: operator[0] == '<', 18: len(operator) == 2, 19: operator[0] == '>', -1: operator[0] == '<'} {
			if matches, negation, _ := outcome(rule, map[string]any{"x": x}); matches != want || negation == want {
				t.Errorf("%s where x is %v: matches %t, its negation %t", rule, x, matches, negation)
			}
		}
	}
}

func TestT4AnEmptyListNamesNobody(t *testing.T) {
	said := map[string]any{"x": "DK"}
	for rule, want := range map[string]bool{`traits.x in []`: false, `traits.x in [""]`: false, `traits.x in ["", "DK"]`: true} {
		if matches, negation, _ := outcome(rule, said); matches != want || negation == want {
			t.Errorf("%s: matches %t, its negation %t", rule, matches, negation)
		}
		for name, traits := range absent {
			if matches, negation, _ := outcome(rule, traits); matches || negation && rule != `traits.x in []` {
				t.Errorf("%s where x is %s: matches %t, its negation %t", rule, name, matches, negation)
			}
		}
	}
	// A condition that names nobody is none; one that names a blank, as another program may write it, holds for nobody, and least of all for who says nothing.
	for name, test := range map[string]struct {
		when content.Condition
		want string
	}{
		"none":            {content.Condition{}, "v"},
		"empty lists":     {content.Condition{Markets: []string{}, Segments: []string{}, Devices: []content.Device{}, Audiences: []string{}}, "v"},
		"a blank market":  {content.Condition{Markets: []string{""}}, ""},
		"a blank device":  {content.Condition{Devices: []content.Device{""}}, ""},
		"a blank moment":  {content.Condition{Moments: []content.Moment{""}}, ""},
		"a blank segment": {content.Condition{Segments: []string{""}}, ""},
	} {
		if got := chosen([]content.Variant{{ID: "v", Title: "T", When: &test.when}}, reader("web", "en", "")); got != test.want {
			t.Errorf("%s: %q is shown", name, got)
		}
	}
}

func TestT5NoRuleMatchesWithItsNegationAndNoneWithoutItsFacts(t *testing.T) {
	rules := []string{
		`traits.x == "a"`, `traits.x != "a"`, `traits.x == 1`, `traits.x != 1`, `traits.x == true`, `traits.x == []`, `traits.x != null`, `traits.x > 1`, `traits.x >= 1`, `traits.x < 1`, `traits.x <= 1`,
		`traits.x > "a"`, `traits.x in ["a", "b"]`, `"a" in traits.x`, `traits.x.startsWith("a")`, `traits.x.endsWith("a")`, `traits.x.contains("a")`, `traits.x.matches("^a")`, `size(traits.x) > 0`, `traits.x`,
		`traits.x.exists(y, y == "a")`, `traits.x.all(y, y == "a")`, `traits.x.exists_one(y, y == "a")`, `traits.x.y == "a"`, `traits.x[0] == "a"`, `traits["x"] == "a"`, `traits.x + 1 == 2`, `traits.x == traits.z`,
		`traits.x == context.channel`, `traits.x in context.segments`, `traits.x == "a" && traits.z == "b"`, `traits.x ? true : false`,
	}
	facts := map[string]map[string]any{
		"a text": {"x": "a"}, "another text": {"x": "b"}, "a number": {"x": 1.0}, "a small number": {"x": 0.5}, "zero": {"x": 0.0}, "true": {"x": true}, "false": {"x": false},
		"a list": {"x": []any{"a"}}, "a longer list": {"x": []any{"b", 1.0}}, "an object": {"x": map[string]any{"y": "a"}}, "another": {"x": "a", "z": "a"},
	}
	for _, rule := range rules {
		for name, traits := range facts {
			if matches, negation, _ := outcome(rule, traits); matches && negation {
				t.Errorf("%s and its negation match where x is %s", rule, name)
			}
		}
		for name, traits := range absent {
			matches, negation, reason := outcome(rule, traits)
			if matches || negation {
				t.Errorf("%s where x is %s: matches %t, its negation %t", rule, name, matches, negation)
			}
			if strings.Count(reason, `the fact "x" is not known`) != 2 {
				t.Errorf("%s where x is %s: %q does not name the fact", rule, name, reason)
			}
		}
	}
	// So it is with what a context does not say.
	for _, dimension := range []string{"market", "device", "moment", "medium", "publication", "format"} {
		rule := fmt.Sprintf("context.%s in [%q, \"\"]", dimension, "DK")
		if matches, negation, reason := outcome(rule, nil); matches || negation || !strings.Contains(reason, fmt.Sprintf("the fact %q is not known", dimension)) {
			t.Errorf("%s: matches %t, its negation %t: %s", rule, matches, negation, reason)
		}
	}
	// In no segment is a known fact, and so is every part of the context that is always there.
	for rule, want := range map[string]bool{`"vip" in context.segments`: false, `size(context.segments) == 0`: true, `context.channel == "web"`: true, `context.locale == "da"`: false} {
		if matches, negation, _ := outcome(rule, nil); matches != want || negation == want {
			t.Errorf("%s: matches %t, its negation %t", rule, matches, negation)
		}
	}
}

// L1: what is missing counts as absent, whoever wrote it down and wherever it stands. Documents of other programs may hold it.
func TestL1WhatIsMissingHidesNothingThatIsInherited(t *testing.T) {
	for _, written := range []string{`null`, `""`, `"  "`, `[]`, `[""]`, `[null]`, `{}`} {
		t.Run(written, func(t *testing.T) {
			var of any
			if err := json.Unmarshal([]byte(written), &of); err != nil {
				t.Fatal(err)
			}
			missing, err := content.NewValue(of)
			if err != nil {
				t.Fatal(err)
			}
			lineage := content.Lineage{
				{SKU: "variant", Attributes: []content.AttributeValue{{Key: "features", Locale: "de-AT", Value: missing}}},
				{SKU: "model", Attributes: []content.AttributeValue{{Key: "features", Locale: "de-AT", Value: content.TextValue("Leicht")}, {Key: "features", Locale: "de", Value: content.TextValue("Light")}}},
			}
			got := targeting.Value(lineage, "features", reader("web", "de-AT de en", ""))
			if got == nil || got.Locale != "de-AT" {
				t.Errorf("it is %v; the model's is in de-AT", got)
			}
		})
	}
}

// L17: a chain goes on where a language is missing, and ends where it goes round.
func TestL17AChainGoesOnAndEnds(t *testing.T) {
	fallbacks, err := locale.NewFallbacks(
		locale.Fallback{Locale: "es-MX", Chain: tags("es en")}, locale.Fallback{Locale: "sv", Chain: tags("da")}, locale.Fallback{Locale: "da", Chain: tags("sv")}, locale.Fallback{Locale: "nb", Chain: tags("nb")},
	)
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[locale.Tag]string{"es-MX": "E", "sv": "D", "da": "D", "nb": "", "de": "", "en-GB": "E"} {
		r := reader("web", "", "")
		r = r.With(func(s *targeting.Situation) { s.Locale, s.Chain = asked, locale.Chain(asked, "", fallbacks, "fr") })
		if got := text(targeting.ChooseValue(values(t, "E@en D@da"), r)); got != want {
			t.Errorf("%s: of the chain %s it is %q, want %q", asked, content.List(r.Chain()), got, want)
		}
	}
}
