package edit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unisono/content"
	"unisono/fault"
)

// Transition moves documents of one kind, products or fragments, to a state. The outcomes stand in the order of the keys; a move that is not
// allowed, and a document that is not there, is a problem. The error is as with Write.
func (w *Writer) Transition(ctx context.Context, kind content.Kind, keys []string, to content.WorkflowState) ([]Outcome, error) {
	if err := may(ctx); err != nil {
		return nil, err
	}
	changes, outcomes := make([]content.Change, len(keys)), make([]Outcome, len(keys))
	for i, key := range keys {
		changes[i], outcomes[i].Key = transition{key, to}, key
	}
	held, err := w.spread(ctx, kind, changes, outcomes)
	return outcomes, w.finish(ctx, kind, held, outcomes, err)
}

// transition is the change of a document's state alone.
type transition struct {
	key string
	to  content.WorkflowState
}

func (t transition) Key() string          { return t.key }
func (transition) ExpectedRevision() *int { return nil }

func (t transition) Next(current content.Document, _ *content.Definitions, now time.Time) (content.Document, fault.Problems) {
	switch current := current.(type) {
	case *content.Product:
		next := *current
		next.State = t.to
		next.Settle(now)
		return &next, t.check(current.State)
	case *content.Fragment:
		next := *current
		next.State = t.to
		next.Settle()
		return &next, t.check(current.State)
	default:
		return nil, fault.Problems{{Code: fault.NotFound, Message: fmt.Sprintf("there is no %.100q", t.key)}}
	}
}

func (t transition) check(from content.WorkflowState) fault.Problems {
	if from == t.to || from.MayBecome(t.to) {
		return nil
	}
	return fault.Problems{{Code: fault.Invalid, Message: fmt.Sprintf("it is %s and cannot become %s; it may become %s", from, t.to, content.List(from.Next()))}}
}

// WriteAllOrNothing is Write, but writes nothing where one of the changes is not right as the documents are now. A write of somebody else that
// comes in between can still make one a problem after others were written: no two documents are written at one moment.
func (w *Writer) WriteAllOrNothing(ctx context.Context, kind content.Kind, changes [][]byte) ([]Outcome, error) {
	if err := may(ctx); err != nil {
		return nil, err
	}
	read, outcomes := readAll(kind, changes)
	wrong, err := w.validate(ctx, kind, read, outcomes)
	if err != nil || wrong {
		return outcomes, err
	}
	return w.Write(ctx, kind, changes)
}

// validate says of each change what is wrong with it, and whether anything is.
func (w *Writer) validate(ctx context.Context, kind content.Kind, changes []content.Change, outcomes []Outcome) (wrong bool, err error) {
	keys := []string{}
	for _, outcome := range outcomes {
		if outcome.Key != "" {
			keys = append(keys, outcome.Key)
		}
	}
	documents, err := w.documents.Read(ctx, kind, keys)
	if err != nil {
		return false, fmt.Errorf("read %d documents to check changes to them: %w", len(keys), err)
	}
	held := w.claims.hold()
	defer held.release()
	definitions := w.definitions()
	for i, change := range changes {
		if change != nil {
			current := documents[change.Key()]
			var problems fault.Problems
			if errors.As(expect(change, current), &problems) {
				outcomes[i].Problems = problems
			} else {
				documents[change.Key()], outcomes[i].Problems = w.next(change, current, definitions, held)
			}
		}
		wrong = wrong || len(outcomes[i].Problems) > 0
	}
	return wrong, nil
}
