package ingest

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"unisono/content"
)

// Bounds of a report: a file that is wrong from top to bottom fills neither memory nor the screen.
const (
	maxProblems  = 10_000
	textProblems = 50
)

// Report says what became of everything that a source gave.
type Report struct {
	Kinds           map[content.Kind]*Counts `json:"kinds"`
	Problems        []Problem                `json:"problems"`                 // in the order in which they came; at most 10,000
	ProblemsOmitted int                      `json:"problemsOmitted,omitzero"` // how many more there were
}

// Counts are the items of one kind. Read is the sum of the others, once a run is over. A row that could not be read as an item at all
// is in none of them; it has a problem.
type Counts struct {
	Read      int `json:"read"`
	Written   int `json:"written"`
	Unchanged int `json:"unchanged"`
	Skipped   int `json:"skipped"`
}

func newReport() *Report {
	return &Report{Kinds: map[content.Kind]*Counts{}, Problems: []Problem{}}
}

func (r *Report) counts(kind content.Kind) *Counts {
	counts := r.Kinds[kind]
	if counts == nil {
		counts = &Counts{}
		r.Kinds[kind] = counts
	}
	return counts
}

func (r *Report) add(p Problem) {
	if len(r.Problems) >= maxProblems {
		r.ProblemsOmitted++
		return
	}
	r.Problems = append(r.Problems, p)
}

// WriteJSON writes the report as JSON, always in the same order, and ends it with a newline.
func (r *Report) WriteJSON(w io.Writer) error {
	written, err := json.Marshal(r, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	_, err = w.Write(append(written, '\n'))
	return err
}

// WriteText writes the report for people: a table of the counts, then the first problems, one a line.
func (r *Report) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "kind\tread\twritten\tunchanged\tskipped\t\n")
	for _, kind := range content.Kinds() {
		if counts := r.Kinds[kind]; counts != nil {
			fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t\n", kind, counts.Read, counts.Written, counts.Unchanged, counts.Skipped)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return r.writeProblems(w)
}

func (r *Report) writeProblems(w io.Writer) error {
	all := len(r.Problems) + r.ProblemsOmitted
	text := strings.Builder{}
	switch {
	case all == 0:
		text.WriteString("no problems\n")
	case all == 1:
		text.WriteString("1 problem:\n")
	default:
		fmt.Fprintf(&text, "%d problems:\n", all)
	}
	for _, p := range r.Problems[:min(len(r.Problems), textProblems)] {
		text.WriteString(printable(p.String()) + "\n")
	}
	switch {
	case r.ProblemsOmitted > 0:
		fmt.Fprintf(&text, "and %d more; --report FILE has the first %d\n", all-textProblems, maxProblems)
	case all > textProblems:
		fmt.Fprintf(&text, "and %d more; --report FILE has them all\n", all-textProblems)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// String gives the problem as one line that begins with its place, as compilers do.
func (p Problem) String() string {
	text := fmt.Sprintf("%s:%d: ", p.File, p.Line)
	if p.Column != "" {
		text += p.Column + ": "
	}
	return text + p.Message + " (" + p.Code + ")"
}

// printable takes out what could steer a terminal: problems quote what strangers wrote.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, text)
}
