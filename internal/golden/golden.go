// Package golden compares JSON with files that hold what is expected, and writes those files anew when a test is run with -update.
//
// It refuses to judge: what a file says after -update is right once somebody has read the difference.
package golden

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// JSON compares what a test got with a file, as JSON: white space and the order of members do not matter.
func JSON(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		write(t, file, got)
		return
	}
	expected, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update to write it", err)
	}
	if diff := cmp.Diff(Decode(t, expected), Decode(t, got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// Decode gives JSON as values that can be compared; numbers keep their digits.
func Decode(t testing.TB, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in JSON: %.500s", err, text)
	}
	return value
}

func write(t testing.TB, file string, got []byte) {
	t.Helper()
	indented := bytes.Buffer{}
	if err := json.Indent(&indented, bytes.TrimSpace(got), "", "  "); err != nil {
		t.Fatalf("%v in JSON: %.500s", err, got)
	}
	indented.WriteByte('\n')
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, indented.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
