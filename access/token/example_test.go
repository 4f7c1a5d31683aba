package token_test

import (
	"fmt"

	"unisono/access/token"
)

// A dealer of the house sees what dealers see; all others with a token see what everybody does.
func ExampleReadConfig() {
	config, err := token.ReadConfig([]byte(`{"issuers": [{
		"issuer": "https://login.example.com/",
		"audience": ["unisono"],
		"grants": [{"claim": "realm_access.roles", "value": "dealer", "channels": ["b2b"], "audiences": ["dealer"], "defaults": {"channel": "b2b"}}]
	}]}`))
	fmt.Println(config.Issuers[0].Grants[0].Claim, config.Issuers[0].Skew, err)

	_, err = token.ReadConfig([]byte(`{"issuers": [{"issuer": "https://login.example.com/", "algorithms": ["none"]}]}`))
	fmt.Println(err)

	// Output:
	// realm_access.roles 30s <nil>
	// issuers.0.audience: it is missing; the claim aud of tokens for this gateway is expected, such as unisono; issuers.0.algorithms.0: none is not accepted, for such a token is signed by nobody; there are RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA
}
