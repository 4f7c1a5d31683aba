package metrics_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"unisono/metrics"
)

// gathered gives our own metrics by their names, in order, after Prometheus' own rules for names and texts have found nothing.
func gathered(t *testing.T, registry prometheus.Gatherer) []string {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		if strings.HasPrefix(problem.Metric, "unisono_") {
			t.Errorf("%s: %s", problem.Metric, problem.Text)
		}
	}
	lines := []string{}
	for _, family := range families {
		if !strings.HasPrefix(family.GetName(), "unisono_") {
			continue
		}
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, label := range m.GetLabel() {
				labels[label.GetName()] = label.GetValue()
			}
			name := family.GetName()
			for _, label := range slices.Sorted(maps.Keys(labels)) {
				name += " " + label + "=" + labels[label]
			}
			lines = append(lines, fmt.Sprint(name, " ", m.GetGauge().GetValue()+m.GetCounter().GetValue()))
		}
	}
	return lines
}

func TestEachFigureHasItsName(t *testing.T) {
	figures := metrics.Figures{
		Cache: metrics.Cache{
			Lookups: map[metrics.Kind]metrics.Lookups{metrics.Documents: {Hits: 1, Misses: 2}, "others": {Hits: 3, Misses: 4}},
			Loads:   5, Changes: 6, Flushes: 7, Dropped: 8, Bytes: 9, Limit: 10,
		},
		Catalogue: metrics.Catalogue{Products: 11, Fragments: 12, Behind: 13 * time.Second},
		Database:  metrics.Database{Calls: 14, Answers: true},
		Silence:   new(500 * time.Millisecond),
	}
	registry := metrics.Registry(metrics.Build{Version: "v1.2.3", Revision: "abc"}, func() metrics.Figures { return figures })
	want := `
unisono_build_info revision=abc version=v1.2.3 1
unisono_cache_bytes 9
unisono_cache_changes_total 6
unisono_cache_dropped_total 8
unisono_cache_flushes_total 7
unisono_cache_limit_bytes 10
unisono_cache_loads_total 5
unisono_cache_lookups_total kind=documents result=hit 1
unisono_cache_lookups_total kind=documents result=miss 2
unisono_cache_lookups_total kind=others result=hit 3
unisono_cache_lookups_total kind=others result=miss 4
unisono_catalogue_behind_seconds 13
unisono_catalogue_fragments 12
unisono_catalogue_products 11
unisono_changes_silence_seconds 0.5
unisono_database_calls_total 14
unisono_database_up 1
`
	if got := "\n" + strings.Join(gathered(t, registry), "\n") + "\n"; got != want {
		t.Errorf("%s\nand not%s", got, want)
	}

	figures.Silence, figures.Database.Answers = nil, false
	got := gathered(t, registry)
	if !slices.Contains(got, "unisono_database_up 0") || slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, "silence") }) {
		t.Errorf("a database that is down, where nobody's changes are told: %s", got)
	}
}

// The page about running a gateway explains every metric, and no other.
func TestMetricsAreExplained(t *testing.T) {
	text, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for row := range strings.Lines(string(text)) {
		for _, name := range regexp.MustCompile("unisono_[a-z_]+").FindAllString(row, -1) {
			explained[name] = explained[name] || strings.HasPrefix(row, "| `unisono_")
		}
	}
	described := make(chan *prometheus.Desc)
	go func() {
		metrics.New(metrics.Build{}, nil).Describe(described)
		close(described)
	}()
	there := map[string]bool{}
	for description := range described {
		there[regexp.MustCompile("unisono_[a-z_]+").FindString(description.String())] = true
	}
	if !maps.Equal(there, explained) {
		t.Errorf("explained are %v; there are %v", explained, there)
	}
}
