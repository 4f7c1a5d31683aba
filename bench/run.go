package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"unisono/bench/catalogue"
	"unisono/bench/load"
)

// unit is one thing that is measured in each round: requests to a server.
type unit struct {
	name     string
	server   *process
	requests []*load.Request
	writes   float64 // a second, beside the requests
	samples  []sample
}

// sample is what one round measured of a unit.
type sample struct {
	perSecond float64
	p50, p99  time.Duration
	busy      time.Duration // of the server, for each request
	memory    int64
	written   float64 // a second
}

// run is a run of all, with what has to be ended after it.
type run struct {
	settings
	dir      string // for what nobody needs afterwards
	program  string
	units    []*unit
	stopping []func() error
	notes    []string
}

// measureAll starts all servers, measures each unit in each round, and ends them.
func measureAll(ctx context.Context, s settings) (found *results, err error) {
	if s.out, err = filepath.Abs(s.out); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "unisono-bench-")
	if err != nil {
		return nil, err
	}
	r := &run{settings: s, dir: dir, program: s.gateway}
	defer func() {
		for _, stop := range r.stopping {
			err = errors.Join(err, stop())
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}()
	if r.program == "" {
		r.say("building the gateway")
		if r.program, err = build(ctx, dir); err != nil {
			return nil, err
		}
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	slices.SortFunc(r.units, func(a, b *unit) int { return cmp.Compare(slices.Index(turns, a.name), slices.Index(turns, b.name)) })
	for round := range r.rounds {
		r.say("round %d of %d", round+1, r.rounds)
		for _, u := range r.units {
			if err := r.measure(ctx, u); err != nil {
				return nil, fmt.Errorf("%s: %w", u.name, err)
			}
		}
	}
	found = r.summarize()
	return found, r.atPartOfTop(ctx, found)
}

// smallestCache is the least that a gateway takes, in bytes.
const smallestCache = 1 << 20

func (r *run) say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.log, "bench: "+format+"\n", args...)
}

// measure measures one unit in one round.
func (r *run) measure(ctx context.Context, u *unit) error {
	w := startWriting(ctx, u, r.products)
	busy := u.server.busy()
	result, err := load.Run(ctx, load.Load{Address: u.server.address, Requests: u.requests, Connections: connections, Warmup: r.warmup, Time: r.slice})
	took := u.server.busy() - busy
	written, writing := w.stop()
	if err := errors.Join(err, writing); err != nil {
		return err
	}
	all := float64(result.Requests) * (r.warmup + r.slice).Seconds() / r.slice.Seconds() // those of the warm-up among them
	u.samples = append(u.samples, sample{
		perSecond: result.PerSecond(), p50: result.Latencies.Quantile(0.5), p99: result.Latencies.Quantile(0.99),
		busy: time.Duration(float64(took) / max(all, 1)), memory: u.server.memory(), written: written,
	})
	return nil
}

// prepare loads what is asked for, starts the servers and makes the units.
func (r *run) prepare(ctx context.Context) error {
	r.say("loading %d products", r.products)
	store := filepath.Join(r.dir, "catalogue")
	if err := importAll(ctx, r.program, store, r.products); err != nil {
		return err
	}
	for _, name := range []string{"small-cache", "writes"} {
		if err := os.CopyFS(filepath.Join(r.dir, name), os.DirFS(store)); err != nil {
			return err
		}
	}
	whole, err := r.gateway(ctx, "whole", store)
	if err != nil {
		return err
	}
	questions := r.questions()
	answers, err := askAll(ctx, whole, questions, r.products)
	if err != nil {
		return err
	}
	held, err := whole.held(ctx)
	if err != nil {
		return err
	}
	quarter := max(held/4, smallestCache)
	small, err := r.gateway(ctx, "small-cache", filepath.Join(r.dir, "small-cache"), "--cache-size", strconv.FormatInt(quarter, 10))
	if err != nil {
		return err
	}
	r.notes = append(r.notes, fmt.Sprintf("What the mix needs of the cache, once all of it was asked for: %.1f MB; `mix-overflow` has a cache of %.1f MB.", megabytes(held), megabytes(quarter)))
	written, err := r.gateway(ctx, "writes", filepath.Join(r.dir, "writes"))
	if err != nil {
		return err
	}
	bare, err := r.bare(ctx, answers)
	if err != nil {
		return err
	}
	listing, detail, mix := questions[:1], questions[1:2], questions[2:]
	r.add("hot-listing", whole.process, requests(whole.process, listing, answers))
	r.add("bare-listing", bare, bareRequests(bare, listing, answers, 0))
	r.add("hot-detail", whole.process, requests(whole.process, detail, answers[1:]))
	r.add("bare-detail", bare, bareRequests(bare, detail, answers, 1))
	r.add("mix-1000", whole.process, requests(whole.process, mix, answers[2:]))
	r.add("bare-mix", bare, bareRequests(bare, mix, answers, 2))
	r.add("mix-overflow", small.process, requests(small.process, mix, answers[2:]))
	changing := r.add("writes-50", written.process, requests(written.process, mix, answers[2:]))
	changing.writes = writesPerSecond
	for _, request := range changing.requests {
		request.Loose = true
	}
	if err := r.prepareBaseline(ctx, whole, listing, answers); err != nil {
		return err
	}
	return r.prepareLarge(ctx, listing)
}

// questions are the bodies of all that is asked: the listing, a product, and the mix.
func (r *run) questions() [][]byte {
	questions := [][]byte{catalogue.ListingIn(catalogue.Plain()), catalogue.DetailIn(catalogue.ListingCategory, catalogue.Plain())}
	for i, number := range rand.Perm(r.mix) {
		questions = append(questions, catalogue.DetailIn(number%r.products, catalogue.MakeContext(i)))
	}
	return questions
}

