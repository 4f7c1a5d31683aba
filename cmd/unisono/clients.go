package main

import (
	"context"
	"iter"

	"unisono/access"
	"unisono/content"
	"unisono/store"
)

// clients are the API keys of a database.
type clients struct {
	in store.Collection[content.Client, *content.Client]
}

var _ access.Clients = clients{}

func clientsOf(s *store.Store) clients {
	return clients{store.In[content.Client](s, content.KindClient)}
}

func (c clients) Read(ctx context.Context, hashes []string) (map[string]*content.Client, error) {
	return c.in.Read(ctx, hashes)
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
