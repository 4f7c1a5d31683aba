package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

type serveCommand struct {
	databaseFlags
	listenFlags
	cacheFlags
	contextFlags
	accessFlags
	logFlags
}

// minAdminKey is how short an admin's key may be: it is compared with whatever is sent, as often as anybody likes.
const minAdminKey = 16

func checkAdminKey(key string) error {
	if key != "" && len(key) < minAdminKey {
		return fmt.Errorf("UNISONO_ADMIN_KEY has %d characters; at least %d are expected", len(key), minAdminKey)
	}
	return nil
}

// Run serves until the context ends, then lets requests under way finish.
func (c *serveCommand) Run(ctx context.Context, io *streams) error {
	if c.Listen == "" {
		c.Listen = ":8080"
	}
	contexts, err := c.contexts()
	if err := errors.Join(c.databaseFlags.mistakes(), c.listenFlags.mistakes(), c.cacheFlags.mistakes(), c.accessFlags.mistakes(), err); err != nil {
		return usage(err)
	}
	logger := c.logger(io.err)
	tokens, err := c.tokens(ctx, logger)
	if err != nil {
		return err
	}
	database, err := c.databaseFlags.open(ctx, logger)
	if err != nil {
		return err
	}
	g, err := openGateway(ctx, database, gatewayConfig{contexts: contexts, adminKey: c.AdminKey, anonymous: c.anonymous(), tokens: tokens, cacheSize: int64(c.CacheSize), limits: c.limits(), caching: c.caching(), logger: logger, now: time.Now})
	if err != nil {
		return err
	}
	return serve(ctx, g, c.listenFlags, func(net.Addr) {})
}

// Limits of connections, by which one ends whose peer is silent. An operation has a limit of its own, which is shorter than that for writing its answer; an export, which takes as
// long as it has to, ends when its reader takes nothing for a while.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 60 * time.Second // for all of a request
	writeTimeout  = 90 * time.Second // for all of an answer, from the request on
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	stopTimeout   = 15 * time.Second // how long requests under way may take once the gateway is told to stop
)

// serve listens and answers until ctx ends, and closes the gateway. It calls ready with the API's address once it listens, everywhere: nothing is answered where one of the addresses is taken.
func serve(ctx context.Context, g *gateway, listen listenFlags, ready func(net.Addr)) (err error) {
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err = errors.Join(err, g.Close(closing))
	}()
	doors, err := openDoors(ctx, g, listen)
	if err != nil {
		return err
	}
	serving, failed := sync.WaitGroup{}, make(chan error, len(doors))
	defer serving.Wait()
	governing, stop := context.WithCancel(ctx)
	defer stop()
	if ctx.Value(ownsProcess{}) != nil {
		serving.Go(func() {
			governMemory(governing, func() (most, are int64) { s := g.cache.Stats(); return s.Size, s.Bytes })
		})
	}
	for _, d := range doors {
		serving.Go(func() { failed <- d.serve() })
		g.logger.Info(d.says, "address", d.at())
	}
	ready(doors[0].listener.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
		g.logger.Info("stopping: requests under way are answered first")
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	for _, d := range doors { // metrics last: how the others end can be watched
		err = errors.Join(err, d.shut(stopping))
	}
	return err
}

// door is an address that is listened on, and what answers there.
type door struct {
	listener net.Listener
	web      *http.Server
	says     string // to the log, once it is open
}

// openDoors listens on every address that is named, the API's first, or on none.
func openDoors(ctx context.Context, g *gateway, listen listenFlags) ([]*door, error) {
	api := &door{web: limited(g.server, g.logger), says: "listening"}
	if err := api.open(ctx, listen.Listen); err != nil {
		return nil, err
	}
	if listen.AdminListen == "" {
		return []*door{api}, nil
	}
	admin := &door{web: limited(adminHandler(g), g.logger), says: "listening for who collects metrics"}
	if err := admin.open(ctx, listen.AdminListen); err != nil {
		return nil, errors.Join(fmt.Errorf("metrics: %w", err), api.listener.Close())
	}
	return []*door{api, admin}, nil
}

func (d *door) open(ctx context.Context, address string) (err error) {
	if d.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", address); err != nil {
		return fmt.Errorf("listen on %s: %w", address, err)
	}
	return nil
}

func (d *door) at() string { return d.listener.Addr().String() }

// serve answers until the door is shut.
func (d *door) serve() error {
	if err := d.web.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", d.at(), err)
	}
	return nil
}

// shut lets nobody in any more, and waits for requests under way until ctx ends.
func (d *door) shut(ctx context.Context) error {
	if err := d.web.Shutdown(ctx); err != nil {
		return fmt.Errorf("some requests were not answered within %s: %w", stopTimeout, errors.Join(err, d.web.Close()))
	}
	return nil
}

// limited gives what serves within the limits of connections.
func limited(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}
