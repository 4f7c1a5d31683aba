package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"unisono/access"
	"unisono/access/token"
	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
	"unisono/rule"
	"unisono/server"
	"unisono/store"
	"unisono/targeting"
	"unisono/web"
)

// gateway is everything that serves, put together: the database, the catalogue that follows it, the server. End-to-end tests start this same
// value.
type gateway struct {
	database  *database
	catalogue *catalog.Index
	cache     *cache.Cache
	documents edit.Documents // what writes go to
	server    *server.Server
	logger    *slog.Logger
	tokens    *token.Verifier

	stop    context.CancelFunc
	running sync.WaitGroup
	feed    *store.Feed
}

type gatewayConfig struct {
	contexts  targeting.Config
	adminKey  string
	demoKeys  map[string]*access.Client
	anonymous *access.Client  // nil: access.Anonymous
	tokens    *token.Verifier // nil: no tokens are accepted; the gateway closes it
	media     fs.FS
	cacheSize int64 // bytes of documents in memory; 0: none are kept
	limits    server.Limits
	caching   server.Caching
	logger    *slog.Logger
	now       func() time.Time
}

// sweepEvery is how often the tombstones of deleted documents are swept; the first time some minutes after the start, when there is less to do.
const (
	sweepFirst = 5 * time.Minute
	sweepEvery = 24 * time.Hour
)

// compiledRules is how many rules are kept compiled.
const compiledRules = 10_000

// openGateway puts a gateway together on a database, which it closes in the end. The change feed is opened before the catalogue is read, so that
// no change is missed.
func openGateway(ctx context.Context, database *database, config gatewayConfig) (*gateway, error) {
	g, err := assembleGateway(ctx, database, config)
	if err != nil && config.tokens != nil {
		config.tokens.Close()
	}
	return g, err
}

func assembleGateway(ctx context.Context, database *database, config gatewayConfig) (*gateway, error) {
	g := &gateway{database: database, logger: config.logger, tokens: config.tokens}
	var err error
	if config.contexts.Rules, err = rule.NewCache(compiledRules); err != nil {
		return nil, errors.Join(err, database.Close(context.WithoutCancel(ctx)))
	}
	if g.cache, err = cache.New(cache.Config{Size: config.cacheSize}); err != nil {
		return nil, errors.Join(err, database.Close(context.WithoutCancel(ctx)))
	}
	if g.feed, err = database.Follow(ctx, content.Kinds()); err != nil {
		g.cache.Close()
		return nil, errors.Join(err, database.Close(context.WithoutCancel(ctx)))
	}
	contents := database.Contents()
	g.catalogue, err = catalog.Open(ctx, catalog.Config{Source: warming{contents, g.cache, config.logger}, Contexts: config.contexts, Cache: g.cache, Logger: config.logger})
	if err != nil {
		g.feed.Close()
		g.cache.Close()
		return nil, errors.Join(err, database.Close(context.WithoutCancel(ctx)))
	}
	if !database.HasChangeStreams() && database.engine == nil {
		config.logger.Warn("this database has no change streams (it is no replica set): what other programs write is not seen until the gateway starts anew")
	}
	g.documents = noted{contents, g.cache}
	products := store.In[content.Product](database.Store, content.KindProduct)
	fragments := store.In[content.Fragment](database.Store, content.KindFragment)
	clients := clientsOf(database.Store)
	var beside server.Others
	if database.HasChangeStreams() {
		beside, clients.silence = others{g}, others{g}.Lag
	}
	keyring := access.NewKeyring(keyringOf(clients, &config))
	log := auditOf(database.Store, config.logger, config.now)
	page, isBuilt := web.Page()
	if !isBuilt {
		config.logger.Info("the playground was not built into this program; make web builds it")
	}
	g.server = server.New(server.Config{
		Catalogue: g.catalogue, Documents: g.documents, Contents: contents,
		Products:  cache.In(g.cache, content.KindProduct, products.Read).Load,
		Fragments: cache.In(g.cache, content.KindFragment, fragments.Read).Load,
		Keyring:   keyring, Keys: &access.Keys{Clients: clients, Now: config.now, Forget: keyring.Forget, Record: recordKeys(log)}, Audit: log,
		Broken: func() []content.Broken { return broken(database, config.contexts.Rules) },
		Ping:   database.Ping, Others: beside, Cache: g.cache, Media: config.media, Page: web.Handler(page), Logger: config.logger, Now: config.now, Limits: config.limits, Caching: config.caching,
	})
	var running context.Context
	running, g.stop = context.WithCancel(context.WithoutCancel(ctx))
	g.running.Go(func() { g.follow(running) })
	g.running.Go(func() { keyring.Run(running) })
	g.running.Go(func() { g.sweep(running) })
	return g, nil
}

func keyringOf(clients access.Clients, config *gatewayConfig) access.KeyringConfig {
	keyring := access.KeyringConfig{
		Clients: clients, AdminKey: config.adminKey, Fixed: config.demoKeys, Anonymous: config.anonymous, Now: config.now, Logger: config.logger,
	}
	if config.tokens != nil {
		keyring.Tokens = config.tokens
	}
	return keyring
}

// follow hands what changes to the catalogue until the gateway is closed.
func (g *gateway) follow(ctx context.Context) {
	for {
		change, err := g.feed.Next(ctx)
		switch {
		case err != nil:
			return
		case change.Lost:
			g.logger.Warn("what changed was lost for a while: everything is read again")
			g.cache.NoteAll()
			g.catalogue.NoteAll(g.feed.After())
		default:
			g.cache.Note(change.Kind, change.ID)
			g.catalogue.Note(g.feed.After(), catalog.Ref{Kind: change.Kind, Key: change.ID})
		}
	}
}

func (g *gateway) sweep(ctx context.Context) {
	next := time.NewTimer(sweepFirst)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		next.Reset(sweepEvery)
		if swept, err := g.database.Sweep(ctx); err != nil && ctx.Err() == nil {
			g.logger.Warn("old tombstones could not be swept", "error", err)
		} else if swept > 0 {
			g.logger.Info("old tombstones are swept", "documents", swept)
		}
	}
}

// Close ends everything and waits for it.
func (g *gateway) Close(ctx context.Context) error {
	g.stop()
	g.feed.Close()
	g.running.Wait()
	g.catalogue.Close()
	g.cache.Close()
	if g.tokens != nil {
		g.tokens.Close()
	}
	return g.database.Close(ctx)
}

// maxRuleShown is how much of a rule names it among the problems.
const maxRuleShown = 200

// broken gives the documents that the database could not read, and the rules that failed.
func broken(database *database, rules *rule.Cache) []content.Broken {
	documents := []content.Broken{}
	for _, problem := range database.Problems() {
		documents = append(documents, content.Broken{Kind: string(problem.Kind), Key: problem.ID, Reason: problem.Reason, Seen: problem.Seen})
	}
	for _, failure := range rules.Failures() {
		documents = append(documents, content.Broken{
			Kind: "rule", Key: fmt.Sprintf("%.*s", maxRuleShown, failure.Rule), Seen: failure.Seen,
			Reason: fmt.Sprintf("it says neither yes nor no (%d times): %s", failure.Count, failure.Reason),
		})
	}
	return documents
}
