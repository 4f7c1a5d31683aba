//go:build !noembedded

package embedded_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/store"
	"unisono/store/embedded"
)

// childDir makes the test binary a process that writes to the database in a directory until it is killed.
const childDir = "UNISONO_TEST_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, writeForever(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func families(s *store.Store) store.Collection[content.Family, *content.Family] {
	return store.In[content.Family](s, content.KindFamily)
}

func open(t *testing.T, dir string) (*embedded.Engine, *store.Store) {
	t.Helper()
	engine, err := embedded.Open(t.Context(), embedded.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s, err := store.Open(t.Context(), store.Config{Engine: engine})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return engine, s
}

// writeForever prints the key of each document after its write was acknowledged.
func writeForever(dir string) error {
	engine, err := embedded.Open(context.Background(), embedded.Config{Dir: dir})
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), store.Config{Engine: engine})
	if err != nil {
		return err
	}
	in := families(s)
	for i := 0; ; i++ {
		key := fmt.Sprintf("family-%d", i)
		_, err := in.Update(context.Background(), key, func(*content.Family) (*content.Family, error) {
			return &content.Family{Key: key, Attributes: []string{"weight"}}, nil
		})
		if err != nil {
			return err
		}
		fmt.Println(key)
	}
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childDir+"="+dir)
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == 1 {
			if _, err := embedded.Open(t.Context(), embedded.Config{Dir: dir}); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("a second process: got %v", err)
			}
		}
		if len(acknowledged) == 300 {
			_ = child.Process.Kill() // what it still printed before that counts too
		}
	}
	if err := child.Wait(); err == nil || len(acknowledged) < 300 {
		t.Fatalf("the child ended by itself (%v) after %d writes", err, len(acknowledged))
	}
	_, s := open(t, dir)
	found, err := families(s).Read(t.Context(), acknowledged)
	if err != nil || len(found) != len(acknowledged) {
		t.Errorf("%d of %d acknowledged documents are there, %v", len(found), len(acknowledged), err)
	}
}

func TestDirectoryHasOneOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	engine, s := open(t, dir)
	_, err := embedded.Open(t.Context(), embedded.Config{Dir: dir})
	for _, says := range []string{"unisono import --gateway URL --key KEY", "unisono export", "unisono keys", dir} {
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want it to say %s", err, says)
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := engine.Close(t.Context()); err != nil {
		t.Error(err)
	}
	open(t, dir)
}

func TestOpenRefusesDirectoriesItCannotUse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, kind := range map[string]fault.Kind{
		"": fault.BadUserInput, filepath.Join(t.TempDir(), "what?"): fault.BadUserInput, file: fault.Unavailable,
	} {
		if _, err := embedded.Open(t.Context(), embedded.Config{Dir: dir}); fault.KindOf(err) != kind {
			t.Errorf("%q: got %v", dir, err)
		}
	}
	engine, _ := open(t, filepath.Join(t.TempDir(), "a place with ünusual signs & such"))
	if _, err := store.Open(t.Context(), store.Config{Engine: engine, Database: "../elsewhere"}); err == nil {
		t.Error("a database outside the directory: want an error")
	}
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	open := func() {
		engine, err := embedded.Open(t.Context(), embedded.Config{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), store.Config{Engine: engine})
		if err != nil {
			t.Fatal(err)
		}
		feed, err := s.Follow(t.Context(), content.Kinds())
		if err != nil {
			t.Fatal(err)
		}
		defer feed.Close()
		start := time.Now()
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := engine.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := engine.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("closing took %v", took)
		}
	}
	open() // what the libraries start once stays
	before := runtime.NumGoroutine()
	for range 3 {
		open()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines more than before:\n%s", runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
}

func TestLookUpsUseTheIndex(t *testing.T) {
	dir := t.TempDir()
	_, s := open(t, dir)
	in := families(s)
	key := "family"
	_, err := in.Update(t.Context(), key, func(*content.Family) (*content.Family, error) { return &content.Family{Key: key}, nil })
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "unisono.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var journal string
	if err := db.QueryRowContext(t.Context(), `PRAGMA journal_mode`).Scan(&journal); err != nil || journal != "wal" {
		t.Errorf("journal %q, %v", journal, err)
	}
	for _, kind := range append(content.Kinds(), content.KindClient, content.KindAudit) {
		var table, plan string
		row := db.QueryRowContext(t.Context(), `SELECT table_name FROM _ferretdb_collections WHERE name = ?`, kind.Collection())
		if err := row.Scan(&table); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		var id, parent, unused int
		explain := fmt.Sprintf(`EXPLAIN QUERY PLAN SELECT _ferretdb_sjson FROM %q WHERE _ferretdb_sjson->'$._id' = ?`, table)
		if err := db.QueryRowContext(t.Context(), explain, `"family"`).Scan(&id, &parent, &unused, &plan); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if !strings.Contains(plan, "USING INDEX "+table+"_unisono_id") {
			t.Errorf("%s: the plan is %q", kind, plan)
		}
	}
}

// A look-up in a large collection takes no longer than in a small one by more than chance.
func TestLookUpsDoNotScan(t *testing.T) {
	dir := t.TempDir()
	_, s := open(t, dir)
	in := families(s)
	key := "family"
	_, err := in.Update(t.Context(), key, func(*content.Family) (*content.Family, error) { return &content.Family{Key: key}, nil })
	if err != nil {
		t.Fatal(err)
	}
	small := fastest(t, in, key)
	multiply(t, dir, 20_000)
	if large := fastest(t, in, key); large > 10*small+5*time.Millisecond {
		t.Errorf("a look-up takes %v among 20,000, %v among one", large, small)
	}
}

func fastest(t *testing.T, in store.Collection[content.Family, *content.Family], key string) time.Duration {
	t.Helper()
	best := time.Hour
	for range 20 {
		start := time.Now()
		if found, err := in.Read(t.Context(), []string{key}); err != nil || len(found) != 1 {
			t.Fatalf("read: %v, %v", found, err)
		}
		best = min(best, time.Since(start))
	}
	return best
}

// multiply copies the only family many times, in the file itself, which is fast.
func multiply(t *testing.T, dir string, times int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "unisono.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var table string
	row := db.QueryRowContext(t.Context(), `SELECT table_name FROM _ferretdb_collections WHERE name = 'families'`)
	if err := row.Scan(&table); err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d)
		INSERT INTO %q (_ferretdb_sjson) SELECT replace(_ferretdb_sjson, '"family"', '"family-' || i || '"') FROM n, (SELECT _ferretdb_sjson FROM %q LIMIT 1)`, times, table, table))
	if err != nil {
		t.Fatal(err)
	}
}
