// Command bench measures how fast a gateway answers, beside servers that do less. It builds the gateway from this tree, runs it, a bare handler and the
// baseline each in a process of its own, asks them in turn, round by round, and writes what it measured. It decides nothing about how the gateway works.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// settings say how much is measured.
type settings struct {
	gateway   string // the program; built from the tree where this is empty
	out       string // where results go, and the large catalogue is kept
	products  int
	many      int           // products of the large catalogue; none: it is left out
	loadLimit time.Duration // for loading the large catalogue
	mix       int           // contexts and products of the mix
	rounds    int
	slice     time.Duration // of one case in one round
	warmup    time.Duration // before each slice
	log       io.Writer
}

func defaults() settings {
	return settings{
		out: filepath.Join("bench", "out"), products: 1000, many: 100_000, loadLimit: 4 * time.Minute, mix: 1000,
		rounds: 10, slice: 1200 * time.Millisecond, warmup: 300 * time.Millisecond, log: os.Stderr,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// command runs what the arguments say: a server that is compared with, or all of it.
func command(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == "serve" {
		return serveCommand(ctx, args[1:])
	}
	s := defaults()
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.gateway, "gateway", s.gateway, "the gateway's `program`; built from this tree where it is left out")
	flags.StringVar(&s.out, "out", s.out, "the `directory` for results, and for the large catalogue, which is kept")
	flags.IntVar(&s.many, "many", s.many, "products of the large catalogue; 0 leaves it out")
	flags.DurationVar(&s.loadLimit, "load-limit", s.loadLimit, "how long loading the large catalogue may take; what is loaded by then is kept for the next run")
	flags.IntVar(&s.rounds, "rounds", s.rounds, "how often each case is measured")
	flags.DurationVar(&s.slice, "slice", s.slice, "how long a case is measured in a round")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.rounds < 1 || s.slice <= 0 {
		return fmt.Errorf("%d rounds of %s measure nothing", s.rounds, s.slice)
	}
	found, err := measureAll(ctx, s)
	if err != nil {
		return err
	}
	table := found.markdown()
	if err := os.WriteFile(filepath.Join(s.out, "performance.md"), []byte(table), 0o644); err != nil {
		return err
	}
	if err := found.write(filepath.Join(s.out, "results.json")); err != nil {
		return err
	}
	_, err = io.WriteString(out, table)
	return err
}
