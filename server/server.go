// Package server speaks HTTP: GraphQL at /graphql, content by the batch at /content, health at /healthz and /readyz,
// and a page that others make at /.
//
// It finds out who is asking, settles the context of each operation, and turns faults into codes and statuses, in one place each. It refuses to
// know content and how it is stored.
package server

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/go-chi/chi/v5"

	"unisono/access"
	"unisono/audit"
	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
	"unisono/graph"
	"unisono/loaders"
	"unisono/resolvers"
)

// Others are the gateways beside this one, on the same database.
type Others interface {
	// Lag is for how long their changes may be missing.
	Lag() time.Duration
	// CatchUp waits until all that they wrote before a moment, by this machine's clock, is shown.
	CatchUp(ctx context.Context, at time.Time) error
	// Written is a moment by the database's clock, behind all that this gateway wrote and no earlier than any for which Pass has returned; "" where the database has none.
	Written() string
	// Pass waits until all that was written before such a moment is shown. The fault is BadUserInput for what is no moment.
	Pass(ctx context.Context, moment string) error
}

// Config is what a Server works with. All but Others, Cache, Media, Page, Limits, Caching and Schema must be given.
type Config struct {
	Catalogue *catalog.Index
	Documents edit.Documents // what mutations and imports write to
	Contents  Contents       // what exports read
	Products  loaders.Fetch[*content.Product]
	Fragments loaders.Fetch[*content.Fragment]
	Keyring   *access.Keyring
	Keys      *access.Keys
	Audit     *audit.Log                      // nil: nothing is recorded
	Broken    func() []content.Broken         // documents that could not be read; nil: none are known
	Ping      func(ctx context.Context) error // whether the database answers
	Others    Others                          // nil: there are none
	Cache     *cache.Cache                    // keeps answers, and is told of every change; nil: none are kept
	Media     fs.FS                           // served below /media/; nil: nothing is
	Page      http.Handler                    // answers at / and below /assets/; nil: / says where to go
	Logger    *slog.Logger
	Now       func() time.Time
	Limits    Limits
	Caching   Caching
	Schema    func(graph.Config) graphql.ExecutableSchema // executes operations; nil: graph.NewDirectSchema
}

// Limits bound what one request may take. The zero value of a field is its default.
type Limits struct {
	Body      int64         // bytes of a GraphQL request, 2 MiB
	Import    int64         // bytes of a batch of content, 64 MiB
	Tokens    int           // of a GraphQL document, 5,000: validating takes time by their square
	Cost      int           // of an operation, 50,000: a field costs one, a list what its items cost times its length
	Operation time.Duration // how long a query may take, 10 s
	Mutation  time.Duration // how long a mutation may take, 60 s: it may write 1,000 documents
	Export    time.Duration // how long an export waits for a reader who takes nothing, 2 minutes
	Stale     time.Duration // for how long what is in memory is shown while changes may be missing, 10 minutes

	NoIntrospection bool // whether the schema is shown to none but those who may do what an admin does, not even in hints
}

func (l *Limits) setDefaults() {
	setDefault(&l.Body, 2<<20)
	setDefault(&l.Import, 64<<20)
	setDefault(&l.Tokens, 5000)
	setDefault(&l.Cost, 50_000)
	setDefault(&l.Operation, 10*time.Second)
	setDefault(&l.Mutation, 60*time.Second)
	setDefault(&l.Export, 2*time.Minute)
	setDefault(&l.Stale, 10*time.Minute)
}

func setDefault[V comparable](field *V, value V) {
	var zero V
	if *field == zero {
		*field = value
	}
}

// Server answers requests. It is an http.Handler.
type Server struct {
	config Config
	writer *edit.Writer
	routes http.Handler // all but operations

	operations http.Handler

	clock    clock
	unshown  unshown
	answers  *answers // nil: none are kept
	requests known
	keyedOn  map[string]bool // see Caching, as net/http names headers
}

// New makes a Server.
func New(config Config) *Server {
	config.Limits.setDefaults()
	config.Caching.setDefaults()
	if config.Schema == nil {
		config.Schema = graph.NewDirectSchema
	}
	s := &Server{config: config, clock: newClock(config.Others), requests: newKnown(), writer: edit.NewWriter(config.Documents, config.Catalogue, config.Now)}
	s.keyedOn = make(map[string]bool, len(config.Caching.KeyedOn))
	for _, name := range config.Caching.KeyedOn {
		s.keyedOn[http.CanonicalHeaderKey(name)] = true
	}
	if config.Cache != nil {
		s.answers = cache.MadeIn[*asker, *reads, *answer](config.Cache, "answers")
	}
	if config.Audit != nil {
		s.writer = s.writer.RecordTo(config.Audit)
	}
	around := chi.Chain(s.identify, s.log, s.recover, s.crossOrigin)
	s.operations = around.Handler(s.authenticated(s.graphql()))
	routes := chi.NewRouter()
	routes.Use(around...)
	routes.Method(http.MethodPost, "/content/import", s.authenticated(bound(http.HandlerFunc(s.importContent))))
	routes.Method(http.MethodGet, "/content/export", s.authenticated(bound(http.HandlerFunc(s.exportContent))))
	routes.Get("/healthz", s.healthy)
	routes.Get("/readyz", s.ready)
	if config.Page != nil {
		routes.Handle("/", config.Page)
		routes.Handle("/assets/*", config.Page)
	} else {
		routes.Get("/", s.welcome)
	}
	if config.Media != nil {
		routes.Handle("/media/*", media(config.Media))
	}
	s.routes = routes
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/graphql" { // nearly all there is: it need not be looked for
		s.operations.ServeHTTP(w, r)
		return
	}
	s.routes.ServeHTTP(w, r)
}

func (s *Server) graphql() http.Handler {
	schema := s.config.Schema(graph.Config{
		Schema:     offered(),
		Directives: graph.DirectiveRoot{Needs: resolvers.Needs},
		Complexity: cost(),
		Resolvers:  resolvers.New(resolvers.Config{Catalogue: s.config.Catalogue, Writer: s.writer, Keys: s.config.Keys, Audit: s.config.Audit, Broken: s.broken}),
	})
	gql := handler.New(schema)
	gql.AddTransport(transport{server: s, clock: s.clock, persisted: newPersisted()})
	gql.SetQueryCache(newParsed())
	gql.SetValidationRulesFn(validation)
	gql.SetParserTokenLimit(s.config.Limits.Tokens)
	gql.SetErrorPresenter(s.present)
	gql.SetRecoverFunc(s.recovered)
	gql.Use(documentExtension{s.config.Limits})
	gql.Use(&introspectionExtension{server: s})
	gql.Use(extension.FixedComplexityLimit(s.config.Limits.Cost))
	gql.Use(&contextExtension{server: s})
	return s.arriving(bound(gql))
}

// broken gives the documents that could not be read, or not shown as they are written.
func (s *Server) broken() []content.Broken {
	documents := s.unshown.list(s.config.Now())
	if s.config.Broken != nil {
		documents = append(documents, s.config.Broken()...)
	}
	return documents
}

// report notes a document that could not be shown as it is written.
func (s *Server) report(kind content.Kind, key, reason string) {
	if s.unshown.report(kind, key, reason, s.config.Now()) {
		s.config.Logger.Warn("content could not be shown as it is written", "kind", kind, "key", key, "reason", reason)
	}
}

// media serves files of our own: pictures that may be shown anywhere, and nothing in them may run.
func media(files fs.FS) http.Handler {
	serve := http.StripPrefix("/media/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		serve.ServeHTTP(w, r)
	})
}
