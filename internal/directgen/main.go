// Command directgen generates what gqlgen does, and beside it direct.go: a schema that writes the answers to queries straight into bytes, by package direct.
//
// What gqlgen generates is left as it is: mutations take it, so does every field that is not plain enough (one with a directive, say), and tests compare the
// two. Fields of an object, and items of a list, are resolved one after the other, which is right where all that they need has been read ahead; a type whose fields each load something
// by themselves is named by -apart, and its fields are resolved side by side.
package main

//go:generate go run . -config small/gqlgen.yml -apart Side

import (
	"flag"
	"log"
	"strings"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	log.SetFlags(0)
	file := flag.String("config", "gqlgen.yml", "gqlgen's configuration, a `file`")
	apart := flag.String("apart", "", "object `types` whose fields are resolved side by side, separated by commas")
	texts := flag.String("texts", "", "`functions` besides gqlgen's own that write a text, and nothing but that, as pkg.Func, separated by commas")
	flag.Parse()
	loaded, err := config.LoadConfig(*file)
	if err == nil {
		err = api.Generate(loaded, api.AddPlugin(newPlugin(strings.Split(*apart, ","), strings.Split(*texts, ","))))
	}
	if err != nil {
		log.Fatal(err)
	}
}
