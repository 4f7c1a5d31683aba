package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/vektah/gqlparser/v2/formatter"

	"unisono/access"
	"unisono/graph"
	"unisono/ingest/ndjson"
	"unisono/store"
)

type exportCommand struct {
	targetFlags
	logFlags
	Format string `arg:"" help:"The format: ndjson." enum:"ndjson"`
	Path   string `arg:"" optional:"" help:"The file, - or nothing for standard output." default:"-"`
}

// Run writes everything, definitions before what refers to them. A file is put in its place only when it is whole.
func (c *exportCommand) Run(ctx context.Context, io *streams) error {
	if err := c.targetFlags.mistakes(access.Write); err != nil {
		return usage(err)
	}
	if c.Path == "-" {
		return c.export(ctx, io.out, io)
	}
	part, err := os.CreateTemp(filepath.Dir(c.Path), filepath.Base(c.Path)+".part-*")
	if err != nil {
		return err
	}
	err = errors.Join(c.export(ctx, part, io), part.Chmod(0o644), part.Close())
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return os.Rename(part.Name(), c.Path)
}

func (c *exportCommand) export(ctx context.Context, to io.Writer, io *streams) error {
	buffered := bufio.NewWriterSize(to, 1<<16)
	if c.Gateway != "" {
		return errors.Join(c.gateway().Export(ctx, buffered), buffered.Flush())
	}
	database, err := c.databaseFlags.open(ctx, c.logger(io.err))
	if err != nil {
		return err
	}
	for line, err := range ndjson.Lines(ctx, database.Contents().All) {
		if err == nil {
			_, err = buffered.Write(line)
		}
		if err != nil {
			return errors.Join(err, database.Close(context.WithoutCancel(ctx)))
		}
	}
	return errors.Join(buffered.Flush(), database.Close(ctx))
}

type migrateCommand struct {
	databaseFlags
	logFlags
}

// Run migrates the database and says what was done.
func (c *migrateCommand) Run(ctx context.Context, to *streams) error {
	if err := c.mistakes(); err != nil {
		return usage(err)
	}
	database, err := c.open(ctx, c.logger(to.err))
	if err != nil {
		return err
	}
	done, err := database.Migrate(ctx)
	if err == nil {
		err = writeMigration(to.out, done)
	}
	return errors.Join(err, database.Close(context.WithoutCancel(ctx)))
}

func writeMigration(to io.Writer, done store.Migration) error {
	text := strings.Builder{}
	for _, part := range []struct {
		title string
		lines []string
	}{
		{"created", done.Created},
		{"checked by the database from now on", done.Checked},
		{"spread over the cluster", done.Sharded},
		{"not there, and done without", done.Lacks},
		{"to spread the collections, should this become a cluster", done.Hints},
	} {
		if len(part.lines) > 0 {
			fmt.Fprintf(&text, "%s:\n  %s\n", part.title, strings.Join(part.lines, "\n  "))
		}
	}
	if text.Len() == 0 {
		text.WriteString("the database is in shape; there was nothing to do\n")
	}
	_, err := io.WriteString(to, text.String())
	return err
}

type schemaCommand struct{}

// Run prints the schema as the API has it.
func (*schemaCommand) Run(_ context.Context, io *streams) error {
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	formatter.NewFormatter(io.out, formatter.WithIndent("  ")).FormatSchema(schema)
	return nil
}

type versionCommand struct{}

// Run prints what this program was built from.
func (*versionCommand) Run(_ context.Context, io *streams) error {
	version, revision, goVersion := built()
	if revision != "" {
		revision = " (" + revision + ")"
	}
	if goVersion != "" {
		goVersion = " " + goVersion
	}
	_, err := fmt.Fprintf(io.out, "unisono %s%s%s\n", version, revision, goVersion)
	return err
}

// built says what this program was built from; "" where it does not know.
func built() (version, revision, goVersion string) {
	info, known := debug.ReadBuildInfo()
	if !known {
		return "unreleased", "", ""
	}
	version, goVersion = info.Main.Version, info.GoVersion
	if version == "" || version == "(devel)" {
		version = "unreleased"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			revision = setting.Value
		}
	}
	return version, revision, goVersion
}
