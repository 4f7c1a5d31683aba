package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"os"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/term"

	"unisono/access"
	"unisono/access/token"
	"unisono/content"
	"unisono/locale"
	"unisono/server"
	"unisono/store"
	"unisono/store/embedded"
	"unisono/targeting"
)

// databaseFlags say which database a command works on.
type databaseFlags struct {
	MongoURI string        `help:"A MongoDB to work on: mongodb://HOST/." placeholder:"URI" name:"mongo-uri"`
	DataDir  string        `help:"A directory for the database inside this process, instead of a MongoDB." placeholder:"DIR" type:"path"`
	Database string        `help:"The name of the database." default:"unisono"`
	Timeout  time.Duration `help:"How long one call of the database may take." default:"5s"`
}

func (f *databaseFlags) mistakes() error {
	var err error
	switch {
	case f.MongoURI == "" && f.DataDir == "":
		err = errors.New("no database is named: give --data-dir DIR for one inside this process, or --mongo-uri URI for a MongoDB")
	case f.MongoURI != "" && f.DataDir != "":
		err = errors.New("--data-dir and --mongo-uri exclude each other")
	}
	if f.Timeout <= 0 {
		err = errors.Join(err, fmt.Errorf("--timeout: %s is no time to wait; one such as 5s is expected", f.Timeout))
	}
	return err
}

// database is an open database, and the engine below it where that is our own.
type database struct {
	*store.Store
	engine *embedded.Engine
}

func (f *databaseFlags) open(ctx context.Context, logger *slog.Logger) (*database, error) {
	config := store.Config{Database: f.Database, Timeout: f.Timeout, Logger: logger}
	d := &database{}
	if f.DataDir != "" {
		engine, err := embedded.Open(ctx, embedded.Config{Dir: f.DataDir, Logger: logger})
		if err != nil {
			return nil, err
		}
		config.Engine, d.engine = engine, engine
	} else {
		config.URI = f.MongoURI
	}
	var err error
	if d.Store, err = store.Open(ctx, config); err != nil {
		if d.engine != nil {
			err = errors.Join(err, d.engine.Close(context.WithoutCancel(ctx)))
		}
		return nil, err
	}
	return d, nil
}

// Close closes the database and what is below it.
func (d *database) Close(ctx context.Context) error {
	err := d.Store.Close(ctx)
	if d.engine != nil {
		err = errors.Join(err, d.engine.Close(ctx))
	}
	return err
}

// logFlags say what is logged and how.
type logFlags struct {
	LogLevel  slog.Level `help:"What to log: debug, info, warn or error." default:"info" name:"log-level"`
	LogFormat string     `help:"How to log: text, json, or auto, which is text on a terminal and json elsewhere." enum:"auto,text,json" default:"auto"`
}

func (f *logFlags) logger(to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: f.LogLevel, ReplaceAttr: readable}
	if f.LogFormat == "text" || f.LogFormat == "auto" && isTerminal(to) {
		return slog.New(slog.NewTextHandler(to, options))
	}
	return slog.New(slog.NewJSONHandler(to, options))
}

// readable writes a length of time as people do, in JSON too: 1.5s.
func readable(_ []string, attribute slog.Attr) slog.Attr {
	if attribute.Value.Kind() == slog.KindDuration {
		attribute.Value = slog.StringValue(attribute.Value.Duration().String())
	}
	return attribute
}

func isTerminal(of io.Writer) bool {
	file, is := of.(*os.File)
	return is && term.IsTerminal(int(file.Fd()))
}

// contextFlags say what holds where neither the request nor a channel says it.
type contextFlags struct {
	DefaultChannel  string `help:"The channel of requests that name none; needed where there are several." placeholder:"KEY"`
	DefaultAudience string `help:"The audience of requests that name none; needed where several are open to all." placeholder:"KEY"`
	DefaultLocale   string `help:"The language while there is no channel yet." default:"en" placeholder:"TAG"`
}

func (f *contextFlags) contexts() (targeting.Config, error) {
	tag, err := locale.Parse(f.DefaultLocale)
	if err != nil {
		err = fmt.Errorf("--default-locale: %w", err)
	}
	return targeting.Config{DefaultChannel: f.DefaultChannel, DefaultAudience: f.DefaultAudience, DefaultLocale: tag}, err
}

// byteSize is a number of bytes, written with or without a unit.
type byteSize int64

