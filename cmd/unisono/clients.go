package main

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"unisono/access"
	"unisono/audit"
	"unisono/content"
	"unisono/store"
)

// clients are the API keys of a database.
type clients struct {
	in      store.Collection[content.Client, *content.Client]
	silence func() time.Duration // for how long nothing was heard of the database's changes; nil: there are no others who write
}

var _ access.Clients = clients{}

func clientsOf(s *store.Store) clients {
	return clients{in: store.In[content.Client](s, content.KindClient)}
}

// mostSilent is for how long nothing may have been heard of changes before a key is looked up so that no member which was cut off from the others can answer: it would not know that the key was revoked.
const mostSilent = time.Second

func (c clients) Read(ctx context.Context, hashes []string) (map[string]*content.Client, error) {
	if c.silence == nil || c.silence() <= mostSilent {
		return c.in.Read(ctx, hashes)
	}
	found := make(map[string]*content.Client, len(hashes))
	for _, hash := range hashes {
		one, err := c.in.Current(ctx, hash)
		if err != nil {
			return nil, err
		}
		if one != nil {
			found[hash] = one
		}
	}
	return found, nil
}

func (c clients) All(ctx context.Context) iter.Seq2[*content.Client, error] { return c.in.All(ctx) }

func (c clients) Update(ctx context.Context, hash string, change func(*content.Client) (*content.Client, error)) (*content.Client, error) {
	result, err := c.in.Update(ctx, hash, change)
	return result.Doc, err
}

func (c clients) Delete(ctx context.Context, hash string) error {
	_, err := c.in.Delete(ctx, hash, nil)
	return err
}

// auditOf is the record of who changed what in a database.
func auditOf(s *store.Store, logger *slog.Logger, now func() time.Time) *audit.Log {
	return audit.New(store.In[content.AuditPage](s, content.KindAudit), logger, now)
}

// recordKeys records what is done to API keys.
func recordKeys(log *audit.Log) func(context.Context, access.Act, *content.Client) error {
	return func(ctx context.Context, act access.Act, client *content.Client) error {
		who := access.FromContext(ctx)
		return log.Record(ctx, audit.Entry{
			Client: who.Name, ClientID: who.ID, Request: audit.RequestOf(ctx), Action: audit.Action(act),
			Kind: string(content.KindClient), Key: client.ID(), Revision: client.Revision,
		})
	}
}

// quietly is a logger for the record of a command's own writes, whose report says what it did: only what could not be kept is told.
func quietly(logger *slog.Logger) *slog.Logger { return slog.New(warnings{logger.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}
