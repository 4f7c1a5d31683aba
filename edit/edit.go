// Package edit changes content: it reads a change, applies it to the document as it is, checks the result against the
// definitions and against what must be unique, writes it, and waits until the catalogue shows it.
//
// Mutations and imports write through it alone, in the name of the client that the context carries, who must have the permission to write: a way to
// write that forgets to ask cannot be.
package edit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"unisono/access"
	"unisono/audit"
	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/markup"
)

// Documents is where documents are kept.
type Documents interface {
	Read(ctx context.Context, kind content.Kind, keys []string) (map[string]content.Document, error)
	// Update changes one document atomically: change may be called again where another write came first.
	Update(ctx context.Context, kind content.Kind, key string, change func(current content.Document) (content.Document, error)) (content.Document, bool, error)
	Delete(ctx context.Context, kind content.Kind, key string) (deleted bool, err error)
}

// Catalogue is what is there already, and what must learn of each write.
type Catalogue interface {
	Snapshot() *catalog.Snapshot
	Refresh(ctx context.Context, refs ...catalog.Ref) error
}

// Writer writes content. It is safe for concurrent use.
type Writer struct {
	documents Documents
	catalogue Catalogue
	now       func() time.Time
	audit     Recorder             // nil: nothing is recorded
	rehearsal *content.Definitions // of a Writer that only rehearses: the definitions as they would be
	claims    claims
}

// NewWriter makes a Writer. now is the clock that first publications are dated by.
func NewWriter(documents Documents, catalogue Catalogue, now func() time.Time) *Writer {
	return &Writer{documents: documents, catalogue: catalogue, now: now}
}

// Recorder keeps a record of who changed what.
type Recorder interface {
	Record(ctx context.Context, entries ...audit.Entry) error
}

// RecordTo gives a Writer like this one that keeps a record of what it writes.
func (w *Writer) RecordTo(record Recorder) *Writer {
	return &Writer{documents: w.documents, catalogue: w.catalogue, now: w.now, audit: record}
}

// NewRehearsal makes a Writer that does all but write: later changes see the definitions of earlier ones, but not their products
// and fragments. It is not safe for concurrent use.
func NewRehearsal(documents Documents, catalogue Catalogue, now func() time.Time) *Writer {
	w := NewWriter(nil, catalogue, now)
	w.documents = rehearsed{documents, w}
	w.rehearsal = catalogue.Snapshot().Definitions()
	return w
}

// Outcome is what became of one change.
type Outcome struct {
	Key      string           // of the document; "" where the change names none
	Document content.Document // as it is afterwards; nil where the change was not right
	Created  bool             // it was written, and was not there before
	Written  bool             // not: the document says all this already, or the change was not right
	Problems fault.Problems   // what was not right
}

// MaxItems bounds the changes of one call.
const MaxItems = 1000

// parallel is how many documents are written side by side.
const parallel = 8

// Write writes changes to documents of one kind, each a JSON object as [content.ReadPatch] reads it. The outcomes stand in the order of the changes;
// several changes to one document are applied in their order. An error means that the client may not write, or that the database or the time ran out; what was written before
// stays written.
func (w *Writer) Write(ctx context.Context, kind content.Kind, changes [][]byte) ([]Outcome, error) {
	if err := may(ctx); err != nil {
		return nil, err
	}
	read, outcomes := readAll(kind, changes)
	var err error
	var held []*hold
	if isDefinition(kind) {
		err = w.define(ctx, kind, read, outcomes)
	} else {
		held, err = w.spread(ctx, kind, read, outcomes)
	}
	return outcomes, w.finish(ctx, kind, held, outcomes, err)
}

// may gives the fault of a client that may not write.
func may(ctx context.Context) error { return access.FromContext(ctx).Need(access.Write) }