var (
	byteSizes = regexp.MustCompile(`^(\d{1,12})(?:([KMGT]i?)?B)?$`)
	byteUnits = map[string]int64{"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}
)

// UnmarshalText reads a size such as 512MiB, 2GB or 1048576.
func (s *byteSize) UnmarshalText(text []byte) error {
	found := byteSizes.FindSubmatch(text)
	if found == nil {
		return fmt.Errorf("%.40q is no size; one such as 512MiB, 2GB or a number of bytes is expected", text)
	}
	number, err := strconv.ParseInt(string(found[1]), 10, 64)
	unit := byteUnits[string(found[2])]
	if err != nil || number > math.MaxInt64/unit {
		return fmt.Errorf("%.40q is more than there can be", text)
	}
	*s = byteSize(number * unit)
	return nil
}

// listenFlags say where to listen, and how much is taken.
type listenFlags struct {
	Listen      string `help:"The address to listen on." placeholder:"HOST:PORT"`
	AdminListen string `help:"An address of its own to serve metrics on, without a key; none where this is left out." placeholder:"HOST:PORT"`

	MaxStale time.Duration `help:"For how long what is in memory is shown while the database is not heard of." default:"10m"`
	MaxCost  int           `help:"What an operation may cost: a field costs one, a list what its items cost times its length." default:"50000"`

	Introspection bool `help:"Whether the schema may be asked for; those who may do what an admin does always may." default:"true" negatable:""`
}

func (f *listenFlags) limits() server.Limits {
	return server.Limits{Cost: f.MaxCost, Stale: f.MaxStale, NoIntrospection: !f.Introspection}
}

func (f *listenFlags) mistakes() error {
	var err error
	if f.MaxCost < 1 {
		err = fmt.Errorf("--max-cost: %d is no limit; 1 or more is expected", f.MaxCost)
	}
	if f.MaxStale < time.Second {
		err = errors.Join(err, fmt.Errorf("--max-stale: %s is too short; one second or more is expected, such as 10m", f.MaxStale))
	}
	host, port, wrong := net.SplitHostPort(f.Listen)
	if wrong != nil {
		err = errors.Join(err, fmt.Errorf("--listen: %q is no address; one such as :8080 or 127.0.0.1:8080 is expected", f.Listen))
	}
	if f.AdminListen == "" {
		return err
	}
	adminHost, adminPort, adminWrong := net.SplitHostPort(f.AdminListen)
	switch {
	case adminWrong != nil:
		err = errors.Join(err, fmt.Errorf("--admin-listen: %q is no address; one such as 127.0.0.1:9090 is expected", f.AdminListen))
	case wrong == nil && port == adminPort && port != "0" && (host == adminHost || isEverywhere(host) || isEverywhere(adminHost)):
		err = errors.Join(err, fmt.Errorf("--admin-listen: %s is where --listen serves the API to everybody; another port is expected", f.AdminListen))
	}
	return err
}

// isEverywhere says of a host that it stands for every address of the machine, and so overlaps with any other.
func isEverywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// accessFlags say who may ask without a key, and whose tokens are accepted.
type accessFlags struct {
	AdminKey string `help:"The API key of a client with every permission, channel, audience and market; better given as UNISONO_ADMIN_KEY." placeholder:"KEY"`
	Issuers  string `help:"A JSON file that says whose tokens (JWT) are accepted, and what they grant." placeholder:"FILE" type:"path"`

	Anonymous         bool     `help:"Whether requests without a key are answered." default:"true" negatable:""`
	AnonymousChannel  []string `help:"The channels that requests without a key may ask for, exactly; none named, or *: all that are open." placeholder:"KEY,…"`
	AnonymousAudience []string `help:"The audiences that they may ask for, so too." placeholder:"KEY,…"`
	AnonymousMarket   []string `help:"The markets that they may ask for, so too." placeholder:"CODE,…"`
	AnonymousOrigin   []string `help:"The pages in browsers of other hosts that may ask without a key: https://shop.example, or * for every one." placeholder:"ORIGIN,…"`
}

// anonymous is who asks without a key.
func (f *accessFlags) anonymous() *access.Client {
	client := access.Anonymous()
	client.Channels, client.Audiences, client.Markets, client.Origins = f.AnonymousChannel, f.AnonymousAudience, f.AnonymousMarket, f.AnonymousOrigin
	if !f.Anonymous {
		client.Permissions = nil
	}
	return client
}

func (f *accessFlags) mistakes() error {
	err := checkAdminKey(f.AdminKey)
	for _, market := range f.AnonymousMarket {
		if market != access.Open && !content.IsCountryCode(market) {
			err = errors.Join(err, fmt.Errorf("--anonymous-market: %.40q is no country code; two capital letters are expected, such as DK", market))
		}
	}
	for _, origin := range f.AnonymousOrigin {
		if wrong := access.CheckOrigin(origin); wrong != nil {
			err = errors.Join(err, fmt.Errorf("--anonymous-origin: %w", wrong))
		}
	}
	return err
}

// maxIssuers bounds the file of issuers, in bytes.
const maxIssuers = 1 << 20

// tokens gives what judges tokens; nil where none are accepted.
func (f *accessFlags) tokens(ctx context.Context, logger *slog.Logger) (*token.Verifier, error) {
	if f.Issuers == "" {
		return nil, nil
	}
	file, err := os.Open(f.Issuers)
	if err != nil {
		return nil, usage(fmt.Errorf("--issuers: %w", err))
	}
	raw, err := io.ReadAll(io.LimitReader(file, maxIssuers))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("--issuers: %w", err)
	}
	config, err := token.ReadConfig(raw)
	if err != nil {
		return nil, usage(fmt.Errorf("--issuers: %s: %w", f.Issuers, err))
	}
	return token.Open(ctx, config, token.Options{Logger: logger})
}
