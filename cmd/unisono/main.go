// Unisono is a GraphQL content federation gateway: it answers every channel with the view of a company's content that is
// right there. See README.md for what it does and docs/ for how to use it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"unisono/fault"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1 // the command was understood and did not succeed
	exitUsage  = 2 // the command was not understood, or its configuration is not right
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	ctx = context.WithValue(ctx, ownsProcess{}, true)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// commands are all that the program can be told to do.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Serve the API."`
	Demo    demoCommand    `cmd:"" help:"Serve the API with the demo catalogue, on an embedded database where no other is named, and print where to look."`
	Import  importCommand  `cmd:"" help:"Read content from files into a database, or into a gateway that runs."`
	Export  exportCommand  `cmd:"" help:"Write all content as NDJSON, one document a line."`
	Keys    keysCommand    `cmd:"" help:"Make, list, revoke and rotate API keys."`
	Tags    tagsCommand    `cmd:"" help:"Print by which cache tags a CDN purges the answers that show a document."`
	Migrate migrateCommand `cmd:"" help:"Create collections, validators and what else a database needs. It may be run again."`
	Schema  schemaCommand  `cmd:"" help:"Print the GraphQL schema."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run does what the arguments say and gives the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	exited := -1
	parser, err := newParser(out, errs, func(code int) { exited = code })
	if err != nil {
		_, _ = fmt.Fprintf(errs, "unisono: %v\n", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited // help was asked for and given
	}
	if err == nil {
		command.BindTo(ctx, (*context.Context)(nil))
		err = command.Run(&streams{in, out, errs})
	} else {
		err = usage(err)
	}
	return exitCode(err, errs)
}

func newParser(out, errs io.Writer, exit func(code int)) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("unisono"), kong.Description("A GraphQL content federation gateway. Every flag can be given as a variable too: --mongo-uri as UNISONO_MONGO_URI."),
		kong.DefaultEnvars("UNISONO"), kong.UsageOnError(), kong.Writers(out, errs), kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 120}),
	)
}

// usageError is a mistake in the arguments or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(err error) error { return usageError{err} }

// exitCode reports an error in words for the one who runs the program, and gives the exit code.
func exitCode(err error, to io.Writer) int {
	var mistake usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &mistake):
		_, _ = fmt.Fprintf(to, "unisono: %v\n", mistake.error)
		return exitUsage
	default:
		_, _ = fmt.Fprintf(to, "unisono: %s\n", explain(err))
		return exitFailed
	}
}

// explain gives an error with its cause, each line once: messages often hold that of their cause.
func explain(err error) string {
	text := err.Error()
	var own *fault.Error
	if errors.As(err, &own) && !strings.Contains(text, own.Message) {
		text = own.Message + ": " + text
	}
	return text
}
