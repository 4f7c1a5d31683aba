package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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
	g, err := openGateway(ctx, database, gatewayConfig{contexts: contexts, adminKey: c.AdminKey, anonymous: c.anonymous(), tokens: tokens, cacheSize: int64(c.CacheSize), limits: c.limits(), logger: logger, now: time.Now})
	if err != nil {
		return err
	}
	return serve(ctx, g, c.Listen, func(net.Addr) {})
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

// serve listens and answers until ctx ends, and closes the gateway. It calls ready once it listens.
func serve(ctx context.Context, g *gateway, listen string, ready func(net.Addr)) (err error) {
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err = errors.Join(err, g.Close(closing))
	}()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", listen, err)
	}
	web := limited(g)
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	g.logger.Info("listening", "address", listener.Addr().String())
	ready(listener.Addr())
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	g.logger.Info("stopping: requests under way are answered first")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := web.Shutdown(stopping); err != nil {
		return fmt.Errorf("some requests were not answered within %s: %w", stopTimeout, errors.Join(err, web.Close()))
	}
	return nil
}

// limited gives what serves a gateway within the limits of connections.
func limited(g *gateway) *http.Server {
	return &http.Server{
		Handler:           g.server,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(g.logger.Handler(), slog.LevelDebug),
	}
}
