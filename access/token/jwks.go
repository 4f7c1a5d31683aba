package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"unisono/fault"
)

// minRSABits is the length of a key below which RSA is no protection any more. The longest that is taken is jose.MaxRSAModulusBits.
const minRSABits = 2048

// maxRemarks bounds what is told of keys that are left out.
const maxRemarks = 20

// A keySet is what an identity provider's key set said at one moment. It is never changed once made.
type keySet struct {
	keys    []key
	at      time.Time // when it was asked for
	version uint64    // grows with each one that is read
}

// A key is a public key that checks signatures.
type key struct {
	id         string   // kid; "" where it has none
	algorithms []string // in which it may be used
	public     any      // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
}

// parseKeys reads a JWK Set, and gives the keys that can check signatures. Each of the others is left out, as RFC 7517 wants it, with a remark
// that says why. The error says that it is no JWK Set at all.
func parseKeys(raw []byte) (keys []key, remarks []string, err error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, nil, fmt.Errorf("reading the key set: %w", err)
	}
	if set.Keys == nil {
		return nil, nil, errors.New("reading the key set: it has no keys")
	}
	for i, raw := range set.Keys {
		key, err := parseKey(raw)
		switch {
		case err == nil:
			keys = append(keys, key)
		case len(remarks) < maxRemarks:
			remarks = append(remarks, fmt.Sprintf("key %d is left out: %v", i, err))
		}
	}
	return keys, remarks, nil
}

func parseKey(raw json.RawMessage) (key, error) {
	var about struct {
		Type       string   `json:"kty"`
		Operations []string `json:"key_ops"`
	}
	if err := json.Unmarshal(raw, &about); err != nil {
		return key{}, err
	}
	if about.Type == "oct" {
		return key{}, errors.New("it is symmetric: who knows it can sign too")
	}
	var parsed jose.JSONWebKey
	if err := parsed.UnmarshalJSON(raw); err != nil {
		return key{}, err
	}
	switch {
	case !parsed.IsPublic():
		return key{}, errors.New("it is a private key, which now everybody has")
	case parsed.Use != "" && parsed.Use != "sig", about.Operations != nil && !slices.Contains(about.Operations, "verify"):
		return key{}, errors.New("it is not for checking signatures")
	}
	fitting, err := fittingAlgorithms(parsed.Key)
	if err != nil {
		return key{}, err
	}
	if parsed.Algorithm != "" {
		if !slices.Contains(fitting, parsed.Algorithm) {
			return key{}, fmt.Errorf("its alg %.40q is not one of %v", parsed.Algorithm, fitting)
		}
		fitting = []string{parsed.Algorithm}
	}
	return key{id: parsed.KeyID, algorithms: fitting, public: parsed.Key}, nil
}

// fittingAlgorithms lists the algorithms in which a key can be used.
func fittingAlgorithms(public any) ([]string, error) {
	switch public := public.(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits < minRSABits {
			return nil, fmt.Errorf("it has %d bits; %d are the least", bits, minRSABits)
		}
		return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}, nil
	case *ecdsa.PublicKey:
		switch public.Curve.Params().BitSize {
		case 256:
			return []string{"ES256"}, nil
		case 384:
			return []string{"ES384"}, nil
		default:
			return []string{"ES512"}, nil // P-521, the last curve that the library reads
		}
	case ed25519.PublicKey:
		return []string{"EdDSA"}, nil
	default:
		return nil, fmt.Errorf("keys of type %T are not known here", public)
	}
}

// errNoSuchKey says that the set has no key that a token may be signed with; a newer set may have it.
var errNoSuchKey = fault.New(fault.Unauthenticated, "nobody known signed this token")

// find gives the keys that may have signed a token which names a key and an algorithm: more than one only where they share their name.
func (s *keySet) find(id, algorithm string) (any, error) {
	var found jwt.VerificationKeySet
	named := false
	for _, key := range s.keys {
		if id != "" && key.id != id {
			continue
		}
		named = true
		if slices.Contains(key.algorithms, algorithm) {
			found.Keys = append(found.Keys, key.public)
		}
	}
	switch {
	case len(found.Keys) == 0 && named && id != "":
		return nil, fault.New(fault.Unauthenticated, "the token is signed in another way than its key is for")
	case len(found.Keys) == 0:
		return nil, errNoSuchKey
	case len(found.Keys) > 1 && id == "":
		return nil, fault.New(fault.Unauthenticated, "the token does not say by which key it is signed (kid), and there are several")
	default:
		return found, nil
	}
}
