package targeting

import (
	"slices"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/rule"
)

// What a context consists of, each part noted when it is read. Nothing else in this package or elsewhere may decide by a context.

// Channel is where the reader is.
func (c *Context) Channel() *content.Channel {
	c.note(readChannel)
	return c.is.Channel
}

// Audience is whom the reader belongs to.
func (c *Context) Audience() *content.Audience {
	c.note(readAudience)
	return c.is.Audience
}

// Locale is the language that was asked for.
func (c *Context) Locale() locale.Tag {
	c.note(readLocale)
	return c.is.Locale
}

// Chain is what is tried, in order. It must not be changed.
func (c *Context) Chain() []locale.Tag {
	c.note(readChain)
	return c.is.Chain
}

// Market is the reader's country, or "".
func (c *Context) Market() string {
	c.note(readMarket)
	return c.is.Market
}

// Device is what the reader holds, or "".
func (c *Context) Device() content.Device {
	c.note(readDevice)
	return c.is.Device
}

// Moment is where the reader is in the journey, or "".
func (c *Context) Moment() content.Moment {
	c.note(readMoment)
	return c.is.Moment
}

// Medium is what content is taken in as, or "".
func (c *Context) Medium() content.Medium {
	c.note(readMedium)
	return c.is.Medium
}

// Publication is what content stands in, or "".
func (c *Context) Publication() content.PublicationKind {
	c.note(readPublication)
	return c.is.Publication
}

// Format is what the publication is made as, or "".
func (c *Context) Format() content.Format {
	c.note(readFormat)
	return c.is.Format
}

// At is the moment itself for which everything is answered. Whether something is live at it, live says, by which less is noted.
func (c *Context) At() time.Time {
	c.note(readTime)
	return c.is.At
}

// Instant is At and Preview for finding what was made before, never for making anything: it notes nothing.
func (c *Context) Instant() (at time.Time, preview bool) { return c.is.At, c.is.Preview }

// Segments are those that the reader is in, all of them.
func (c *Context) Segments() []string {
	c.note(readSegments)
	return c.is.Segments
}

// Preview says that what is not published yet is shown.
func (c *Context) Preview() bool {
	c.note(readPreview)
	return c.is.Preview
}

// Origins says where the parts came from.
func (c *Context) Origins() []Origin {
	c.note(readOrigins)
	return c.is.Origins
}

// Each of these says that a condition on one dimension is fulfilled: it names nothing, and then the dimension is not looked at, or the reader's value. A reader
// without a value is in no list.

func (c *Context) inChannels(wanted []string) bool {
	return len(wanted) == 0 || holds(wanted, c.Channel().Key)
}

func (c *Context) inAudiences(wanted []string) bool {
	return len(wanted) == 0 || holds(wanted, c.Audience().Key)
}

func (c *Context) inMarkets(wanted []string) bool {
	return len(wanted) == 0 || holds(wanted, c.Market())
}

func (c *Context) inDevices(wanted []content.Device) bool {
	return len(wanted) == 0 || holds(wanted, c.Device())
}

func (c *Context) inMoments(wanted []content.Moment) bool {
	return len(wanted) == 0 || holds(wanted, c.Moment())
}

func (c *Context) inMediums(wanted []content.Medium) bool {
	return len(wanted) == 0 || holds(wanted, c.Medium())
}

func (c *Context) inPublications(wanted []content.PublicationKind) bool {
	return len(wanted) == 0 || holds(wanted, c.Publication())
}

func (c *Context) inFormats(wanted []content.Format) bool {
	return len(wanted) == 0 || holds(wanted, c.Format())
}

// inSegments says that the reader is in one of the segments that a condition names, or that it names none.
func (c *Context) inSegments(wanted []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(segment string) bool {
		c.noteSegment(segment)
		return slices.Contains(c.is.Segments, segment)
	})
}

// matches says that a rule matches; what it asked for, its outcome stands for.
func (c *Context) matches(text string) bool { return text == "" || c.outcome(text) == rule.Match }

func (c *Context) outcome(text string) rule.Outcome {
	c.noteRule(text)
	outcome, _ := c.rules.Eval(text, c.facts()) // why it is Unknown, Explain says
	return outcome
}

// Live says that a window is open at the reader's moment: from its beginning, inclusive, to its end, exclusive. Noted is when that changes next.
func (c *Context) Live(from, until *time.Time) bool {
	c.noteWindow(from, until)
	return content.Live(from, until, c.is.At)
}

// IsOver says that a window has closed, for ever: nothing is noted, for time changes that no more.
//
// Whatever has a window is looked at in this order: whether that is over, whether it is for the reader otherwise, and last whether it is open. So a window is noted of what is for the reader alone, and
// until when an answer is right does not tell what there is for others.
func (c *Context) IsOver(until *time.Time) bool { return until != nil && !c.is.At.Before(*until) }

// HasCome says that a moment is not after the reader's, and notes nothing: whoever asks notes by [Context.Await] what is still to come and can matter.
func (c *Context) HasCome(at time.Time) bool { return !at.After(c.is.At) }

// Await notes that what was made may change at a moment to come.
func (c *Context) Await(at time.Time) { c.noteWindow(nil, &at) }

// IsPast says that a moment is not after the reader's. One that is after it is noted as a change to come.
func (c *Context) IsPast(at time.Time) bool {
	if at.After(c.is.At) {
		c.noteWindow(nil, &at)
		return false
	}
	return true
}

// isSpecificityFirst is the order in which the channel prefers: a property of it, by which less is noted than by the channel itself.
func (c *Context) isSpecificityFirst() bool {
	c.note(readSelection)
	return c.is.Channel.Selection == content.SpecificityFirst
}

// holds says that a list names a value that is there.
func holds[E ~string](wanted []E, value E) bool { return value != "" && slices.Contains(wanted, value) }
