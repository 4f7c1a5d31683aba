package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
)

type keysCommand struct {
	Create createKeyCommand `cmd:"" help:"Make an API key. It is printed this once; only its hash is kept."`
	List   listKeysCommand  `cmd:"" help:"List the API keys, the newest first."`
	Revoke revokeKeyCommand `cmd:"" help:"End an API key: within a second no gateway takes it any more."`
	Rotate rotateKeyCommand `cmd:"" help:"Make a new API key that may do the same as another, and end that one."`
}

// keyManager makes and ends API keys, on a database or through a gateway.
type keyManager interface {
	Create(ctx context.Context, client content.Client) (secret string, created *content.Client, err error)
	List(ctx context.Context) ([]*content.Client, error)
	Revoke(ctx context.Context, id string) (*content.Client, error)
	Rotate(ctx context.Context, id string, overlap time.Duration, expires *time.Time) (secret string, created *content.Client, err error)
}

// keyTarget says where the keys are, and works there.
type keyTarget struct {
	targetFlags
	logFlags
}

// with calls do with the manager of the keys, and closes what it works on.
func (c *keyTarget) with(ctx context.Context, io *streams, do func(context.Context, keyManager) error) error {
	if err := c.targetFlags.mistakes(access.Admin); err != nil {
		return usage(err)
	}
	if c.Gateway != "" {
		return do(ctx, &remoteKeys{url: strings.TrimSuffix(c.Gateway, "/") + "/graphql", key: c.Key})
	}
	database, err := c.databaseFlags.open(ctx, c.logger(io.err))
	if err != nil {
		return err
	}
	keys := &localKeys{database: database, keys: access.Keys{
		Clients: clientsOf(database.Store), Now: time.Now, Record: recordKeys(auditOf(database.Store, quietly(c.logger(io.err)), time.Now)),
	}}
	err = do(access.NewContext(ctx, access.Program("unisono keys")), keys)
	return errors.Join(err, database.Close(context.WithoutCancel(ctx)))
}

// localKeys are those of a database that is open.
type localKeys struct {
	database *database
	keys     access.Keys
}

func (l *localKeys) Create(ctx context.Context, client content.Client) (string, *content.Client, error) {
	definitions := content.NewDefinitions()
	contents := l.database.Contents()
	for _, kind := range []content.Kind{content.KindChannel, content.KindAudience} {
		for document, err := range contents.All(ctx, kind) {
			if err != nil {
				return "", nil, err
			}
			definitions.Put(kind, document.NaturalKey(), document)
		}
	}
	return l.keys.Create(ctx, client, definitions)
}

func (l *localKeys) List(ctx context.Context) ([]*content.Client, error) { return l.keys.List(ctx) }

func (l *localKeys) Revoke(ctx context.Context, id string) (*content.Client, error) {
	return l.keys.Revoke(ctx, id)
}

func (l *localKeys) Rotate(ctx context.Context, id string, overlap time.Duration, expires *time.Time) (string, *content.Client, error) {
	return l.keys.Rotate(ctx, id, overlap, expires)
}

type createKeyCommand struct {
	keyTarget
	Name       string            `arg:"" help:"Who will use it."`
	Permission []string          `help:"What it may do besides read: preview, write, profiles, admin." placeholder:"WORD,…"`
	Channel    []string          `help:"The channels that it may ask for, exactly; none named, or *: all that are open to everybody." placeholder:"KEY,…"`
	Audience   []string          `help:"The audiences that it may ask for, so too." placeholder:"KEY,…"`
	Market     []string          `help:"The markets that it may ask for, so too." placeholder:"CODE,…"`
	Origin     []string          `help:"The pages in browsers that may use it: https://shop.example, or * for every one." placeholder:"ORIGIN,…"`
	Default    map[string]string `help:"What holds where a request does not say it: channel=app, locale=da and the like." placeholder:"DIMENSION=VALUE"`
	Expires    string            `help:"When it expires: after 90d or 12h, or at 2027-01-31T00:00:00Z. Left out: never." placeholder:"WHEN"`
}

// Run makes a key. The key alone goes to standard output.
func (c *createKeyCommand) Run(ctx context.Context, io *streams) error {
	expires, err := when(c.Expires, time.Now())
	defaults, wrong := defaultsOf(c.Default)
	if err := errors.Join(err, wrong); err != nil {
		return usage(err)
	}
	client := content.Client{
		Name: c.Name, Permissions: c.Permission, Channels: c.Channel, Audiences: c.Audience, Markets: c.Market, Origins: c.Origin,
		Defaults: defaults, ExpiresAt: expires,
	}
	return c.with(ctx, io, func(ctx context.Context, keys keyManager) error {
		secret, created, err := keys.Create(ctx, client)
		return handOver(io, secret, created, inFlags(err))
	})
}

// handOver prints a new key, also where what came after it failed: it is in force.
func handOver(to *streams, secret string, created *content.Client, err error) error {
	if secret == "" || created == nil {
		return err
	}
	_, printed := fmt.Fprintln(to.out, secret)
	_, _ = fmt.Fprintf(to.err, "This is the key %s of %q. Keep it well: it is shown this once.\n", created.ID(), created.Name)
	return errors.Join(err, printed)
}

