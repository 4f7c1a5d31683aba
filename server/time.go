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
	clocksApart = 10 * time.Second // no clocks of two gateways are further apart; nearer moments are not compared
)

// clock tells moments of one gateway from those of others.
type clock struct{ id string }

func newClock() clock { return clock{rand.Text()} }

// stamp says in an answer that up to now something was written.
func (c clock) stamp(header http.Header) {
	header.Set(timeHeader, fmt.Sprintf("%s-%d", c.id, time.Now().UnixMilli()))
}

var timeForm = regexp.MustCompile(`^([A-Z2-7]{26})-(\d{1,14})$`)

// catchUp waits until the catalogue shows all that was written before a moment that a request bears. What this gateway wrote it shows once it has read it; with others it must have heard of the
// changes made until now, for theirs was made before. The fault is BadUserInput for what is no such moment, Unavailable where too little is heard.
func (s *Server) catchUp(ctx context.Context, borne string) error {
	if borne == "" || s.config.Lag == nil || s.config.CatchUp == nil {
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
	if now.Add(-s.config.Lag()).Sub(time.UnixMilli(written)) > clocksApart {
		return nil
	}
	return s.known(ctx, func(ctx context.Context) error { return s.config.CatchUp(ctx, now) })
}

// known waits until something is known.
func (s *Server) known(ctx context.Context, await func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, catchUpTime)
	defer cancel()
	if err := await(waiting); err != nil && ctx.Err() == nil {
		return fault.Wrap(fault.Unavailable, err, "what was written before is not known here yet, though it was waited for: ask again")
	}
	return nil
}
