package unisono_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestGeneratedIsCurrent generates in a copy of the tree, so that it neither changes the tree nor wants a clean one. It reads all
// that the generators read, whereby go test knows when to run it again.
func TestGeneratedIsCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("generating takes seconds")
	}
	kept, elsewhere := readAll(t, "."), t.TempDir()
	for name, content := range kept {
		target := filepath.Join(elsewhere, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	generate := exec.CommandContext(t.Context(), "go", "generate", "./...")
	generate.Dir = elsewhere
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("go generate: %v\n%s", err, out)
	}
	for name, generated := range readAll(t, elsewhere) {
		if before, ok := kept[name]; !ok || !bytes.Equal(before, generated) {
			t.Errorf("%s is not what its sources give now: run make generate", name)
		}
	}
}

// readAll reads every file that someone wrote or a generator did, by its name in the tree.
func readAll(t *testing.T, root string) map[string][]byte {
	t.Helper()
	tree, contents := os.DirFS(root), map[string][]byte{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && isNoSource(name):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		contents[name], err = fs.ReadFile(tree, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents
}