// inFlags names the places of problems as the flags have them.
func inFlags(err error) error {
	var problems fault.Problems
	if !errors.As(err, &problems) {
		return err
	}
	flags := map[string]string{
		"permissions": "--permission", "channels": "--channel", "audiences": "--audience", "markets": "--market", "origins": "--origin",
		"defaults": "--default", "expiresAt": "--expires", "overlapSeconds": "--overlap", "name": "NAME", "id": "ID",
	}
	named := make(fault.Problems, len(problems))
	for i, problem := range problems {
		if len(problem.Path) > 0 && flags[problem.Path[0]] != "" {
			problem.Path = append([]string{flags[problem.Path[0]]}, problem.Path[1:]...)
		}
		named[i] = problem
	}
	return named
}

// defaultsOf reads dimensions as flags give them.
func defaultsOf(given map[string]string) (*content.Defaults, error) {
	if len(given) == 0 {
		return nil, nil
	}
	defaults := &content.Defaults{}
	text, err := json.Marshal(given)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(defaults); err != nil {
		return nil, fmt.Errorf("--default: %s is not among what a key can give: channel, audience, locale, market, device, moment, medium, publication, format",
			strings.Join(slices.Sorted(maps.Keys(given)), ", "))
	}
	return defaults, nil
}

// when reads a moment: a time, or how long it is from now. It is nil where nothing is said.
func when(text string, now time.Time) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return &at, nil
	}
	span, err := span(text)
	if err != nil {
		return nil, fmt.Errorf("--expires: %q is no moment; 90d, 12h or 2027-01-31T00:00:00Z are expected", text)
	}
	at := now.Add(span)
	return &at, nil
}

// span reads a length of time, in days too.
func span(text string) (time.Duration, error) {
	if days, is := strings.CutSuffix(text, "d"); is {
		count, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(count) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

type listKeysCommand struct {
	keyTarget
	JSON bool `help:"As JSON, one key a line." name:"json"`
}

// Run lists the keys.
func (c *listKeysCommand) Run(ctx context.Context, io *streams) error {
	return c.with(ctx, io, func(ctx context.Context, keys keyManager) error {
		clients, err := keys.List(ctx)
		switch {
		case err != nil:
			return err
		case c.JSON:
			return writeKeysJSON(io.out, clients)
		default:
			return writeKeys(io.out, clients, time.Now())
		}
	})
}

func writeKeysJSON(to io.Writer, clients []*content.Client) error {
	encoder := json.NewEncoder(to)
	for _, client := range clients {
		line := struct {
			ID string `json:"id"`
			*content.Client
		}{client.ID(), client}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func writeKeys(to io.Writer, clients []*content.Client, now time.Time) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tNAME\tSTATE\tMAY\tCHANNELS\tAUDIENCES\tMARKETS\tLAST USED")
	for _, client := range clients {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", client.ID(), client.Name, stateOf(client, now),
			strings.Join(append([]string{string(access.Read)}, client.Permissions...), ","),
			listed(client.Channels), listed(client.Audiences), listed(client.Markets), momentOr(client.UsedAt, "never"))
	}
	return table.Flush()
}

func listed(keys []string) string {
	if len(keys) == 0 {
		return content.Every
	}
	return strings.Join(keys, ",")
}

func stateOf(client *content.Client, now time.Time) string {
	switch {
	case client.RevokedAt != nil:
		return "revoked " + client.RevokedAt.Format(time.DateOnly)
	case !client.InForce(now):
		return "expired " + client.ExpiresAt.Format(time.DateOnly)
	case client.ExpiresAt != nil:
		return "until " + client.ExpiresAt.Format(time.DateOnly)
	default:
		return "in force"
	}
}

func momentOr(at *time.Time, otherwise string) string {
	if at == nil {
		return otherwise
	}
	return at.UTC().Format("2006-01-02 15:04Z")
}

type revokeKeyCommand struct {
	keyTarget
	ID string `arg:"" help:"The key's id, as list shows it."`
}

// Run ends a key.
func (c *revokeKeyCommand) Run(ctx context.Context, io *streams) error {
	return c.with(ctx, io, func(ctx context.Context, keys keyManager) error {
		revoked, err := keys.Revoke(ctx, c.ID)
		if revoked != nil {
			_, _ = fmt.Fprintf(io.err, "The key %s of %q is revoked.\n", revoked.ID(), revoked.Name)
		}
		return inFlags(err)
	})
}

type rotateKeyCommand struct {
	keyTarget
	ID      string `arg:"" help:"The other key's id, as list shows it."`
	Overlap string `help:"How long the other stays in force: 24h, 7d. Left out: it ends at once." placeholder:"TIME" default:"0s"`
	Expires string `help:"When the new one expires: after 90d or 12h, or at 2027-01-31T00:00:00Z. Left out: never." placeholder:"WHEN"`
}

// Run makes a new key in the place of another. The key alone goes to standard output.
func (c *rotateKeyCommand) Run(ctx context.Context, io *streams) error {
	expires, err := when(c.Expires, time.Now())
	overlap, wrong := span(c.Overlap)
	if wrong != nil {
		err = errors.Join(err, fmt.Errorf("--overlap: %q is no length of time; 24h or 7d is expected", c.Overlap))
	}
	if err != nil {
		return usage(err)
	}
	return c.with(ctx, io, func(ctx context.Context, keys keyManager) error {
		secret, created, err := keys.Rotate(ctx, c.ID, overlap, expires)
		return handOver(io, secret, created, inFlags(err))
	})
}
