package baseline

import (
	"context"
	"fmt"
	"net/http"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vikstrous/dataloadgen"

	"unisono/bench/catalogue"
)

// loaders are those of one request. Their batches are as large as a listing needs them, so that they are full, and nobody waits, once it has asked for all.
type loaders struct {
	products  *dataloadgen.Loader[string, *catalogue.Shown]
	fragments *dataloadgen.Loader[string, *catalogue.Fragment]
}

type loadersKey struct{}

func loadersOf(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

// withLoaders gives each request loaders of its own.
func (s *shop) withLoaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := &loaders{
			products:  dataloadgen.NewLoader(from(s.products), dataloadgen.WithBatchCapacity(pageSize)),
			fragments: dataloadgen.NewLoader(from(s.fragments), dataloadgen.WithBatchCapacity(pageSize*catalogue.InListing)),
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), loadersKey{}, l)))
	})
}

// from reads what is kept, which is everything.
func from[V any](kept *lru.Cache[string, V]) func(context.Context, []string) ([]V, []error) {
	return func(_ context.Context, keys []string) ([]V, []error) {
		values, errs := make([]V, len(keys)), make([]error, len(keys))
		for i, key := range keys {
			var found bool
			if values[i], found = kept.Get(key); !found {
				errs[i] = fmt.Errorf("%q is not kept", key)
			}
		}
		return values, errs
	}
}
