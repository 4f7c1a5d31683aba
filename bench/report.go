package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// results are what a run measured, as results.json has them.
type results struct {
	Machine    machine           `json:"machine"`
	Rounds     int               `json:"rounds"`
	Slice      float64           `json:"slice_s"`
	Cases      map[string]figure `json:"cases"`
	References map[string]figure `json:"references"` // with what cases are compared, and which are none themselves
	Notes      []string          `json:"notes,omitempty"`
}

// machine is where it was measured.
type machine struct {
	Processor string `json:"processor"`
	Cores     int    `json:"cores"`
	System    string `json:"system"`
	Go        string `json:"go"`
	Load      string `json:"load"` // how many processes wanted to run while it was measured: the system's averages of 1, 5 and 15 minutes
}

// figure is what was measured of a unit: medians of its rounds.
type figure struct {
	RPS float64 `json:"rps"`
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`

	// The speed of a case as a part of that of what it is compared with, in the same round; the least and the greatest of the rounds beside it.
	Ratio     float64 `json:"ratio,omitempty"`
	RatioLow  float64 `json:"ratio_low,omitempty"`
	RatioHigh float64 `json:"ratio_high,omitempty"`
	Against   string  `json:"against,omitempty"`

	// The same by the processor time for each request, which others on the machine change less.
	BusyRatio float64 `json:"cpu_ratio,omitempty"`

	Busy    float64 `json:"cpu_us"` // of the server, for each request
	Memory  float64 `json:"rss_mb"` // of the server, after the last round
	Written float64 `json:"writes_per_second,omitempty"`
	P50At70 float64 `json:"p50_ms_at_70,omitempty"` // at 70 % of the speed
	P99At70 float64 `json:"p99_ms_at_70,omitempty"` // so too
}

// summarize makes results of all samples.
func (r *run) summarize() *results {
	found := &results{Machine: thisMachine(), Rounds: r.rounds, Slice: r.slice.Seconds(), Cases: map[string]figure{}, References: map[string]figure{}, Notes: r.notes}
	units := map[string]*unit{}
	for _, u := range r.units {
		units[u.name] = u
		found.References[u.name] = figureOf(u.samples)
	}
	for _, c := range cases {
		of, against := units[c.name], units[c.against]
		if of == nil || against == nil {
			continue
		}
		f := found.References[c.name]
		ratios, busy := make([]float64, len(of.samples)), make([]float64, len(of.samples))
		for i := range ratios {
			ratios[i] = ratio(of.samples[i].perSecond, against.samples[i].perSecond)
			busy[i] = ratio(float64(against.samples[i].busy), float64(of.samples[i].busy))
		}
		f.Ratio, f.RatioLow, f.RatioHigh, f.Against = median(ratios), slices.Min(ratios), slices.Max(ratios), c.against
		f.BusyRatio = median(busy)
		found.Cases[c.name] = f
	}
	for name := range found.Cases {
		delete(found.References, name)
	}
	return found
}

func figureOf(samples []sample) figure {
	of := func(value func(sample) float64) float64 {
		values := make([]float64, len(samples))
		for i, s := range samples {
			values[i] = value(s)
		}
		return median(values)
	}
	return figure{
		RPS:     of(func(s sample) float64 { return s.perSecond }),
		P50:     of(func(s sample) float64 { return milliseconds(s.p50) }),
		P99:     of(func(s sample) float64 { return milliseconds(s.p99) }),
		Busy:    of(func(s sample) float64 { return float64(s.busy) / float64(time.Microsecond) }),
		Memory:  megabytes(samples[len(samples)-1].memory),
		Written: of(func(s sample) float64 { return s.written }),
	}
}

// median is the middle of the values, or between the two in the middle; 0 of none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// ratio is a part of a whole; 0 where there is no whole.
func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

func milliseconds(of time.Duration) float64 { return float64(of) / float64(time.Millisecond) }

func megabytes(of int64) float64 { return float64(of) / 1e6 }

func thisMachine() machine {
	m := machine{Processor: "unknown", Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	if averages, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(averages))[:3], ", ")
	}
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			m.Processor = strings.TrimSpace(value)
			break
		}
	}
	return m
}

// write writes the results as JSON.
func (f *results) write(file string) error {
	encoded, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(encoded, '\n'), 0o644)
}

// markdown writes the results as tables.
func (f *results) markdown() string {
	text := strings.Builder{}
	line := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	line("%s, %d cores, %s, %s, averages of load %s; %d rounds of %g s each, %d connections.\n",
		f.Machine.Processor, f.Machine.Cores, f.Machine.System, f.Machine.Go, f.Machine.Load, f.Rounds, f.Slice, connections)
	line("| Case | Requests a second | p50 | p99 | CPU of the server, each | Memory of the server | Speed, as a part of | The same by CPU |")
	line("|---|---|---|---|---|---|---|---|")
	for _, c := range cases {
		of, measured := f.Cases[c.name]
		if !measured {
			continue
		}
		line("| `%s`: %s | %s | %.3f of `%s` (%.3f to %.3f) | %.3f |",
			c.name, c.what, of.row(), of.Ratio, of.Against, of.RatioLow, of.RatioHigh, of.BusyRatio)
	}
	for _, name := range f.references() {
		line("| `%s` | %s | | |", name, f.References[name].row())
	}
	line("")
	if hot, measured := f.Cases["hot-listing"]; measured {
		bare := f.References["bare-listing"]
		line("At %.0f %% of its speed, `hot-listing` has a p50 of %.2f ms and a p99 of %.2f, waiting for a connection included; `bare-listing` at as much of its own %.2f and %.2f.", 100*partOfTop, hot.P50At70, hot.P99At70, bare.P50At70, bare.P99At70)
	}
	if writes, measured := f.Cases["writes-50"]; measured {
		line("In `writes-50`, %.0f products were changed each second.", writes.Written)
	}
	for _, note := range f.Notes {
		line("%s", note)
	}
	return text.String()
}

// references are the names of what is no case, in the order of the cases that are compared with them.
func (f *results) references() []string {
	var names []string
	for _, c := range cases {
		if _, is := f.References[c.against]; is && !slices.Contains(names, c.against) {
			names = append(names, c.against)
		}
	}
	return names
}

func (f figure) row() string {
	return fmt.Sprintf("%.0f | %.2f ms | %.2f ms | %.0f µs | %.0f MB", f.RPS, f.P50, f.P99, f.Busy, f.Memory)
}