// readAll reads changes. One that cannot be read is nil, and its outcome says why.
func readAll(kind content.Kind, changes [][]byte) ([]content.Change, []Outcome) {
	read, outcomes := make([]content.Change, len(changes)), make([]Outcome, len(changes))
	for i, raw := range changes {
		change, err := content.ReadChange(kind, raw)
		if err != nil {
			outcomes[i].Problems = problemsOf(err)
			continue
		}
		read[i], outcomes[i].Key = change, change.Key()
	}
	return read, outcomes
}

// finish waits until the catalogue shows what was written, and gives up what was held for that.
func (w *Writer) finish(ctx context.Context, kind content.Kind, held []*hold, outcomes []Outcome, err error) error {
	w.recordWrites(ctx, kind, outcomes)
	err = errors.Join(err, w.refresh(ctx, kind, outcomes))
	for _, one := range held {
		one.release()
	}
	return err
}

func isDefinition(kind content.Kind) bool {
	return kind != content.KindProduct && kind != content.KindFragment
}

// define writes definitions one after the other: each is checked against those before it.
func (w *Writer) define(ctx context.Context, kind content.Kind, changes []content.Change, outcomes []Outcome) error {
	definitions := w.definitions().Copy()
	if w.rehearsal != nil {
		w.rehearsal = definitions
	}
	for i, change := range changes {
		if change == nil {
			continue
		}
		if err := w.write(ctx, kind, change, definitions, nil, &outcomes[i]); err != nil {
			return err
		}
		if outcomes[i].Written {
			definitions.Put(kind, change.Key(), outcomes[i].Document)
		}
	}
	return nil
}

func (w *Writer) definitions() *content.Definitions {
	if w.rehearsal != nil {
		return w.rehearsal
	}
	return w.catalogue.Snapshot().Definitions()
}

