package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"unisono/fault"
)

// timeHeader says when something was written. Every answer to a write has it; a request that bears it is answered with what was written by then, whichever gateway is
// asked: read your writes, behind a balancer.
const timeHeader = "Unisono-Time"

const (
	catchUpTime = 2 * time.Second  // how long a request waits for its gateway to hear of what was written
	clocksApart = 10 * time.Second // no clocks of two gateways are further apart; nearer moments are not compared, where the database has no clock of its own
)

// clock tells moments of one gateway from those of others.
type clock struct {
	id      string
	written func() string // by the database's clock, if it has one
}

func newClock(of Others) clock {
	c := clock{rand.Text(), func() string { return "" }}
	if of != nil {
		c.written = of.Written
	}
	return c
}

// stamp says in an answer that up to now something was written.
func (c clock) stamp(header http.Header) {
	stamp := fmt.Sprintf("%s-%d", c.id, time.Now().UnixMilli())
	if moment := c.written(); moment != "" {
		stamp += "-" + moment
	}
	header.Set(timeHeader, stamp)
}

var timeForm = regexp.MustCompile(`^([A-Z2-7]{26})-(\d{1,14})(?:-([0-9.]{1,24}))?$`)

// catchUp waits until the catalogue shows all that was written before a moment that a request bears. What this gateway wrote it shows once it has read it; with others it must have heard of the
// changes up to that moment by the database's clock, or, where that has none, of those made until now, for theirs was made before. The fault is BadUserInput for what is no such moment, Unavailable where too little is heard.
func (s *Server) catchUp(ctx context.Context, borne string) error {
	if borne == "" || s.config.Others == nil {
		return nil
	}
	found := timeForm.FindStringSubmatch(borne)
	if found == nil {
		return fault.New(fault.BadUserInput, "the header %s is not right: what an answer to a write had there is expected", timeHeader)
	}
	now := time.Now()
	written, _ := strconv.ParseInt(found[2], 10, 64) // 14 digits can be parsed
	if found[1] == s.clock.id {
		return s.known(ctx, s.config.Catalogue.Settle)
	}
	if found[3] != "" {
		return s.known(ctx, func(ctx context.Context) error { return s.config.Others.Pass(ctx, found[3]) })
	}
	if now.Add(-s.config.Others.Lag()).Sub(time.UnixMilli(written)) > clocksApart {
		return nil
	}
	return s.known(ctx, func(ctx context.Context) error { return s.config.Others.CatchUp(ctx, now) })
}

// known waits until something is known.
func (s *Server) known(ctx context.Context, await func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, catchUpTime)
	defer cancel()
	if err := await(waiting); err != nil && ctx.Err() == nil {
		if fault.KindOf(err) == fault.BadUserInput {
			return err
		}
		return fault.Wrap(fault.Unavailable, err, "what was written before is not known here yet, though it was waited for: ask again")
	}
	return nil
}
