package access_test

import (
	"strings"
	"testing"

	"unisono/access"
	"unisono/fault"
)

func TestOrigins(t *testing.T) {
	for origin, says := range map[string]string{ // "" is right
		"*": "", "https://shop.example": "", "http://localhost:3000": "", "HTTPS://Shop.Example:8443": "", "https://[::1]:8080": "", "http://10.0.0.7": "", "https://xn--mller-kva.example": "",
		"": "no origin", "null": "no origin", "shop.example": "no origin", "//shop.example": "no origin", "https://": "no origin", "https://shop.example/": "without a slash", "https://shop.example/a": "without a path",
		"https://shop.example?a": "no origin", "https://shop.example#a": "no origin", "https://a:b@shop.example": "no origin", "https://shop.example:": "no origin", "https://shop.example:0": "no origin",
		"https://*.shop.example": "no origin", "https://müller.example": "no origin", "ftp://shop.example": "no origin", " https://shop.example": "no origin", "https://shop.example\n": "no origin", "https://a, https://b": "no origin",
		"https://shop.example:443": "leave out the port 443", "HTTP://shop.example:80": "leave out the port 80", "http://shop.example:443": "",
	} {
		err := access.CheckOrigin(origin)
		if (says == "") != (err == nil) || err != nil && (fault.KindOf(err) != fault.BadUserInput || !strings.Contains(fault.Public(err), says)) {
			t.Errorf("%q: %v; want %q", origin, err, says)
		}
	}
}

func TestAdmits(t *testing.T) {
	for _, test := range []struct {
		origins string
		origin  string
		admits  bool
	}{
		{"https://shop.example", "https://shop.example", true},
		{"HTTPS://Shop.Example", "https://shop.example", true},
		{"https://a.example https://b.example", "https://b.example", true},
		{"https://shop.example", "http://shop.example", false},
		{"https://shop.example", "https://shop.example:8443", false},
		{"https://shop.example", "https://shop.example.evil.example", false},
		{"https://shop.example", "https://evil-shop.example", false},
		{"https://shop.example", "https://www.shop.example", false},
		{"https://shop.example", "null", false},
		{"null", "null", false},
		{"*", "null", true},
		{"*", "https://any.example", true},
		{"", "https://shop.example", false},
	} {
		client := &access.Client{Origins: strings.Fields(test.origins)}
		if client.Admits(test.origin) != test.admits {
			t.Errorf("%q admits %q: %t", test.origins, test.origin, !test.admits)
		}
	}
}
