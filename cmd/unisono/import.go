package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"unisono/access"
	"unisono/catalog"
	"unisono/edit"
	"unisono/ingest"
	"unisono/ingest/akeneo"
	"unisono/ingest/ndjson"
)

// targetFlags say where content is read from or written to: a database, or a gateway that runs.
type targetFlags struct {
	databaseFlags
	Gateway string `help:"Work through a gateway that runs here, instead of on a database." placeholder:"URL"`
	Key     string `help:"The API key for the gateway; better given as UNISONO_KEY." placeholder:"KEY"`
}

// mistakes says what is wrong with the flags. A gateway asks for a key with the permission.
func (f *targetFlags) mistakes(permission access.Permission) error {
	switch {
	case f.Gateway == "":
		return f.databaseFlags.mistakes()
	case f.MongoURI != "" || f.DataDir != "":
		return errors.New("--gateway and a database exclude each other")
	case f.Key == "":
		return fmt.Errorf("--gateway needs a key with the permission %q: give --key KEY or UNISONO_KEY", permission)
	default:
		return nil
	}
}

func (f *targetFlags) gateway() *ingest.Gateway {
	return &ingest.Gateway{URL: strings.TrimSuffix(f.Gateway, "/"), Key: f.Key, Client: http.DefaultClient}
}

type importCommand struct {
	targetFlags
	logFlags
	DryRun bool   `help:"Say what would be written, and write nothing."`
	Report string `help:"Write a report as JSON to this file, - for standard output." placeholder:"FILE"`

	NDJSON struct {
		Path string `arg:"" help:"The file, - for standard input."`
	} `cmd:"" name:"ndjson" help:"Import NDJSON, as export writes it: one document a line."`
	AkeneoCSV struct {
		Dir       string `arg:"" help:"The directory with products.csv, attributes.csv and the others." type:"path"`
		Language  string `help:"The default language of channels that list it; otherwise the first that they list." placeholder:"TAG"`
		MediaBase string `help:"Where the pictures are that the files name; otherwise /media/." placeholder:"URL"`
	} `cmd:"" name:"akeneo-csv" help:"Import the flat CSV files that an Akeneo PIM exports."`
}

func (c *importCommand) source(in io.Reader) (ingest.Source, error) {
	if c.AkeneoCSV.Dir != "" {
		return akeneo.Open(c.AkeneoCSV.Dir, akeneo.Options{DefaultLocale: c.AkeneoCSV.Language, MediaBase: c.AkeneoCSV.MediaBase})
	}
	if c.NDJSON.Path == "-" {
		return ndjson.From("standard input", in), nil
	}
	return ndjson.Open(c.NDJSON.Path), nil
}

// Run imports and reports. Rows that are not right do not stop the rest, but make the command fail in the end.
func (c *importCommand) Run(ctx context.Context, io *streams) error {
	if err := c.targetFlags.mistakes(access.Write); err != nil {
		return usage(err)
	}
	source, err := c.source(io.in)
	if err != nil {
		return err
	}
	sink, closeSink, err := c.sink(ctx, io)
	if err != nil {
		return err
	}
	progress := ingest.NewProgress(io.err, isTerminal(io.err))
	ctx = access.NewContext(ctx, access.Program("import"))
	report, err := ingest.Run(ctx, source, sink, ingest.Options{Progress: progress})
	progress.Close()
	if err != nil {
		err = fmt.Errorf("the import broke off: %w", err)
	}
	return errors.Join(err, c.report(report, io), closeSink(context.WithoutCancel(ctx)))
}

// sink gives what the import writes to, and what closes it.
func (c *importCommand) sink(ctx context.Context, io *streams) (ingest.Sink, func(context.Context) error, error) {
	if c.Gateway != "" {
		return c.gateway().Sink(c.DryRun), func(context.Context) error { return nil }, nil
	}
	logger := c.logger(io.err)
	database, err := c.databaseFlags.open(ctx, logger)
	if err != nil {
		return nil, nil, err
	}
	contents := database.Contents()
	catalogue, err := catalog.Open(ctx, catalog.Config{Source: contents, Logger: logger})
	if err != nil {
		return nil, nil, errors.Join(err, database.Close(context.WithoutCancel(ctx)))
	}
	writer := edit.NewWriter(contents, catalogue, time.Now).RecordTo(auditOf(database.Store, quietly(logger), time.Now))
	if c.DryRun {
		writer = edit.NewRehearsal(contents, catalogue, time.Now)
	}
	return ingest.Local(writer), func(ctx context.Context) error {
		catalogue.Close()
		return database.Close(ctx)
	}, nil
}

// report writes what became of the import, and gives an error where something was skipped.
func (c *importCommand) report(report *ingest.Report, io *streams) error {
	if c.DryRun {
		_, _ = fmt.Fprintln(io.err, "dry run: nothing was written; this is what would have been")
	}
	if err := report.WriteText(io.err); err != nil {
		return err
	}
	if err := c.writeReport(report, io.out); err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	if problems := len(report.Problems) + report.ProblemsOmitted; problems > 0 {
		return fmt.Errorf("problems: %d; what is right was dealt with all the same", problems)
	}
	return nil
}

func (c *importCommand) writeReport(report *ingest.Report, out io.Writer) error {
	switch c.Report {
	case "":
		return nil
	case "-":
		return report.WriteJSON(out)
	}
	file, err := os.Create(c.Report)
	if err != nil {
		return err
	}
	return errors.Join(report.WriteJSON(file), file.Close())
}
