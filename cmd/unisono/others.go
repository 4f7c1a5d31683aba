package main

import (
	"context"
	"time"

	"unisono/server"
	"unisono/store"
)

// others are the gateways beside this one, as far as their changes come by the feed.
type others struct{ *gateway }

var _ server.Others = others{}

// Lag is for how long nothing was heard of changes.
func (o others) Lag() time.Duration { return time.Since(o.feed.Heard()) }

// CatchUp waits until what was written before a moment, by whichever gateway, is shown.
func (o others) CatchUp(ctx context.Context, at time.Time) error {
	if err := o.feed.CatchUp(ctx, at); err != nil {
		return err
	}
	return o.catalogue.Settle(ctx)
}

// Written is a moment by the database's clock, behind what this gateway wrote, and behind all that it was told of: whoever bore the time of another's write and wrote nothing here loses nothing.
func (o others) Written() string {
	return o.database.Written().Later(o.feed.Passed()).String()
}

// Pass waits until what was written before a moment by the database's clock is shown.
func (o others) Pass(ctx context.Context, moment string) error {
	mark, err := store.ParseMark(moment)
	if err != nil {
		return err
	}
	if err := o.feed.Pass(ctx, mark); err != nil {
		return err
	}
	return o.catalogue.Settle(ctx)
}
