package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/loaders"
)

// counted loads products whose SKU is no more than four letters, and remembers what it was asked for.
type counted struct {
	mu    sync.Mutex
	calls [][]string
	hold  chan struct{} // each load waits for it, if it is there
	err   error
}

func (c *counted) products(_ context.Context, skus []string) (map[string]*content.Product, error) {
	c.mu.Lock()
	c.calls = append(c.calls, slices.Sorted(slices.Values(skus)))
	err := c.err
	c.mu.Unlock()
	if c.hold != nil {
		<-c.hold
	}
	found := map[string]*content.Product{}
	for _, sku := range skus {
		if len(sku) <= 4 {
			found[sku] = &content.Product{SKU: sku}
		}
	}
	return found, err
}

func (c *counted) fragments(context.Context, []string) (map[string]*content.Fragment, error) {
	return map[string]*content.Fragment{"f": {Key: "f"}}, nil
}

// begin gives the context of a request, and its loaders.
func begin(ctx context.Context, c *counted) (context.Context, *loaders.Request) {
	request := loaders.New(c.products, c.fragments)
	return loaders.NewContext(ctx, request), request
}

func load(t *testing.T, ctx context.Context, skus ...string) []string {
	t.Helper()
	found, err := loaders.Products(ctx, skus)
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{}
	for key, product := range found {
		if product.SKU != key {
			t.Errorf("%s is under %s", product.SKU, key)
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func diff(t *testing.T, what string, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", what, difference)
	}
}

func TestEachKeyIsAskedForOnceAndAllOfAListTogether(t *testing.T) {
	c := &counted{}
	ctx, request := begin(t.Context(), c)
	diff(t, "a list", load(t, ctx, "b", "a", "nobody", "a"), []string{"a", "b"})
	diff(t, "part of it, and one more", load(t, ctx, "a", "c"), []string{"a", "c"})
	diff(t, "what is not there", load(t, ctx, "nobody"), []string{})
	diff(t, "all of it again", load(t, ctx, "c", "b", "a"), []string{"a", "b", "c"})
	diff(t, "nothing", load(t, ctx), []string{})
	diff(t, "calls", c.calls, [][]string{{"a", "b", "nobody"}, {"c"}})
	if loaders.FromContext(ctx) != request || loaders.FromContext(t.Context()) != nil {
		t.Error("the context carries something else")
	}
	fragments, err := loaders.Fragments(ctx, []string{"f", "g"})
	if err != nil || len(fragments) != 1 || fragments["f"].Key != "f" {
		t.Errorf("fragments are %v, %v", fragments, err)
	}
}

func TestForgetLoadsAnew(t *testing.T) {
	c := &counted{}
	ctx, request := begin(t.Context(), c)
	first, err := loaders.Products(ctx, []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	request.Forget()
	second, err := loaders.Products(ctx, []string{"a"})
	if err != nil || first["a"] == second["a"] {
		t.Errorf("after a write the old one is given: %v", err)
	}
	diff(t, "calls", c.calls, [][]string{{"a"}, {"a"}})
}

func TestLoadsAtOnceAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{hold: make(chan struct{})}
		ctx, request := begin(t.Context(), c)
		working := sync.WaitGroup{}
		working.Go(func() { load(t, ctx, "a", "b") })
		synctest.Wait()
		for i := range 50 {
			working.Go(func() {
				sku := fmt.Sprintf("n%d", i%5)
				diff(t, "shared", load(t, ctx, "a", sku), []string{"a", sku})
			})
		}
		synctest.Wait()
		request.Forget() // what is under way comes to its end
		close(c.hold)
		working.Wait()
		if len(c.calls) != 6 {
			t.Errorf("it cost %d calls: %v", len(c.calls), c.calls)
		}
	})
}

func TestABatchThatFailedIsNotTriedAgain(t *testing.T) {
	c := &counted{err: errors.New("down")}
	ctx, request := begin(t.Context(), c)
	for range 3 {
		if _, err := loaders.Products(ctx, []string{"a", "b"}); !errors.Is(err, c.err) {
			t.Errorf("it gave %v", err)
		}
	}
	diff(t, "calls", len(c.calls), 1)
	failed := c.err
	c.err = nil
	diff(t, "others can be loaded", load(t, ctx, "c"), []string{"c"})
	if _, err := loaders.Products(ctx, []string{"c", "a"}); !errors.Is(err, failed) {
		t.Errorf("with one that failed it gave %v", err)
	}
	request.Forget()
	diff(t, "when it is forgotten", load(t, ctx, "a", "b"), []string{"a", "b"})
}

func TestAPanicLeavesNobodyHanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		request := loaders.New(func(context.Context, []string) (map[string]*content.Product, error) {
			<-hold
			panic("a fault of ours")
		}, nil)
		ctx := loaders.NewContext(t.Context(), request)
		working := sync.WaitGroup{}
		working.Go(func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is lost")
				}
			}()
			_, _ = loaders.Products(ctx, []string{"a"})
		})
		synctest.Wait()
		for range 10 {
			working.Go(func() {
				if found, err := loaders.Products(ctx, []string{"a"}); err == nil || found != nil {
					t.Errorf("who waited got %v, %v", found, err)
				}
			})
		}
		synctest.Wait()
		close(hold)
		working.Wait()
		if _, err := loaders.Products(ctx, []string{"a"}); err == nil {
			t.Error("who comes later gets something")
		}
	})
}

func TestWhoWaitsForAnothersLoadLeavesWhenItsTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{hold: make(chan struct{})}
		ctx, _ := begin(t.Context(), c)
		working := sync.WaitGroup{}
		working.Go(func() { load(t, ctx, "a") })
		synctest.Wait()
		impatient, cancel := context.WithCancel(ctx)
		working.Go(func() {
			if _, err := loaders.Products(impatient, []string{"a"}); !errors.Is(err, context.Canceled) {
				t.Errorf("it gave %v", err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(c.hold)
		working.Wait()
		diff(t, "the other has it", load(t, ctx, "a"), []string{"a"})
	})
}
