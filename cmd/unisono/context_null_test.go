package main

import "testing"

// TestWhatAContextDoesNotSayIsNull: an empty string would be no device and no country.
func TestWhatAContextDoesNotSayIsNull(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	data := asEditor(t, address, `{ context { market device moment medium publication format } view(context: {market: "DK"}) { context { market device } } }`, nil)
	context := data["context"].(map[string]any)
	for _, name := range []string{"market", "device", "moment", "medium", "publication"} {
		if context[name] != nil {
			t.Errorf("%s is %q", name, context[name])
		}
	}
	there := data["view"].(map[string]any)["context"].(map[string]any)
	if context["format"] != "WEB" || there["market"] != "DK" || there["device"] != nil {
		t.Errorf("%v, %v", context, there)
	}
}
