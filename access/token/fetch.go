package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxAnswer bounds what is read of an identity provider's answer, in bytes. Key sets have some thousand.
const maxAnswer = 1 << 20

const maxRedirects = 5

// discoveryPath is where OpenID Connect Discovery 1.0 has a provider describe itself, below its issuer.
const discoveryPath = "/.well-known/openid-configuration"

// A place is where an issuer's keys are.
type place struct {
	issuer, jwks string // jwks is "" where it is to be discovered
	client       *http.Client
}

func newPlace(issuer Issuer, client *http.Client) *place {
	careful := http.Client{Transport: ownTransport()}
	if client != nil {
		careful = *client
	}
	careful.CheckRedirect = func(request *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fmt.Errorf("more than %d redirects", maxRedirects)
		}
		return mayFollow(via[0].URL, request.URL)
	}
	return &place{issuer: issuer.Issuer, jwks: issuer.JWKS, client: &careful}
}

// ownTransport is as careful with what it reads as the rest: the library takes 10 MiB of headers. It keeps no connections, for it asks every few
// minutes, and so there are none to close.
func ownTransport() http.RoundTripper {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	transport = transport.Clone()
	transport.MaxResponseHeaderBytes, transport.DisableKeepAlives = 64<<10, true
	return transport
}

// mayFollow says why a URL that an answer named is not to be asked: only who is on this machine may send us to this machine without https.
func mayFollow(from, to *url.URL) error {
	if to.Scheme == "https" || isSafe(to) && isLoopback(from.Hostname()) {
		return nil
	}
	return fmt.Errorf("%s sends us to %s, which is not https", from.Host, to.Host)
}

// keys reads the key set. Where it is to be found is discovered each time: this is asked for rarely, and it may move.
func (p *place) keys(ctx context.Context) ([]byte, error) {
	at := p.jwks
	if at == "" {
		discovered, err := p.discover(ctx)
		if err != nil {
			return nil, err
		}
		at = discovered
	}
	return p.get(ctx, at)
}

func (p *place) discover(ctx context.Context) (string, error) {
	raw, err := p.get(ctx, strings.TrimSuffix(p.issuer, "/")+discoveryPath)
	if err != nil {
		return "", err
	}
	var document struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		return "", fmt.Errorf("reading the discovery document: %w", err)
	}
	if document.Issuer != p.issuer {
		return "", fmt.Errorf("the discovery document is that of the issuer %.200q, not of %q", document.Issuer, p.issuer)
	}
	at, err := url.Parse(document.JWKS)
	if err != nil || at.Host == "" {
		return "", errors.New("the discovery document has no jwks_uri that is a URL")
	}
	from, err := url.Parse(p.issuer)
	if err != nil {
		return "", fmt.Errorf("reading the issuer: %w", err)
	}
	return document.JWKS, mayFollow(from, at)
}

func (p *place) get(ctx context.Context, from string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("asking the identity provider: %w", err)
	}
	request.Header.Set("Accept", "application/json, application/jwk-set+json")
	answer, err := p.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the identity provider: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // what was needed of it is read
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("asking the identity provider: %s answers with status %d", request.URL.Host, answer.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("reading what the identity provider answers: %w", err)
	}
	if len(raw) > maxAnswer {
		return nil, fmt.Errorf("what %s answers has more than %d bytes", request.URL.Host, maxAnswer)
	}
	return raw, nil
}
