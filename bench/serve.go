package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"unisono/bench/baseline"
)

// answer is what a gateway sent: the bare handler sends the same.
type answer struct {
	Header http.Header
	Body   []byte
}

// serveCommand serves what a gateway is compared with, until ctx ends: answers that were made before, or the baseline.
func serveCommand(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench serve", flag.ContinueOnError)
	listen := flags.String("listen", "", "the `address` to listen on")
	answers := flags.String("answers", "", "a `file` of answers, each served at its number")
	products := flags.Int("products", 0, "how many `products` the baseline has")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var handler http.Handler
	var err error
	if *answers != "" {
		handler, err = readBare(*answers)
	} else {
		handler, err = baseline.New(*products)
	}
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func readBare(file string) (http.Handler, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var answers []answer
	if err := json.Unmarshal(raw, &answers); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return bare(answers), nil
}

// bare is the least that a server in Go does: it takes the request and sends an answer, the one that the path numbers.
func bare(answers []answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		number, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil || number < 0 || number >= len(answers) {
			http.NotFound(w, r)
			return
		}
		for name, values := range answers[number].Header {
			w.Header()[name] = values
		}
		_, _ = w.Write(answers[number].Body)
	})
}