func (r *run) add(name string, server *process, requests []*load.Request) *unit {
	u := &unit{name: name, server: server, requests: requests}
	r.units = append(r.units, u)
	return u
}

func (r *run) gateway(ctx context.Context, name, store string, flags ...string) (*gateway, error) {
	g, err := startGateway(ctx, name, r.dir, r.program, store, flags...)
	if err == nil {
		r.stopping = append(r.stopping, g.stop)
	}
	return g, err
}

// other starts a server to compare with: this program, with other arguments.
func (r *run) other(ctx context.Context, name, path string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, name, r.dir, self, address, path, append([]string{"serve", "-listen", address}, args...)...)
	if err == nil {
		r.stopping = append(r.stopping, p.stop)
	}
	return p, err
}

func (r *run) bare(ctx context.Context, answers []answer) (*process, error) {
	encoded, err := json.Marshal(answers)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(r.dir, "answers.json")
	if err := os.WriteFile(file, encoded, 0o644); err != nil {
		return nil, err
	}
	return r.other(ctx, "bare", "/0", "-answers", file)
}

// prepareBaseline makes the units of the listing from documents, and of the baseline, whose answer must be the gateway's to the letter.
func (r *run) prepareBaseline(ctx context.Context, whole *gateway, listing [][]byte, answers []answer) error {
	baseline, err := r.other(ctx, "baseline", "/graphql", "-products", strconv.Itoa(r.products))
	if err != nil {
		return err
	}
	its, err := baseline.ask(ctx, listing[0], "")
	if err != nil {
		return err
	}
	if !bytes.Equal(its.Body, answers[0].Body) {
		return fmt.Errorf("the baseline and the gateway answer different things:\n%.1000s\n%.1000s", its.Body, answers[0].Body)
	}
	r.add("listing-documents", whole.process, requests(whole.process, listing, answers, bypass))
	r.add("baseline", baseline, requests(baseline, listing, answers))
	return nil
}

// prepareLarge makes the unit of the large catalogue, where that is wanted and could be loaded in time.
func (r *run) prepareLarge(ctx context.Context, listing [][]byte) error {
	if r.many == 0 {
		return nil
	}
	r.say("loading %d products, or finding them loaded", r.many)
	store, took, err := loadLarge(ctx, r.settings, r.program)
	if err != nil {
		return err
	}
	if store == "" {
		r.notes = append(r.notes, fmt.Sprintf("`catalog-100k` is left out: loading %d products took longer than %s. The next run goes on from there.", r.many, r.loadLimit))
		return nil
	}
	if took > 0 {
		r.notes = append(r.notes, fmt.Sprintf("Importing %d products into the embedded database took %s.", r.many, took.Round(time.Second)))
	}
	large, err := r.gateway(ctx, "large", filepath.Join(store, "db"))
	if err != nil {
		return err
	}
	answers, err := askAll(ctx, large, listing, r.many)
	if err != nil {
		return err
	}
	r.add("catalog-100k", large.process, requests(large.process, listing, answers))
	return nil
}

// askAll asks a gateway everything once.
func askAll(ctx context.Context, g *gateway, questions [][]byte, products int) ([]answer, error) {
	answers := make([]answer, len(questions))
	for i, question := range questions {
		var err error
		if answers[i], err = g.ask(ctx, question, ""); err != nil {
			return nil, err
		}
		if err := checkWhole(question, answers[i].Body, products); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func requests(to *process, questions [][]byte, answers []answer, headers ...string) []*load.Request {
	made := make([]*load.Request, len(questions))
	for i, question := range questions {
		made[i] = load.NewRequest(to.address, "/graphql", question, answers[i].Body, headers...)
	}
	return made
}

// bareRequests are the same questions to the bare handler, which is told the number of the answer and sends it whatever is asked.
func bareRequests(to *process, questions [][]byte, answers []answer, first int) []*load.Request {
	made := make([]*load.Request, len(questions))
	for i, question := range questions {
		made[i] = load.NewRequest(to.address, "/"+strconv.Itoa(first+i), question, answers[first+i].Body)
	}
	return made
}

// atPartOfTop measures how long the listing takes at a rate below what its server can do, so that the time of waiting for each other is known; of the bare handler too, for what the machine makes of it. The two
// take turns.
func (r *run) atPartOfTop(ctx context.Context, found *results) error {
	names, tails, middles := []string{"hot-listing", "bare-listing"}, map[string][]float64{}, map[string][]float64{}
	r.say("the listing at %.0f %% of what its servers can do", 100*partOfTop)
	of := []map[string]figure{found.Cases, found.References}
	for range r.rounds {
		for i, name := range names {
			u := r.units[slices.IndexFunc(r.units, func(u *unit) bool { return u.name == name })]
			result, err := load.Run(ctx, load.Load{
				Address: u.server.address, Requests: u.requests, Connections: connections, Warmup: r.warmup, Time: r.slice, Rate: of[i][name].RPS * partOfTop,
			})
			if err != nil {
				return err
			}
			tails[name] = append(tails[name], milliseconds(result.Latencies.Quantile(0.99)))
			middles[name] = append(middles[name], milliseconds(result.Latencies.Quantile(0.5)))
		}
	}
	for i, name := range names {
		one := of[i][name]
		one.P50At70, one.P99At70 = median(middles[name]), median(tails[name])
		of[i][name] = one
	}
	return nil
}
