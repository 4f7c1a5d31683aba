package audit_test

import (
	"fmt"
	"testing"
	"time"

	"unisono/audit"
	"unisono/internal/mongotest"
)

// Entries that are recorded by one and by a thousand, in the database in this process.
func BenchmarkRecord(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			log := audit.New(inStore(mongotest.Embedded(b)), quiet, time.Now)
			entries := changes(0, n)
			for b.Loop() {
				record(b, log, entries...)
			}
		})
	}
}

// A hundred requests record at the same time.
func BenchmarkRecordAtOnce(b *testing.B) {
	log := audit.New(inStore(mongotest.Embedded(b)), quiet, time.Now)
	b.SetParallelism(50) // times two cores or so
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := log.Record(b.Context(), change(1)); err != nil {
				b.Error(err)
			}
		}
	})
}

// A hundred entries out of a record that holds more.
func BenchmarkPage(b *testing.B) {
	log := audit.New(inStore(mongotest.Embedded(b)), quiet, time.Now)
	record(b, log, changes(0, 550)...)
	for b.Loop() {
		if p := page(b, log, 100, ""); len(p.Entries) != 100 {
			b.Fatal(len(p.Entries))
		}
	}
}
