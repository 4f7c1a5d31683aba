package targeting

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"unisono/content"
)

// Record is what was read of a context: adaptive vary, after HTTP's Vary (RFC 9111 §4.1). It is safe for concurrent use; the zero value is one of nothing.
//
// What was made by reading contexts through a Record is right for every other context that agrees on all of it ([Record.AppendKey] gives the same), until
// [Record.Until]. For what is made is a function of documents and of what was read. Take two contexts that agree on what was read of the first, and make the same of both: the first part that is read is
// the same one, for nothing was read before it, and it has the same value, for it was noted. So the second part is the same one, and so on to the last (induction over reads).
// What was read side by side, in no order, is a set of such makings, and each is right by itself. A part that was not read cannot have mattered.
//
// Of rules the outcome is noted, never the facts that they asked for: it stands for them. Of time, the next moment at which a window that was looked at opens or closes.
// Which variants are for others, whom the caller may not ask to be, depends on the caller and not on the context, and is not noted.
type Record struct {
	contexts atomic.Int32 // in which it takes notes
	parts    atomic.Uint32
	next     atomic.Int64 // milliseconds since 1970; 0: none

	mu       sync.Mutex
	segments map[string]bool // that were looked for, one by one
	rules    map[string]bool // that were asked, by their texts
}

// With gives what was read by one record or another; r itself where the other has read nothing more, and no window that opens or closes before. Both stay as they are.
func (r *Record) With(other *Record) *Record {
	all := r.Copy()
	all.take(other)
	if all.parts.Load() == r.parts.Load() && all.next.Load() == r.next.Load() && len(all.segments) == len(r.segments) && len(all.rules) == len(r.rules) {
		return r
	}
	return all
}

// Copy gives a record of what was read so far.
func (r *Record) Copy() *Record {
	made := &Record{}
	made.contexts.Store(r.contexts.Load())
	made.take(r)
	return made
}

// take takes over what another has read, in however many contexts.
func (r *Record) take(other *Record) {
	r.parts.Or(other.parts.Load())
	if until := other.Until(); !until.IsZero() {
		r.until(until)
	}
	other.mu.Lock()
	segments, rules := maps.Clone(other.segments), maps.Clone(other.rules)
	other.mu.Unlock()
	for name := range segments {
		r.add(&r.segments, name)
	}
	for text := range rules {
		r.add(&r.rules, text)
	}
}

// Consult notes that what is given was made by reading all that a record has, of this context or of one that agrees on it.
func (c *Context) Consult(of *Record) {
	if c.record != nil {
		c.record.take(of)
	}
}

// part is a part of a context.
type part uint32

const (
	readChannel part = 1 << iota
	readAudience
	readLocale // as it was asked for
	readChain
	readSelection // how the channel prefers
	readMarket
	readDevice
	readMoment
	readMedium
	readPublication
	readFormat
	readTime // the moment itself
	readSegments
	readPreview
	readOrigins
	readFacts // what rules ask for, and not only their outcomes
)

// note notes that a part is read.
func (c *Context) note(of part) {
	if c.record != nil && c.record.parts.Load()&uint32(of) == 0 {
		c.record.parts.Or(uint32(of))
	}
}

func (c *Context) noteSegment(name string) {
	if c.record != nil {
		c.record.add(&c.record.segments, name)
	}
}

func (c *Context) noteRule(text string) {
	if c.record != nil {
		c.record.add(&c.record.rules, text)
	}
}

func (r *Record) add(to *map[string]bool, name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if *to == nil {
		*to = map[string]bool{}
	}
	(*to)[name] = true
}

// noteWindow notes when a window opens or closes next.
func (c *Context) noteWindow(from, until *time.Time) {
	switch {
	case c.record == nil:
	case from != nil && from.After(c.is.At):
		c.record.until(*from)
	case until != nil && until.After(c.is.At):
		c.record.until(*until)
	}
}

func (r *Record) until(at time.Time) {
	next := at.UnixMilli() // rounded down: too early is right, too late is not
	if next == 0 {
		next-- // 0 is none
	}
	for {
		is := r.next.Load()
		if is != 0 && is <= next || r.next.CompareAndSwap(is, next) {
			return
		}
	}
}

