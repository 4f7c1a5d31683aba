//go:build noembedded

package embedded

import (
	"context"

	"unisono/fault"
)

// Engine is left out of this build.
type Engine struct{}

// Open gives the fault Unavailable: this program was built without the embedded database.
func Open(context.Context, Config) (*Engine, error) {
	return nil, fault.New(fault.Unavailable, "This program was built without the embedded database: use a MongoDB (--mongo-uri).")
}

// URI is empty.
func (*Engine) URI() string { return "" }

// Prepare does nothing.
func (*Engine) Prepare(context.Context, string) error { return nil }

// Close does nothing.
func (*Engine) Close(context.Context) error { return nil }
