// Package ingest reads content from files that other systems wrote and hands it over, change by change, to whatever
// writes it: the database beside this process, or a gateway that runs elsewhere.
//
// It refuses to decide what a document may hold (content does) and how it is written (edit does). A row that is not right is reported
// with its place and does not stop the rest.
package ingest

import (
	"context"
	"iter"

	"unisono/content"
	"unisono/fault"
)

// Item is one change to one document, as a source says it.
type Item struct {
	Kind  content.Kind
	Patch []byte // a JSON object as content.ReadPatch reads it

	File string
	Line int // the first line of the row or record, from 1
	// Column names the column of a place in the patch, for reports. Nil: the place itself is named.
	Column func(at []string) string
}

// Source is something that content is read from.
type Source interface {
	// Items gives every change in the order in which they can be written: definitions before what refers to them. What cannot be read at
	// all is given to report. An error ends the reading: a file that is not there, or that breaks off.
	Items(ctx context.Context, report func(Problem)) iter.Seq2[Item, error]
}

// Problem is something in a source that was not right.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  string `json:"column"` // the name of the column, or the place in a JSON record
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Outcome is what became of one item.
type Outcome struct {
	Status   Status         `json:"status"`
	Problems fault.Problems `json:"problems,omitempty"` // why an item was skipped
}

// Status says what became of an item.
type Status string

// What can become of an item.
const (
	Written   Status = "written"
	Unchanged Status = "unchanged" // the document says all this already
	Skipped   Status = "skipped"   // it is not right, and was not written
)

// Sink takes items of one kind, in order, and says of each what became of it; the outcomes stand in the order of the items. An error
// means that the sink cannot go on, as when the database is gone; what it wrote before stays written.
type Sink func(ctx context.Context, kind content.Kind, items []Item) ([]Outcome, error)
