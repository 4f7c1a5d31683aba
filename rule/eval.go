package rule

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	_ "time/tzdata" // a rule may name a time zone, and must mean the same on a machine that has no list of them

	"cel.dev/cel-go/cel"
)

// Outcome is what a rule says of a reader.
type Outcome int

// The outcomes. Unknown is not a match, and neither is it the negation's.
const (
	NoMatch Outcome = iota
	Match
	Unknown // a fact that it needs is not known or is of another kind, or it costs too much
)

// Facts are what rules can be asked about one reader. They are safe for concurrent use.
type Facts struct{ vars cel.Activation }

// NewFacts gathers the facts about a reader. What is missing (null, blank, an empty list) is left out, at every depth of traits: it counts
// as not known. The maps must not be changed afterwards.
func NewFacts(context map[string]string, segments []string, traits map[string]any) *Facts {
	said := make(map[string]any, len(context)+1)
	for name, value := range context {
		if value != "" {
			said[name] = value
		}
	}
	if segments == nil {
		segments = []string{}
	}
	said["segments"] = segments
	known, _ := present(traits).(map[string]any)
	if known == nil {
		known = map[string]any{}
	}
	vars, err := cel.NewActivation(map[string]any{"context": said, "traits": known})
	if err != nil {
		vars = cel.NoVars() // never: it is a map with string keys
	}
	return &Facts{vars}
}

// present gives a fact without what is missing in it, or nil where nothing is left.
func present(fact any) any {
	switch fact := fact.(type) {
	case string:
		if strings.TrimSpace(fact) == "" {
			return nil
		}
	case []any:
		kept := []any{}
		for _, one := range fact {
			if one := present(one); one != nil {
				kept = append(kept, one)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	case map[string]any:
		kept := make(map[string]any, len(fact))
		for name, one := range fact {
			if one := present(one); one != nil {
				kept[name] = one
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return fact
}

// Eval says what the rule says of a reader. The error says why the outcome is Unknown, in words for an editor.
func (r *Rule) Eval(facts *Facts) (Outcome, error) {
	value, _, err := r.program.Eval(facts.vars)
	if err != nil {
		return Unknown, explain(err)
	}
	switch answer, is := value.Value().(bool); {
	case !is:
		return Unknown, errNotBoolean
	case answer:
		return Match, nil
	default:
		return NoMatch, nil
	}
}

// errNotKnown is why most rules are Unknown, and no fault of theirs.
var errNotKnown = errors.New("is not known")

var noSuchKey = regexp.MustCompile(`no such key: (\S+)`)

// explain puts what went wrong into an editor's words.
func explain(err error) error {
	text := err.Error()
	if found := noSuchKey.FindStringSubmatch(text); found != nil {
		return fmt.Errorf("the fact %q %w", found[1], errNotKnown)
	}
	if strings.Contains(text, "no such overload") {
		return fmt.Errorf("a fact is of another kind than the rule compares it with (%s)", text)
	}
	return fmt.Errorf("it could not be evaluated: %s", text)
}
