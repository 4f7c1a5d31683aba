package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unisono/content"
	"unisono/internal/mongosim"
	"unisono/store"
)

// Who bears the last time that it was given sees all that it was told was written, even where the gateway that gave it wrote nothing.
func TestATimeIsNotBeforeThatWhichWasBorne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := mongosim.New()
		var gateways []*gateway
		var links []*mongosim.Link
		for at := range 3 {
			links = append(links, cluster.Link())
			on, err := store.Open(t.Context(), store.Config{URI: cluster.URI(), Dialer: links[at], Logger: silent})
			if err != nil {
				t.Fatal(err)
			}
			if at == 0 {
				written := on.Contents()
				for kind, document := range map[content.Kind]content.Document{
					content.KindChannel:  &content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en"},
					content.KindAudience: &content.Audience{Key: "consumer"},
				} {
					if _, _, err := written.Update(t.Context(), kind, document.NaturalKey(), func(content.Document) (content.Document, error) { return document, nil }); err != nil {
						t.Fatal(err)
					}
				}
			}
			config := testConfig(&lines{})
			config.logger, config.now = silent, time.Now
			g, err := openGateway(t.Context(), &database{Store: on}, config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := g.Close(context.Background()); err != nil {
					t.Error(err)
				}
			})
			gateways = append(gateways, g)
		}
		write := func(at int, sku, bears string) string {
			t.Helper()
			_, stamp, body := askDirectly(gateways[at], asked{
				Query: `mutation { upsertProducts(products: [{sku: "` + sku + `", state: PUBLISHED}]) { written } }`, Key: adminKey, Headers: map[string]string{"Unisono-Time": bears},
			})
			if strings.Contains(body, `"errors"`) {
				t.Fatal(body)
			}
			return stamp
		}
		write(1, "same", "")
		time.Sleep(time.Second)
		links[2].Silence(cluster.Primary(), true)
		stamp := write(1, "same", write(0, "new", "")) // nothing is written the second time
		_, _, body := askDirectly(gateways[2], asked{Query: `{ product(sku: "new") { sku } }`, Headers: map[string]string{"Unisono-Time": stamp}})
		if !strings.Contains(body, "UNAVAILABLE") {
			t.Errorf("what was written before is not known, and it says %s", body)
		}
		links[2].Silence(cluster.Primary(), false)
		time.Sleep(recovery)
		_, _, body = askDirectly(gateways[2], asked{Query: `{ product(sku: "new") { sku } }`, Headers: map[string]string{"Unisono-Time": stamp}})
		if body != `{"data":{"product":{"sku":"new"}}}` {
			t.Errorf("in the end it says %s", body)
		}
	})
}
