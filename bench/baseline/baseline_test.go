package baseline

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"unisono/bench/catalogue"
)

func TestTheListingIsAnswered(t *testing.T) {
	handler, err := New(1000)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(catalogue.ListingIn(catalogue.Plain())))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	answer := struct {
		Errors []any
		Data   struct {
			Products struct {
				Nodes []struct {
					SKU, Name  string
					Attributes []struct{ Key, Text string }
					Media      []struct{ Alt string }
					Fragments  []struct{ Slot, Title, Locale string }
				}
			}
		}
	}{}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || len(answer.Errors) > 0 || len(answer.Data.Products.Nodes) != 20 {
		t.Fatalf("%v: %.500s", err, recorder.Body.Bytes())
	}
	one := answer.Data.Products.Nodes[0]
	if one.SKU != "P-000007" || one.Name != "Kessel 000007" || len(one.Attributes) != 5 || len(one.Media) != 2 || one.Media[1].Alt != "Kessel 000007, detail" {
		t.Errorf("%+v", one)
	}
	if weight := one.Attributes[2]; weight.Key != "weight" || weight.Text != "1,8 kg" {
		t.Errorf("%+v", weight)
	}
	if len(one.Fragments) != 2 || one.Fragments[1].Slot != "care" || one.Fragments[1].Locale != "de" || one.Fragments[1].Title == "" {
		t.Errorf("%+v", one.Fragments)
	}
}