// spread writes documents side by side, those of one document in a row. It gives what is held until the catalogue shows what was written.
func (w *Writer) spread(ctx context.Context, kind content.Kind, changes []content.Change, outcomes []Outcome) ([]*hold, error) {
	rows, order := map[string][]int{}, []string{}
	for i, change := range changes {
		if change == nil {
			continue
		}
		if rows[change.Key()] == nil {
			order = append(order, change.Key())
		}
		rows[change.Key()] = append(rows[change.Key()], i)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	definitions, places, working := w.definitions(), make(chan struct{}, parallel), sync.WaitGroup{}
	held := make([]*hold, len(changes))
	for i := range held {
		held[i] = w.claims.hold()
	}
	for _, key := range order {
		places <- struct{}{}
		working.Go(func() {
			defer func() { <-places }()
			for _, i := range rows[key] {
				if ctx.Err() != nil {
					return
				}
				err := w.write(ctx, kind, changes[i], definitions, held[i], &outcomes[i])
				if err != nil {
					cancel(err)
				}
				if !outcomes[i].Written {
					held[i].release()
				}
			}
		})
	}
	working.Wait()
	return held, context.Cause(ctx)
}

// write writes one change. The error is a fault of the database or of the time; what is wrong with the change stands in the outcome.
func (w *Writer) write(ctx context.Context, kind content.Kind, change content.Change, definitions *content.Definitions, held *hold, outcome *Outcome) error {
	created := false
	document, written, err := w.documents.Update(ctx, kind, change.Key(), func(current content.Document) (content.Document, error) {
		created = current == nil
		if err := expect(change, current); err != nil {
			return nil, err
		}
		next, problems := w.next(change, current, definitions, held)
		return next, problems.Err()
	})
	var problems fault.Problems
	switch kind := fault.KindOf(err); {
	case err == nil:
		outcome.Document, outcome.Written, outcome.Created = document, written, written && created
		return nil
	case errors.As(err, &problems):
		outcome.Problems = problems
		return nil
	case kind == fault.Conflict:
		outcome.Problems = fault.Problems{{Code: fault.Conflicting, Message: fault.Public(err)}}
		return nil
	case kind == fault.LimitExceeded:
		outcome.Problems = fault.Problems{{Code: fault.TooMany, Message: fault.Public(err)}}
		return nil
	case kind == fault.BadUserInput || isUnreadable(err):
		outcome.Problems = fault.Problems{{Code: fault.Invalid, Message: fault.Public(err)}}
		return nil
	default:
		return fmt.Errorf("write %q: %w", change.Key(), err)
	}
}

// next gives the document as it is after a change, and what is wrong with it, alone and in view of all others.
func (w *Writer) next(change content.Change, current content.Document, definitions *content.Definitions, held *hold) (content.Document, fault.Problems) {
	next, problems := change.Next(current, definitions, w.now())
	if product, is := next.(*content.Product); is {
		problems = append(problems, w.checkProduct(product, held)...)
	}
	if fragment, is := next.(*content.Fragment); is {
		problems = append(problems, checkPlaceholders(fragment)...)
	}
	return next, problems
}

// checkPlaceholders says which references to attributes in a fragment's words are not written as they must be. Whether a product has the attribute
// shows only where the fragment stands.
func checkPlaceholders(fragment *content.Fragment) fault.Problems {
	problems := fault.Problems{}
	for i := range fragment.Variants {
		at := fault.Place{"variants"}.Index(i)
		for field, text := range map[string]string{"title": fragment.Variants[i].Title, "body": fragment.Variants[i].Body} {
			for _, problem := range markup.Check(text) {
				problems.Add(at.Field(field), fault.Invalid, fmt.Sprintf("%s (at byte %d: %.60q)", problem.Message, problem.At, problem.Text))
			}
		}
	}
	slices.SortStableFunc(problems, func(a, b fault.Problem) int { return strings.Compare(a.String(), b.String()) })
	return problems
}

// isUnreadable says that a fault is the document's own: another program wrote it and it is not overwritten.
func isUnreadable(err error) bool {
	var own *fault.Error
	return errors.As(err, &own) && own.Kind == fault.Internal
}

func expect(change content.Change, current content.Document) error {
	expected, revision := change.ExpectedRevision(), 0
	if expected == nil {
		return nil
	}
	if current != nil {
		revision = current.Metadata().Revision
	}
	if revision == *expected {
		return nil
	}
	message := fmt.Sprintf("revision %d was expected, but it is %d now: read it again and decide anew", *expected, revision)
	return fault.Problems{{Path: fault.Place{"expectedRevision"}, Code: fault.Conflicting, Message: message}}
}

// refresh waits until the catalogue shows what was written.
func (w *Writer) refresh(ctx context.Context, kind content.Kind, outcomes []Outcome) error {
	refs := []catalog.Ref{}
	for _, outcome := range outcomes {
		if outcome.Written {
			refs = append(refs, catalog.Ref{Kind: kind, Key: outcome.Key})
		}
	}
	if w.rehearsal != nil {
		return nil
	}
	return w.catalogue.Refresh(ctx, refs...)
}

// Delete takes documents away. It gives the keys of those that were there, as given; one that was not is a problem at its place. The error
// is as with Write.
func (w *Writer) Delete(ctx context.Context, kind content.Kind, keys []string) (deleted []string, problems fault.Problems, err error) {
	if err := may(ctx); err != nil {
		return nil, nil, err
	}
	refs := []catalog.Ref{}
	defer func() { w.recordDeletions(ctx, kind, deleted) }()
	for i, key := range keys {
		there, err := w.documents.Delete(ctx, kind, key)
		if err != nil {
			return deleted, problems, errors.Join(fmt.Errorf("delete the %s %q: %w", kind, key, err), w.catalogue.Refresh(ctx, refs...))
		}
		if !there {
			problems.Add(fault.Place{}.Index(i), fault.NotFound, fmt.Sprintf("there is no %s %.100q", kind, key))
			continue
		}
		deleted = append(deleted, key)
		refs = append(refs, catalog.Ref{Kind: kind, Key: key})
	}
	return deleted, problems, w.catalogue.Refresh(ctx, refs...)
}

func problemsOf(err error) fault.Problems {
	var problems fault.Problems
	if errors.As(err, &problems) {
		return problems
	}
	return fault.Problems{{Code: fault.Invalid, Message: fault.Public(err)}}
}
