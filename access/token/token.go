// Package token finds out who is asking by a token of an identity provider: a JWT, signed with one of the keys that the provider publishes.
//
// What a token grants is configured, claim by claim; see [Grant]. The package refuses to take anything from a token that is not verified, to
// keep who is logged in, and to ask the provider about single tokens: one that is withdrawn is good until it expires, so let them be short.
package token

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"unisono/access"
	"unisono/fault"
)

// maxToken bounds a token, in bytes: most servers take 8 KiB of headers.
const maxToken = 8 << 10

// Options are what a Verifier works with. The zero Options are right.
type Options struct {
	Client *http.Client     // asks the identity providers; nil: one of our own. Its CheckRedirect is not used
	Logger *slog.Logger     // hears of providers that do not answer and of keys that are not used, never of tokens; nil: slog.Default()
	Now    func() time.Time // nil: time.Now
}

// Verifier verifies tokens. It may be used by many at once. Close it.
type Verifier struct {
	issuers map[string]*issuer // by the claim iss
	peek    *jwt.Parser        // reads what is not verified yet
	known   *memory
	stop    context.CancelFunc
	running sync.WaitGroup
}

// issuer is an Issuer at work.
type issuer struct {
	Issuer
	parser *jwt.Parser
	source *source
}

// Open makes a Verifier. It asks nobody: keys are read when the first token needs them, so that a gateway starts while its identity provider
// is down. Of ctx only the values are used. The error, if any, is [fault.Problems], about config.
func Open(ctx context.Context, config Config, options Options) (*Verifier, error) {
	if err := config.check().Err(); err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	verifier := &Verifier{
		issuers: make(map[string]*issuer, len(config.Issuers)), stop: stop, known: newMemory(options.Now),
		peek: jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithJSONNumber()),
	}
	for _, of := range config.Issuers {
		if len(of.Algorithms) == 0 {
			of.Algorithms = defaultAlgorithms
		}
		source := newSource(newPlace(of, options.Client), options.Now, options.Logger)
		verifier.issuers[of.Issuer] = &issuer{Issuer: of, source: source, parser: newParser(of, options.Now)}
		verifier.running.Go(func() { source.run(ctx) })
	}
	return verifier, nil
}

// newParser makes the parser of an issuer's tokens. Decoding is strict, for else the last character of a part could be changed unnoticed.
func newParser(of Issuer, now func() time.Time) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithStrictDecoding(), jwt.WithJSONNumber(),
		jwt.WithValidMethods(of.Algorithms), jwt.WithIssuer(of.Issuer), jwt.WithAudience(of.Audience...),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(of.Skew), jwt.WithTimeFunc(now),
	)
}

// Close ends all that the Verifier does in the background, and waits for it. Who waits for keys gets Unavailable.
func (v *Verifier) Close() {
	v.stop()
	v.running.Wait()
}

// Looks says whether a bearer value has the form of a JWT: three parts of base64url joined by dots, of which the first begins an object of
// JSON. Nothing is said of its being right.
func Looks(token string) bool {
	if !strings.HasPrefix(token, "ey") { // {" and what follows it
		return false
	}
	dots, part := 0, 0
	for i := range len(token) {
		switch char := token[i]; {
		case char == '.':
			if part == 0 {
				return false
			}
			dots, part = dots+1, 0
		case 'a' <= char && char <= 'z', 'A' <= char && char <= 'Z', '0' <= char && char <= '9', char == '-', char == '_':
			part++
		default:
			return false
		}
	}
	return dots == 2 // the signature may be missing, which is for Client to refuse
}

