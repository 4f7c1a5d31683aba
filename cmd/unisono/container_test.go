package main

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// started is how an image starts the program.
type started struct {
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
}

// The image and compose.yaml start the program with a command and settings that it takes. That they can be built and run is tried by hand, for that needs Docker.
func TestContainersStartTheProgramAsItIs(t *testing.T) {
	image := ofDockerfile(t)
	var compose struct{ Services map[string]started }
	if err := yaml.Unmarshal(rootFile(t, "compose.yaml"), &compose); err != nil {
		t.Fatal(err)
	}
	gateway := compose.Services["gateway"]
	if gateway.Environment["UNISONO_MONGO_URI"] == "" {
		t.Errorf("the gateway of compose.yaml has no database: %v", gateway)
	}
	gateway.Environment = maps.Clone(gateway.Environment)
	maps.Copy(gateway.Environment, image.Environment)
	for name, one := range map[string]started{"Dockerfile": image, "compose.yaml": gateway} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range one.Environment {
				t.Setenv(variable, value)
			}
			command, err := parserOfProgram(t).Parse(one.Command)
			if err != nil {
				t.Fatalf("%v: %v", one.Command, err)
			}
			var database databaseFlags
			switch selected := command.Selected().Target.Addr().Interface().(type) {
			case *serveCommand:
				database = selected.databaseFlags
			case *demoCommand:
				database = selected.databaseFlags
			}
			if err := database.mistakes(); err != nil {
				t.Error(err)
			}
		})
	}
}

// ofDockerfile reads what the last stage of the Dockerfile sets.
func ofDockerfile(t *testing.T) started {
	t.Helper()
	image := started{Environment: map[string]string{}}
	for line := range strings.Lines(string(rootFile(t, "Dockerfile"))) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch instruction {
		case "FROM":
			clear(image.Environment)
		case "ENV":
			for _, setting := range strings.Fields(rest) {
				name, value, _ := strings.Cut(setting, "=")
				image.Environment[name] = value
			}
		case "CMD":
			if err := json.Unmarshal([]byte(rest), &image.Command); err != nil {
				t.Fatal(line, err)
			}
		}
	}
	return image
}

// What is written about the program names no setting that it does not have.
func TestSettingsThatAreWrittenOfExist(t *testing.T) {
	t.Parallel()
	known := []string{"UNISONO_TEST_MONGO_URI", "UNISONO_SHARED_DATA", "UNISONO_SCALE", "UNISONO_SCREENSHOT"} // the tests' own
	for _, node := range parserOfProgram(t).Model.Leaves(false) {
		for _, flag := range node.Flags {
			known = append(known, flag.Envs...)
		}
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(err, pages)
	}
	for _, page := range append(pages, "../../README.md", "../../Dockerfile", "../../compose.yaml", "../../Makefile", "../../.ci/run") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\bUNISONO(?:_[A-Z]+)+\b`).FindAllString(string(text), -1) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: there is no setting %s", filepath.Base(page), name)
			}
		}
	}
}

func parserOfProgram(t *testing.T) *kong.Kong {
	t.Helper()
	parser, err := newParser(io.Discard, io.Discard, func(code int) { t.Fatalf("it ends with %d", code) })
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

func rootFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
