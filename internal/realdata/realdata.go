// Package realdata finds, for tests, the catalogues that others wrote. They lie beside the checkout and are no part of it.
//
// It refuses to read them; that is for the test to do.
package realdata

import (
	"os"
	"path/filepath"
	"testing"
)

const variable = "UNISONO_SHARED_DATA"

// Dir gives the folder of a catalogue. Where it is not there the test is skipped, and says why; in CI it fails where UNISONO_SHARED_DATA says that it should be.
func Dir(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv(variable)
	if root == "" {
		root = beside(t)
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv(variable) != "" && os.Getenv("CI") == "true" {
			t.Fatalf("%s names a folder without %s: %v", variable, name, err)
		}
		t.Skipf("the real catalogue %s is not here; %s can name the folder that it is in", name, variable)
	}
	return dir
}

// beside gives shared/data beside the checkout, which is where go.mod stands above the test.
func beside(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "data")
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod stands above the test")
		}
		dir = filepath.Dir(dir)
	}
}
