package edit_test

import (
	"strings"
	"testing"

	"unisono/content"
)

func TestTransitionsFollowTheAllowedMoves(t *testing.T) {
	states := []content.WorkflowState{content.Draft, content.InReview, content.Published, content.Archived}
	allowed := map[content.WorkflowState]string{
		content.Draft: "DRAFT IN_REVIEW PUBLISHED ARCHIVED", content.InReview: "DRAFT IN_REVIEW PUBLISHED ARCHIVED",
		content.Published: "DRAFT PUBLISHED ARCHIVED", content.Archived: "DRAFT ARCHIVED",
	}
	for _, from := range states {
		for _, to := range states {
			t.Run(string(from+" to "+to), func(t *testing.T) {
				h := open(t)
				h.must(t, content.KindProduct, `{"sku": "a", "state": "`+string(from)+`"}`)
				h.must(t, content.KindFragment, `{"key": "f", "type": "STORY", "state": "`+string(from)+`"}`)
				for kind, key := range map[content.Kind]string{content.KindProduct: "a", content.KindFragment: "f"} {
					outcomes, err := h.writer.Transition(editor(t), kind, []string{key}, to)
					if err != nil {
						t.Fatal(err)
					}
					may := contains(allowed[from], string(to))
					if got := outcomes[0]; (len(got.Problems) == 0) != may || got.Written != (may && from != to) {
						t.Errorf("%s: %+v, allowed: %v", kind, got, may)
					}
				}
			})
		}
	}
}

func contains(words, word string) bool {
	for _, one := range strings.Fields(words) {
		if one == word {
			return true
		}
	}
	return false
}

func TestATransitionOfWhatIsNotThereIsAProblem(t *testing.T) {
	h := open(t)
	outcomes, err := h.writer.Transition(editor(t), content.KindProduct, []string{"nobody"}, content.Published)
	if err != nil || len(outcomes[0].Problems) != 1 || outcomes[0].Problems[0].Code != "NOT_FOUND" || h.product("nobody") != nil {
		t.Errorf("%+v, %v", outcomes, err)
	}
}

func TestAllOrNothing(t *testing.T) {
	for name, test := range map[string]struct {
		changes []string
		written bool
	}{
		"all are right":                     {[]string{`{"sku": "a", "family": "f"}`, `{"sku": "new"}`}, true},
		"one cannot be read":                {[]string{`{"sku": "new"}`, `{"sku": "b", "nope": 1}`}, false},
		"one is not right":                  {[]string{`{"sku": "new"}`, `{"sku": "b", "gtin": "x"}`}, false},
		"one expects another revision":      {[]string{`{"sku": "new"}`, `{"sku": "a", "expectedRevision": 7}`}, false},
		"two want one slug":                 {[]string{`{"sku": "new", "slug": "s"}`, `{"sku": "b", "slug": "s"}`}, false},
		"one wants a slug that another has": {[]string{`{"sku": "new"}`, `{"sku": "b", "slug": "taken"}`}, false},
		"the second change of one is wrong": {[]string{`{"sku": "new"}`, `{"sku": "new", "parent": "new"}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.must(t, content.KindProduct, `{"sku": "a", "slug": "taken"}`)
			outcomes, err := h.writer.WriteAllOrNothing(editor(t), content.KindProduct, raw(test.changes))
			if err != nil {
				t.Fatal(err)
			}
			problems := 0
			for _, outcome := range outcomes {
				problems += len(outcome.Problems)
			}
			if there := h.product("new") != nil; there != test.written || (problems == 0) != test.written {
				t.Errorf("it was written: %v, problems: %d; %+v", there, problems, outcomes)
			}
		})
	}
}
