package ingest

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"unisono/content"
)

// lineInterval is the shortest time between two lines of progress where no terminal is: often enough to see that something moves, seldom
// enough for a log.
const lineInterval = 5 * time.Second

// Display shows how far a run has come: a bar that moves on a terminal, a line every few seconds anywhere else. It is a [Progress].
type Display struct {
	w     io.Writer
	now   func() time.Time
	bar   *progressbar.ProgressBar // nil: lines
	kind  content.Kind
	total int // 0: unknown
	done  int
	last  time.Time // of the last line
}

// NewProgress makes a Display that writes to w, which is standard error as a rule, so that standard output stays clean. A terminal gets
// a bar; the caller says whether w is one. Close must be called at the end.
func NewProgress(w io.Writer, terminal bool) *Display {
	display := &Display{w: w, now: time.Now}
	display.last = display.now()
	if terminal {
		display.bar = newBar(w, -1)
	}
	return display
}

func newBar(w io.Writer, total int) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("reading"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("items"),
		progressbar.OptionSetWidth(24),
		progressbar.OptionSetPredictTime(total > 0),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		// A goroutine that turns the spinner by itself would outlive an aborted run.
		progressbar.OptionSetSpinnerChangeInterval(0),
	)
}

// Total says how many items are to come.
func (d *Display) Total(items int) {
	d.total = items
	if d.bar != nil && items > 0 {
		d.bar = newBar(d.w, items)
	}
}

// Done says that so many more items of a kind have been dealt with.
func (d *Display) Done(kind content.Kind, items int) {
	d.done += items
	if d.bar != nil {
		if kind != d.kind {
			d.kind = kind
			d.bar.Describe(kind.Collection())
		}
		_ = d.bar.Set(d.done) // more than the total: the bar stays at its end, which is no reason to stop
		return
	}
	if now := d.now(); now.Sub(d.last) >= lineInterval {
		d.last = now
		d.line(kind)
	}
}

func (d *Display) line(kind content.Kind) {
	if d.total > 0 {
		_, _ = fmt.Fprintf(d.w, "%s: %d of %d items (%d%%)\n", kind.Collection(), d.done, d.total, min(100, 100*d.done/d.total))
		return
	}
	_, _ = fmt.Fprintf(d.w, "%s: %d items\n", kind.Collection(), d.done)
}

// Close takes the bar off the terminal. Lines stay.
func (d *Display) Close() {
	if d.bar != nil {
		_ = d.bar.Exit()
		_ = d.bar.Clear()
	}
}
