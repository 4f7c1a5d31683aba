//go:build !noembedded

package embedded

import (
	"context"
	"log/slog"
)

// failures passes on what FerretDB calls an error. Its warnings are about commands that were refused, with all that they
// held; who sent the command is told anyway.
type failures struct{ to slog.Handler }

func (f failures) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && f.to.Enabled(ctx, level)
}

func (f failures) Handle(ctx context.Context, record slog.Record) error {
	return f.to.Handle(ctx, record)
}

func (f failures) WithAttrs(attrs []slog.Attr) slog.Handler { return failures{f.to.WithAttrs(attrs)} }

func (f failures) WithGroup(name string) slog.Handler { return failures{f.to.WithGroup(name)} }
