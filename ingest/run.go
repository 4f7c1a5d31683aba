package ingest

import (
	"context"
	"fmt"
	"strings"

	"unisono/content"
	"unisono/fault"
)

// DefaultBatch is how many items a sink is given at once where Options say nothing else.
const DefaultBatch = 200

// Options say how Run works. The zero Options are right for a quiet run.
type Options struct {
	Batch    int      // how many items a sink is given at once; DefaultBatch where it is not above zero
	Progress Progress // hears how far the run has come; nil: nobody does
}

// Progress hears how far a run has come. Run calls it from one goroutine.
type Progress interface {
	// Total says how many items are to come. It is called once, before anything else, and only where the source knows.
	Total(items int)
	// Done says that so many more items of a kind have been dealt with, and were written or not.
	Done(kind content.Kind, items int)
}

// Sized is a source that can say beforehand how many items it will give. The number is for showing progress alone.
type Sized interface {
	Source
	Size(ctx context.Context) (int, error)
}

// Run reads everything from source, hands it to sink in batches of one kind, and reports what became of it.
//
// Of two items with the same kind and natural key only the first is handed on: which of them is right, nobody can say, and the
// last one would win by chance. The other is skipped with a problem that names the place of the first. For this, Run remembers 24
// bytes for each key.
//
// An error comes from the source, from the sink or from ctx; the report says what had been done by then and is never nil.
func Run(ctx context.Context, source Source, sink Sink, options Options) (*Report, error) {
	if options.Batch <= 0 {
		options.Batch = DefaultBatch
	}
	run := &run{report: newReport(), sink: sink, options: options, seen: newSeen()}
	if sized, ok := source.(Sized); ok && options.Progress != nil {
		size, err := sized.Size(ctx)
		if err != nil {
			return run.report, err
		}
		options.Progress.Total(size)
	}
	for item, err := range source.Items(ctx, run.report.add) {
		if err != nil {
			return run.report, run.broken(ctx, err)
		}
		if err := run.take(ctx, item); err != nil {
			return run.report, err
		}
	}
	return run.report, run.flush(ctx)
}

// run is the state of one call of Run.
type run struct {
	report  *Report
	sink    Sink
	options Options
	seen    *seen
	batch   []Item // of one kind
}

// broken ends a run whose source broke off: what had been read before is as good as ever, so it is written.
func (r *run) broken(ctx context.Context, err error) error {
	if flushErr := r.flush(ctx); flushErr != nil && ctx.Err() == nil {
		return flushErr
	}
	return err
}

func (r *run) take(ctx context.Context, item Item) error {
	if len(r.batch) > 0 && (r.batch[0].Kind != item.Kind || len(r.batch) >= r.options.Batch) {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.report.counts(item.Kind).Read++
	if key := naturalKey(item.Kind, item.Patch); key != "" {
		if first, twice := r.seen.before(item, key); twice {
			r.skipDouble(item, key, first)
			return nil
		}
	}
	r.batch = append(r.batch, item)
	return nil
}

// skipDouble reports an item whose key stood in the same run before.
func (r *run) skipDouble(item Item, key string, first string) {
	r.report.counts(item.Kind).Skipped++
	at := fault.Place{keyFields(item.Kind)[0]}
	r.report.add(item.problem(fault.Problem{
		Path: at, Code: fault.Conflicting,
		Message: fmt.Sprintf("the %s %.200q stands at %s already; only that one was read", item.Kind, key, first),
	}))
	r.progress(item.Kind, 1)
}

// flush hands the batch to the sink and counts what became of it.
func (r *run) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	kind := r.batch[0].Kind
	outcomes, err := r.sink(ctx, kind, r.batch)
	if err != nil {
		return err
	}
	if len(outcomes) != len(r.batch) {
		return fmt.Errorf("%d outcomes came back for %d items of kind %s", len(outcomes), len(r.batch), kind)
	}
	for i, outcome := range outcomes {
		r.count(r.batch[i], outcome)
	}
	r.progress(kind, len(r.batch))
	clear(r.batch) // so that the patches can go
	r.batch = r.batch[:0]
	return nil
}

func (r *run) count(item Item, outcome Outcome) {
	counts := r.report.counts(item.Kind)
	switch outcome.Status {
	case Written:
		counts.Written++
	case Unchanged:
		counts.Unchanged++
	default:
		counts.Skipped++
		if len(outcome.Problems) == 0 {
			outcome.Problems.Add(nil, fault.Invalid, "it was refused, and no reason was given")
		}
	}
	for _, problem := range outcome.Problems {
		r.report.add(item.problem(problem))
	}
}

func (r *run) progress(kind content.Kind, items int) {
	if r.options.Progress != nil {
		r.options.Progress.Done(kind, items)
	}
}

// problem gives a problem of an item the place in the source that the item came from.
func (item *Item) problem(p fault.Problem) Problem {
	column := ""
	if item.Column != nil {
		column = item.Column(p.Path)
	}
	if column == "" {
		column = strings.Join(p.Path, ".")
	}
	return Problem{File: item.File, Line: item.Line, Column: column, Code: string(p.Code), Message: p.Message}
}
