package server_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/fault"
	"unisono/loaders"
	"unisono/server"
)

var errSecret = errors.New("10.0.0.7:27017 refused the password of dbuser")

// never gives a function that answers only when its time is up.
func never[V any](loaders.Fetch[V]) loaders.Fetch[V] {
	return func(ctx context.Context, _ []string) (map[string]V, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

func failing[V any](err error) loaders.Fetch[V] {
	return func(context.Context, []string) (map[string]V, error) { return nil, err }
}

// What cannot be loaded is null in its place, with an error at its path; what stands beside it is answered (F1).
func TestFaultsAreNullInTheirPlace(t *testing.T) {
	gone := fault.Wrap(fault.Unavailable, errSecret, "the database does not answer")
	noProducts := open(t, func(c *server.Config) { c.Products = failing[*content.Product](gone) })
	noFragments := open(t, func(c *server.Config) { c.Fragments = failing[*content.Fragment](gone) })
	for _, test := range []struct {
		name  string
		house *house
		query string
		data  string
		paths []string
	}{
		{
			"one product", noProducts, `{ a: product(sku: "A") { name } channels { key } }`,
			`{"a": null, "channels": [{"key": "app"}, {"key": "site"}]}`,
			[]string{"a"},
		},
		{
			"one fragment", noFragments, `{ fragment(key: "hello") { title } product(sku: "A") { name } }`,
			`{"fragment": null, "product": {"name": "Anvil"}}`,
			[]string{"fragment"},
		},
		{
			"a node", noProducts, `{ node(id: "cC9B") { id } channels { key } }`,
			`{"node": null, "channels": [{"key": "app"}, {"key": "site"}]}`,
			[]string{"node"},
		},
		{
			"nodes", noProducts, `{ nodes(ids: ["cC9B", "cC9C"]) { id } }`,
			`{"nodes": [null, null]}`,
			[]string{"nodes/0", "nodes/1"},
		},
		{
			"the nodes of a list", noProducts, `{ products { totalCount nodes { name } } }`,
			`{"products": {"totalCount": 2, "nodes": [null, null]}}`,
			[]string{"products/nodes/0", "products/nodes/1"},
		},
		{
			"the edges of a list", noProducts, `{ products { totalCount edges { node { name } } } }`,
			`{"products": {"totalCount": 2, "edges": [{"node": null}, {"node": null}]}}`,
			[]string{"products/edges/0/node", "products/edges/1/node"},
		},
		{
			"a list of fragments", noFragments, `{ fragments { totalCount nodes { title } } }`,
			`{"fragments": {"totalCount": 3, "nodes": [null, null, null]}}`,
			[]string{"fragments/nodes/0", "fragments/nodes/1", "fragments/nodes/2"},
		},
		{"the count of a list alone", noProducts, `{ products { totalCount } }`, `{"products": {"totalCount": 2}}`, nil},
		{
			"fragments on a product", noFragments, `{ product(sku: "A") { name fragments { title } x: fragment(slot: "x") { title } } }`,
			`{"product": {"name": "Anvil", "fragments": [null, null], "x": null}}`,
			[]string{"product/fragments/0", "product/fragments/1", "product/x"},
		},
		{
			"fragments on the products of a list", noFragments, `{ products(order: SKU) { nodes { name fragments(slots: ["x"]) { title } } } }`,
			`{"products": {"nodes": [{"name": "Anvil", "fragments": [null]}, {"name": "Bellows", "fragments": []}]}}`,
			[]string{"products/nodes/0/fragments/0"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.house.query(t, test.query)
			check(t, got, test.data, test.paths, fault.Unavailable, "the database does not answer")
		})
	}
}

// Related products and references are loaded after what names them; a fault there leaves that whole.
func TestFaultsFurtherIn(t *testing.T) {
	var calls atomic.Int64
	h := open(t, func(c *server.Config) {
		products, fragments := c.Products, c.Fragments
		c.Products = func(ctx context.Context, skus []string) (map[string]*content.Product, error) {
			if slices.Contains(skus, "B") {
				return nil, fault.New(fault.Unavailable, "the database does not answer")
			}
			return products(ctx, skus)
		}
		c.Fragments = func(ctx context.Context, keys []string) (map[string]*content.Fragment, error) {
			calls.Add(1)
			if slices.Contains(keys, "note") {
				return nil, fault.New(fault.Unavailable, "the database does not answer")
			}
			return fragments(ctx, keys)
		}
	})
	got := h.query(t, `{ product(sku: "A") { name related { name } fragments(slots: ["x"]) { title references { title } } } }`)
	check(t, got, `{"product": {"name": "Anvil", "related": [null], "fragments": [{"title": "Hello", "references": [null, null]}]}}`,
		[]string{"product/fragments/0/references/0", "product/fragments/0/references/1", "product/related/0"}, fault.Unavailable, "the database does not answer")
	if calls.Load() != 2 {
		t.Errorf("%d loads of fragments; what failed is not tried again in one request", calls.Load())
	}
}

func check(t *testing.T, got answer, data string, paths []string, code fault.Kind, message string) {
	t.Helper()
	said := struct{ Data any }{}
	var want any
	if err := errors.Join(json.Unmarshal([]byte(got.body), &said), json.Unmarshal([]byte(data), &want)); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, said.Data); diff != "" || got.status != http.StatusOK {
		t.Errorf("%d, data (-want +got):\n%s", got.status, diff)
	}
	found := []string{}
	for _, failure := range got.failures(t) {
		path := []string{}
		for _, part := range failure.Path {
			path = append(path, fmt.Sprint(part))
		}
		found = append(found, strings.Join(path, "/"))
		if failure.Extensions.Code != string(code) || failure.Message != message {
			t.Errorf("%s: %q with the code %s", found[len(found)-1], failure.Message, failure.Extensions.Code)
		}
	}
	slices.SortFunc(found, cmp.Compare[string])
	if diff := gocmp.Diff(append([]string{}, paths...), found); diff != "" {
		t.Errorf("paths of errors (-want +got):\n%s", diff)
	}
	if strings.Contains(got.body, "10.0.0.7") {
		t.Errorf("the answer shows what is inside: %s", got.body)
	}
}

func TestInternalFaultsSayNothingButAnID(t *testing.T) {
	h := open(t, func(c *server.Config) { c.Products = failing[*content.Product](errSecret) })
	got := h.query(t, `{ product(sku: "A") { name } channels { key } }`, "X-Request-Id", "one-of-ours")
	failures := got.failures(t)
	if len(failures) != 1 || failures[0].Extensions.Code != "INTERNAL" || failures[0].Extensions.ID != "one-of-ours" || strings.Contains(got.body, "10.0.0.7") {
		t.Errorf("%s", got.body)
	}
	if n := strings.Count(h.log.String(), "10.0.0.7"); n != 1 {
		t.Errorf("the log has the cause %d times:\n%s", n, h.log)
	}
}

func TestPanicsTakeNothingWithThem(t *testing.T) {
	h := open(t, func(c *server.Config) {
		c.Products = func(context.Context, []string) (map[string]*content.Product, error) { panic("secret") }
		c.Ping = func(context.Context) error { panic("secret") }
	})
	got := h.query(t, `{ product(sku: "A") { name } fragment(key: "hello") { title } }`)
	failures := got.failures(t)
	if len(failures) != 1 || failures[0].Extensions.Code != "INTERNAL" || !strings.Contains(got.body, `"product":null,"fragment":{"title":"Hello"}`) || strings.Contains(got.body, "secret") {
		t.Errorf("in a resolver: %s", got.body)
	}
	got = h.send(t, http.MethodGet, "/readyz", "")
	got.refused(t, http.StatusInternalServerError, fault.Internal, "internal fault")
	if got := h.query(t, `{ channels { key } }`); got.status != http.StatusOK {
		t.Errorf("after the panics: %d %s", got.status, got.body)
	}
}
