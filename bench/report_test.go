package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unisono/bench/catalogue"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 9, 2}, 3}} {
		if got := median(c.of); got != c.want {
			t.Errorf("of %v: %g", c.of, got)
		}
	}
}

func TestRatio(t *testing.T) {
	if got := ratio(1, 4); got != 0.25 {
		t.Errorf("%g", got)
	}
	if got := ratio(1, 0); got != 0 {
		t.Errorf("of nothing: %g", got)
	}
}

func TestEveryUnitOfACaseHasItsTurn(t *testing.T) {
	for _, c := range cases {
		if !slices.Contains(turns, c.name) || !slices.Contains(turns, c.against) {
			t.Errorf("%s or %s has none", c.name, c.against)
		}
	}
}

// samples gives a sample for each speed.
func samples(speeds ...float64) []sample {
	var all []sample
	for _, speed := range speeds {
		all = append(all, sample{perSecond: speed, p50: time.Millisecond, p99: 1500 * time.Microsecond, busy: 7 * time.Microsecond, memory: 42e6})
	}
	return all
}

func TestRatiosAreOfTheSameRound(t *testing.T) {
	r := &run{units: []*unit{
		{name: "hot-listing", samples: samples(100, 10, 30)},
		{name: "bare-listing", samples: samples(200, 40, 40)},
	}}
	f := r.summarize().Cases["hot-listing"]
	if f.RPS != 30 || f.Ratio != 0.5 || f.RatioLow != 0.25 || f.RatioHigh != 0.75 || f.Against != "bare-listing" || f.BusyRatio != 1 {
		t.Errorf("%+v", f)
	}
}

func TestResultsHaveTheNamesThatOthersRead(t *testing.T) {
	r := &run{settings: settings{rounds: 1, slice: time.Second}, units: []*unit{
		{name: "hot-listing", samples: samples(100)},
		{name: "bare-listing", samples: samples(400)},
		{name: "writes-50", samples: samples(5)},
		{name: "mix-1000", samples: samples(10)},
		{name: "bare-mix", samples: samples(40)},
	}}
	found := r.summarize()
	file := filepath.Join(t.TempDir(), "results.json")
	if err := found.write(file); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Cases      map[string]map[string]any
		References map[string]map[string]any
	}
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Cases) != 3 || len(read.References) != 2 {
		t.Fatalf("%s", raw)
	}
	for field, want := range map[string]float64{"rps": 100, "p50_ms": 1, "p99_ms": 1.5, "ratio": 0.25, "cpu_us": 7, "cpu_ratio": 1, "rss_mb": 42} {
		if read.Cases["hot-listing"][field] != want {
			t.Errorf("%s: %v", field, read.Cases["hot-listing"][field])
		}
	}
	if table := found.markdown(); !strings.Contains(table, "| `hot-listing`: ") || !strings.Contains(table, "0.250 of `bare-listing`") || !strings.Contains(table, "| `bare-mix` | 40 |") {
		t.Error(table)
	}
}

func TestWhatLinuxSaysOfAProcess(t *testing.T) {
	if got := residentMemory("Name:\tunisono\nVmRSS:\t   2048 kB\nVmData:\t 1 kB\n"); got != 2<<20 {
		t.Errorf("memory: %d", got)
	}
	if got := processorTime("17 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20"); got != 2*time.Second {
		t.Errorf("time: %s", got)
	}
	if residentMemory("") != 0 || processorTime("") != 0 {
		t.Error("of nothing")
	}
}

func TestAnAnswerThatLacksSomethingIsSeen(t *testing.T) {
	detail, listing := catalogue.DetailIn(1, catalogue.Plain()), catalogue.ListingIn(catalogue.Plain())
	for name, c := range map[string]struct {
		question []byte
		body     string
	}{
		"no product":     {detail, `{"data":{"product":null}}`},
		"no name":        {detail, `{"data":{"product":{"name":null}}}`},
		"no list":        {listing, `{"data":{"products":null}}`},
		"a shorter list": {listing, `{"data":{"products":{"nodes":[]}}}`},
		"no JSON":        {listing, `<html>`},
	} {
		if checkWhole(c.question, []byte(c.body), 1000) == nil {
			t.Errorf("%s: it is not", name)
		}
	}
}
