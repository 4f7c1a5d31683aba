package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Collector gives the figures of a gateway their names. It is safe for concurrent use where reading them is.
type Collector struct {
	read     func() Figures
	built    prometheus.Metric
	lookups  *prometheus.Desc
	silence  *prometheus.Desc
	measures []measure
}

var _ prometheus.Collector = (*Collector)(nil)

// measure is a figure that is always there, and has no labels.
type measure struct {
	name *prometheus.Desc
	is   prometheus.ValueType
	of   func(*Figures) float64
}

// New makes a Collector of figures, which are read anew each time.
func New(build Build, read func() Figures) *Collector {
	return &Collector{
		read: read,
		built: prometheus.MustNewConstMetric(describe("build_info", "What the program was made from; always 1.", "version", "revision"),
			prometheus.GaugeValue, 1, build.Version, build.Revision),
		lookups: describe("cache_lookups_total", "What was asked for that may be in memory, by its kind, and by whether it was there.", "kind", "result"),
		silence: describe("changes_silence_seconds", "For how long nothing was heard of what others change. Usually half a second."),
		measures: []measure{
			counter("cache_loads_total", "Reads of the database for what was not in memory; one may be of many documents.", func(f *Figures) uint64 { return f.Cache.Loads }),
			counter("cache_changes_total", "Changes of documents that were noted: what was read before is not given out any more.", func(f *Figures) uint64 { return f.Cache.Changes }),
			counter("cache_flushes_total", "Times when changes were lost, so that everything is read again.", func(f *Figures) uint64 { return f.Cache.Flushes }),
			counter("cache_dropped_total", "What was read and not kept, because more came at once than could be.", func(f *Figures) uint64 { return f.Cache.Dropped }),
			gauge("cache_bytes", "Memory that is held by what is kept, in bytes.", func(f *Figures) float64 { return float64(f.Cache.Bytes) }),
			gauge("cache_limit_bytes", "Memory that what is kept may hold, in bytes; 0 where nothing is kept.", func(f *Figures) float64 { return float64(f.Cache.Limit) }),
			gauge("catalogue_behind_seconds", "How long ago the first change was made that lists do not show yet; 0 where they show all.", func(f *Figures) float64 { return f.Catalogue.Behind.Seconds() }),
			gauge("catalogue_products", "Products that there are, in every state.", func(f *Figures) float64 { return float64(f.Catalogue.Products) }),
			gauge("catalogue_fragments", "Fragments that there are, in every state.", func(f *Figures) float64 { return float64(f.Catalogue.Fragments) }),
			counter("database_calls_total", "Round trips to the database, without those by which changes are told.", func(f *Figures) uint64 { return f.Database.Calls }),
			gauge("database_up", "1 while the database answers, 0 while calls fail at once because it does not.", func(f *Figures) float64 { return oneIf(f.Database.Answers) }),
		},
	}
}

// Describe is for Prometheus.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	to <- c.built.Desc()
	to <- c.lookups
	to <- c.silence
	for _, m := range c.measures {
		to <- m.name
	}
}

// Collect is for Prometheus. All that it gives was read at the same time.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	figures := c.read()
	to <- c.built
	for kind, of := range figures.Cache.Lookups {
		to <- prometheus.MustNewConstMetric(c.lookups, prometheus.CounterValue, float64(of.Hits), string(kind), "hit")
		to <- prometheus.MustNewConstMetric(c.lookups, prometheus.CounterValue, float64(of.Misses), string(kind), "miss")
	}
	if figures.Silence != nil {
		to <- prometheus.MustNewConstMetric(c.silence, prometheus.GaugeValue, figures.Silence.Seconds())
	}
	for _, m := range c.measures {
		to <- prometheus.MustNewConstMetric(m.name, m.is, m.of(&figures))
	}
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName("unisono", "", name), help, labels, nil)
}

func counter(name, help string, of func(*Figures) uint64) measure {
	return measure{describe(name, help), prometheus.CounterValue, func(f *Figures) float64 { return float64(of(f)) }}
}

func gauge(name, help string, of func(*Figures) float64) measure {
	return measure{describe(name, help), prometheus.GaugeValue, of}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
