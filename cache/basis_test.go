package cache_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"unisono/cache"
	"unisono/content"
)

// Whoever asks whether something stands while one of its documents is noted as changed does not make it stand for those who ask later.
func TestABasisFallsThoughItIsAskedMeanwhile(t *testing.T) {
	t.Parallel()
	c, err := cache.New(cache.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, change := range map[string]func(){
		"a change":     func() { c.Note(content.KindProduct, "a") },
		"lost changes": c.NoteAll,
	} {
		for range 20_000 {
			b := c.Begin()
			b.Add(content.KindProduct, "a")
			asking, isOver, done := make(chan struct{}), atomic.Bool{}, make(chan struct{})
			go func() {
				defer close(done)
				close(asking)
				for !isOver.Load() {
					c.Stands(b)
				}
			}()
			<-asking
			runtime.Gosched()
			change()
			isOver.Store(true)
			<-done
			if c.Stands(b) {
				t.Fatalf("it stands after %s", name)
			}
		}
	}
}