// Until is the first moment at which time alone may change what was made; zero where it never does.
func (r *Record) Until() time.Time {
	if next := r.next.Load(); next != 0 {
		return time.UnixMilli(next).UTC()
	}
	return time.Time{}
}

// IsShareable says that what was made can be right for others who agree: it does not say who asked, nor the moment itself, and it is about one context, for
// what two readers have in common in one they need not have in another.
func (r *Record) IsShareable() bool {
	return r.contexts.Load() <= 1 && r.parts.Load()&uint32(readTime|readOrigins|readFacts) == 0
}

// Rules is how many rules were asked. Each is asked again, to find what was made.
func (r *Record) Rules() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.rules)
}

// AppendKey appends what was read and what a context says of it: the same for two contexts exactly if they agree on it, and never what another record appends, of which something else was read. It
// reads the context without noting it.
func (r *Record) AppendKey(to []byte, c *Context) []byte {
	parts, is := part(r.parts.Load()), &c.is
	to = binary.AppendUvarint(to, uint64(parts))
	for at := readChannel; at <= readFacts; at <<= 1 {
		if parts&at != 0 {
			to = is.append(to, at)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	to = binary.AppendUvarint(to, uint64(len(r.segments)))
	for _, name := range slices.Sorted(maps.Keys(r.segments)) {
		to = append(appendText(to, name), boolByte(slices.Contains(is.Segments, name)))
	}
	for _, text := range slices.Sorted(maps.Keys(r.rules)) {
		outcome, _ := c.rules.Eval(text, c.facts())
		to = append(appendText(to, text), byte(outcome))
	}
	return to
}

// append appends one part.
func (s *Situation) append(to []byte, at part) []byte {
	switch at {
	case readChannel:
		return appendText(to, s.Channel.Key)
	case readAudience:
		return appendText(to, s.Audience.Key)
	case readLocale:
		return appendText(to, string(s.Locale))
	case readChain:
		return appendTexts(to, s.Chain)
	case readSelection:
		return append(to, boolByte(s.Channel.Selection == content.SpecificityFirst))
	case readMarket:
		return appendText(to, s.Market)
	case readDevice:
		return appendText(to, string(s.Device))
	case readMoment:
		return appendText(to, string(s.Moment))
	case readMedium:
		return appendText(to, string(s.Medium))
	case readPublication:
		return appendText(to, string(s.Publication))
	case readFormat:
		return appendText(to, string(s.Format))
	case readTime:
		return appendText(to, s.At.UTC().Format(time.RFC3339Nano))
	case readSegments:
		return appendTexts(to, s.Segments)
	case readPreview:
		return append(to, boolByte(s.Preview))
	case readOrigins:
		return appendText(to, fmt.Sprint(s.Origins))
	default: // readFacts, which nobody shares
		return to
	}
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

func appendTexts[T ~string](to []byte, texts []T) []byte {
	to = binary.AppendUvarint(to, uint64(len(texts)))
	for _, text := range texts {
		to = appendText(to, string(text))
	}
	return to
}

func boolByte(is bool) byte {
	if is {
		return 1
	}
	return 0
}

// Consulted gives the dimensions of which something was read, in the order of their weights; those that no variant insists on come last.
func (r *Record) Consulted() []Dimension {
	parts := part(r.parts.Load())
	r.mu.Lock()
	defer r.mu.Unlock()
	found := []Dimension{}
	for _, one := range []struct {
		is        bool
		dimension Dimension
	}{
		{len(r.segments) > 0 || parts&readSegments != 0, DimensionSegment},
		{len(r.rules) > 0, DimensionRule},
		{parts&readMoment != 0, DimensionMoment},
		{parts&readAudience != 0, DimensionAudience},
		{parts&readMarket != 0, DimensionMarket},
		{parts&(readLocale|readChain) != 0, DimensionLocale},
		{parts&(readChannel|readSelection) != 0, DimensionChannel},
		{parts&readPublication != 0, DimensionPublication},
		{parts&readFormat != 0, DimensionFormat},
		{parts&readMedium != 0, DimensionMedium},
		{parts&readDevice != 0, DimensionDevice},
		{parts&readTime != 0 || r.next.Load() != 0, DimensionTime},
	} {
		if one.is {
			found = append(found, one.dimension)
		}
	}
	return found
}