// Client gives the client of a token. It is shared with others that send the same token, so leave it as it is. The fault is Unauthenticated for
// a token that is not right, with a message that says why; Unavailable where the keys of its issuer cannot be read; Timeout where ctx ends
// before they are. Keys that are there are used without waiting.
func (v *Verifier) Client(ctx context.Context, token string) (*access.Client, error) {
	if len(token) > maxToken {
		return nil, refuse("the token has more than %d bytes", maxToken)
	}
	if !Looks(token) {
		return nil, refuse("this is no token: three parts of base64url, joined by dots, are expected")
	}
	digest := digestOf(token)
	if client := v.known.client(digest); client != nil {
		return client, nil
	}
	issuer, err := v.issuerOf(token)
	if err != nil {
		return nil, err
	}
	claims, version, err := issuer.verify(ctx, token)
	if err != nil {
		return nil, err
	}
	client := clientOf(issuer.Issuer, claims)
	v.known.add(digest, client, issuer.source, version, claims)
	return client, nil
}

// issuerOf finds the issuer by what a token says of itself. Whether that is true, its keys will show.
func (v *Verifier) issuerOf(token string) (*issuer, error) {
	claims := jwt.MapClaims{}
	parsed, _, err := v.peek.ParseUnverified(token, claims)
	if err != nil {
		return nil, refusal(err)
	}
	name, err := claims.GetIssuer()
	if err != nil {
		return nil, refusal(err)
	}
	issuer := v.issuers[name]
	if issuer == nil {
		return nil, refuse("the token is from an issuer that is not known here")
	}
	if !slices.Contains(issuer.Algorithms, parsed.Method.Alg()) {
		return nil, refuse("the token is signed in a way that is not accepted here, or not at all")
	}
	return issuer, checkHeader(parsed.Header)
}

// checkHeader refuses tokens that are not for this use, and those that ask for more than is understood here (RFC 7515, 4.1.11).
func checkHeader(header map[string]any) error {
	if _, there := header["crit"]; there {
		return refuse("the token asks for an extension that is not known here (crit)")
	}
	if typ, there := header["typ"]; there {
		text, _ := typ.(string)
		if text = strings.TrimPrefix(strings.ToLower(text), "application/"); text != "jwt" && text != "at+jwt" {
			return refuse("the token is of another type (typ); JWT or at+jwt is expected")
		}
	}
	if kid, there := header["kid"]; there {
		if _, is := kid.(string); !is {
			return refuse("the token cannot be read: kid is not a text")
		}
	}
	return nil
}

// verify gives the claims of a token that is right, and the version of the key set that says so.
func (i *issuer) verify(ctx context.Context, token string) (jwt.MapClaims, uint64, error) {
	claims, version := jwt.MapClaims{}, uint64(0)
	_, err := i.parser.ParseWithClaims(token, claims, func(parsed *jwt.Token) (any, error) {
		kid, _ := parsed.Header["kid"].(string)
		keys, of, err := i.source.find(ctx, kid, parsed.Method.Alg())
		version = of
		return keys, err
	})
	if err != nil {
		return nil, 0, refusal(err)
	}
	return claims, version, nil
}

func refuse(format string, args ...any) error {
	return fault.New(fault.Unauthenticated, format, args...)
}

// refusal says what is wrong with a token. The library's errors are the causes: they quote nothing of it.
func refusal(err error) error {
	var ours *fault.Error
	if errors.As(err, &ours) {
		return ours
	}
	message := "the token cannot be read"
	for _, reason := range []struct {
		is      error
		message string
	}{
		{jwt.ErrTokenUnverifiable, "the token is signed in a way that is not accepted here, or not at all"},
		{jwt.ErrTokenSignatureInvalid, "the token's signature is not right"},
		{jwt.ErrTokenExpired, "the token has expired"},
		{jwt.ErrTokenNotValidYet, "the token is not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "the token is not valid yet: it is issued in the future"},
		{jwt.ErrTokenInvalidAudience, "the token is for another audience"},
		{jwt.ErrTokenRequiredClaimMissing, "the token lacks a claim that it must have: iss, aud and exp"},
		{jwt.ErrTokenInvalidClaims, "the token has a claim that is not right"},
	} {
		if errors.Is(err, reason.is) {
			message = reason.message
			break
		}
	}
	return fault.Wrap(fault.Unauthenticated, err, "%s", message)
}

// Looks is [Looks], for those who know tokens by an interface.
func (*Verifier) Looks(token string) bool { return Looks(token) }
