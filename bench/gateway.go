package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"unisono/bench/catalogue"
)

// adminKey is the key of those who write while others read.
const adminKey = "bench-may-write-here"

// gateway is a gateway that runs, with the address at which it tells its metrics.
type gateway struct {
	*process
	metrics string
}

// startGateway serves from a database in a directory. It logs no requests, as the servers that it is compared with log none.
func startGateway(ctx context.Context, name, dir, program, store string, flags ...string) (*gateway, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--data-dir", store, "--listen", address, "--admin-listen", metrics, "--log-level", "warn"}, flags...)
	p, err := start(ctx, name, dir, program, address, "/readyz", args...)
	if err != nil {
		return nil, err
	}
	return &gateway{p, metrics}, nil
}

// ask sends one request, and gives its answer if that is right.
func (p *process) ask(ctx context.Context, body []byte, key string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	raw, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return answer{}, err
	}
	if response.StatusCode != http.StatusOK || !bytes.HasPrefix(raw, []byte(`{"data":{`)) || bytes.Contains(raw, []byte(`"errors":`)) {
		return answer{}, fmt.Errorf("%s answers %d: %.500s", p.name, response.StatusCode, raw)
	}
	header := response.Header.Clone()
	header.Del("Date") // which every server of Go writes by itself
	header.Del("Content-Length")
	return answer{Header: header, Body: raw}, nil
}

var cacheBytes = regexp.MustCompile(`(?m)^unisono_cache_bytes (\S+)$`)

// held is how many bytes the gateway says that it keeps in its cache.
func (g *gateway) held(ctx context.Context) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.metrics+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	raw, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return 0, err
	}
	found := cacheBytes.FindSubmatch(raw)
	if found == nil {
		return 0, errors.New("the gateway does not say how much its cache holds")
	}
	held, err := strconv.ParseFloat(string(found[1]), 64)
	return int64(held), err
}

// importAll imports a catalogue of so many products into the database in a directory, as anybody does it.
func importAll(ctx context.Context, program, store string, products int) error {
	file, err := os.CreateTemp("", "catalogue-*.ndjson")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if err := errors.Join(catalogue.Write(file, products), file.Close()); err != nil {
		return err
	}
	return runProgram(ctx, program, "import", "ndjson", "--log-level", "warn", "--data-dir", store, file.Name())
}

// loadLarge does so for a catalogue that takes long, and keeps the database for the next run. It gives the directory, and how long it took; none of both
// where that was longer than it may.
func loadLarge(ctx context.Context, s settings, program string) (store string, took time.Duration, err error) {
	sum := sha256.New()
	if err := catalogue.Write(sum, s.many); err != nil {
		return "", 0, err
	}
	store = filepath.Join(s.out, fmt.Sprintf("catalogue-%d-%x", s.many, sum.Sum(nil)[:4]))
	done := filepath.Join(store, "loaded")
	if _, err := os.Stat(done); err == nil {
		return store, 0, nil
	}
	if err := os.MkdirAll(store, 0o755); err != nil {
		return "", 0, err
	}
	limited, cancel := context.WithTimeout(ctx, s.loadLimit)
	defer cancel()
	began := time.Now()
	err = importAll(limited, program, filepath.Join(store, "db"), s.many)
	if errors.Is(err, context.DeadlineExceeded) {
		return "", 0, nil
	}
	if err == nil {
		err = os.WriteFile(done, nil, 0o644)
	}
	return store, time.Since(began), err
}

// build makes the gateway from this tree.
func build(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "unisono")
	return program, runProgram(ctx, "go", "build", "-o", program, "unisono/cmd/unisono")
}
