package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"unisono/access"
	"unisono/demo"
	"unisono/edit"
	"unisono/ingest"
	"unisono/ingest/ndjson"
)

type demoCommand struct {
	databaseFlags
	listenFlags
	cacheFlags
	contextFlags
	accessFlags
	logFlags
}

// demoKeys are fixed and public, which is why they are known to a demo alone and never kept in a database.
func demoKeys() map[string]*access.Client {
	return map[string]*access.Client{
		"demo-technician": {Name: "demo-technician", Permissions: []access.Permission{access.Read}, Audiences: []string{access.Open, "technician"}},
		"demo-dealer": {
			Name: "demo-dealer", Permissions: []access.Permission{access.Read},
			Channels: []string{access.Open, "dealers"}, Audiences: []string{access.Open, "dealer"},
		},
		"demo-editor": {
			Name: "demo-editor", Permissions: []access.Permission{access.Read, access.Preview, access.Write},
			Channels: []string{access.Open, "dealers"}, Audiences: []string{access.Open, "technician", "dealer"},
		},
	}
}

// Run loads the demo catalogue and serves it until the context ends.
func (c *demoCommand) Run(ctx context.Context, io *streams) error {
	c.setDefaults()
	contexts, err := c.contexts()
	if err := errors.Join(c.databaseFlags.mistakes(), c.listenFlags.mistakes(), c.cacheFlags.mistakes(), c.accessFlags.mistakes(), err); err != nil {
		return usage(err)
	}
	logger := c.logger(io.err)
	tokens, err := c.tokens(ctx, logger)
	if err != nil {
		return err
	}
	database, err := c.databaseFlags.open(ctx, logger)
	if err != nil {
		return err
	}
	g, err := openGateway(ctx, database, gatewayConfig{
		contexts: contexts, adminKey: c.AdminKey, anonymous: c.anonymous(), tokens: tokens, demoKeys: demoKeys(), media: demo.Media(), cacheSize: int64(c.CacheSize), limits: c.limits(), caching: c.caching(), logger: logger, now: time.Now,
	})
	if err != nil {
		return err
	}
	if err := loadDemo(ctx, g); err != nil {
		return errors.Join(err, g.Close(context.WithoutCancel(ctx)))
	}
	return serve(ctx, g, c.listenFlags, func(at net.Addr) { welcome(io, at) })
}

func (c *demoCommand) setDefaults() {
	setDefault(&c.Listen, "127.0.0.1:8080")
	setDefault(&c.DefaultChannel, "site")
	setDefault(&c.DefaultAudience, "consumer")
	if c.MongoURI == "" && c.DataDir == "" {
		c.DataDir = filepath.Join(cacheDir(), "unisono", "demo")
	}
}

func setDefault(of *string, value string) {
	if *of == "" {
		*of = value
	}
}

// cacheDir is where a demo may keep what it can make again.
func cacheDir() string {
	if dir, err := os.UserCacheDir(); err == nil {
		return dir
	}
	return os.TempDir()
}

// loadDemo writes the demo catalogue. What is there already is left as it is, so a second start writes nothing.
func loadDemo(ctx context.Context, g *gateway) error {
	writer := edit.NewWriter(g.documents, g.catalogue, time.Now)
	ctx = access.NewContext(ctx, access.Program("demo"))
	report, err := ingest.Run(ctx, demoSource{demo.Files()}, ingest.Local(writer), ingest.Options{})
	if err != nil {
		return fmt.Errorf("load the demo catalogue: %w", err)
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("load the demo catalogue: %s", report.Problems[0])
	}
	return nil
}

// demoSource reads the files of the catalogue in the order of their names.
type demoSource struct{ files fs.FS }

// Items gives the lines of all files.
func (s demoSource) Items(ctx context.Context, report func(ingest.Problem)) iter.Seq2[ingest.Item, error] {
	return func(yield func(ingest.Item, error) bool) {
		names, err := fs.Glob(s.files, "*.ndjson")
		if err != nil {
			yield(ingest.Item{}, err)
			return
		}
		for _, name := range names {
			text, err := fs.ReadFile(s.files, name)
			if err != nil {
				yield(ingest.Item{}, err)
				return
			}
			for item, err := range ndjson.From(name, bytes.NewReader(text)).Items(ctx, report) {
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
}

// welcome tells the one who started the demo where to look and what to try.
func welcome(io *streams, at net.Addr) {
	address := "http://" + at.String()
	text := &strings.Builder{}
	fmt.Fprintf(text, "\nThe demo answers at %s/graphql\n", address)
	fmt.Fprintf(text, "A page to ask it from is at %s/\n\n", address)
	text.WriteString("Its keys are public, for trying things out on this machine alone:\n")
	text.WriteString("  demo-technician   may read as a technician\n")
	text.WriteString("  demo-dealer       may read as a dealer, in the dealers' portal\n")
	text.WriteString("  demo-editor       may read as all of them, see drafts and write\n\n")
	text.WriteString("Three readers ask for one product and get three answers:\n\n")
	for _, reader := range demoReaders {
		fmt.Fprintf(text, "  # %s\n  %s\n\n", reader.who, reader.curl(address))
	}
	text.WriteString("docs/tour.md has more to ask, step by step.\n")
	_, _ = fmt.Fprint(io.out, text)
}

// demoReader is somebody who asks the demo's question.
type demoReader struct {
	who     string
	key     string // "" for nobody known
	context string // extensions.context, as JSON
}

// demoQuestion is what all of them ask.
const demoQuestion = `{ product(sku: "LUMA-2") { name fragments(slots: ["intro", "warning", "pump-service"]) { title body locale } } }`

var demoReaders = []demoReader{
	{"a consumer on the site, in Danish", "", `{"channel": "site", "audience": "consumer", "locale": "da"}`},
	{"a technician in the app, in Italian", "demo-technician", `{"channel": "app", "audience": "technician", "locale": "it"}`},
	{"a label that is printed, in Turkish", "", `{"channel": "print", "publication": "LABEL", "locale": "tr"}`},
}

// body is the reader's request.
func (r demoReader) body() string {
	question, err := json.Marshal(demoQuestion)
	if err != nil {
		return "" // never: it is a constant
	}
	return fmt.Sprintf(`{"query": %s, "extensions": {"context": %s}}`, question, r.context)
}

func (r demoReader) curl(address string) string {
	key := ""
	if r.key != "" {
		key = " -H 'Authorization: Bearer " + r.key + "'"
	}
	return fmt.Sprintf("curl -s %s/graphql -H 'Content-Type: application/json'%s -d '%s'", address, key, r.body())
}
