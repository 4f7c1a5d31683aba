package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"unisono/metrics"
)

// mostScrapes is how many may collect metrics at the same time. One Prometheus asks every some seconds; there may be two of them, and somebody who looks.
const mostScrapes = 4

// adminHandler answers those who run a gateway: with its metrics, and nothing else. It asks for no key, so it stands on an address of its own.
func adminHandler(g *gateway) http.Handler {
	version, revision, _ := built()
	registry := metrics.Registry(metrics.Build{Version: version, Revision: revision}, g.figures)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: mostScrapes, ErrorLog: slog.NewLogLogger(g.logger.Handler(), slog.LevelWarn),
	}))
	return mux
}

// figures are what the gateway does and holds now. They are there already: reading them asks nobody and waits for nothing.
func (g *gateway) figures() metrics.Figures {
	kept, behind := g.cache.Stats(), time.Duration(0)
	if since := g.catalogue.Behind(); !since.IsZero() {
		behind = time.Since(since)
	}
	products, fragments := g.catalogue.Snapshot().Size()
	figures := metrics.Figures{
		Cache: metrics.Cache{
			Lookups: map[metrics.Kind]metrics.Lookups{
				metrics.Documents: metrics.Lookups(kept.Documents), metrics.Lists: metrics.Lookups(kept.Views["lists"]), metrics.Answers: metrics.Lookups(kept.Views["answers"]),
			},
			Loads: kept.Loads, Changes: kept.Noted, Flushes: kept.Lost, Dropped: kept.Dropped, Bytes: kept.Bytes, Limit: kept.Size,
		},
		Catalogue: metrics.Catalogue{Products: products, Fragments: fragments, Behind: behind},
		Database:  metrics.Database{Calls: uint64(g.database.Calls()), Answers: g.database.Answers()}, //nolint:gosec // it counts up from zero
	}
	if g.database.HasChangeStreams() {
		figures.Silence = new(others{g}.Lag())
	}
	return figures
}
