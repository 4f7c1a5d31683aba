//go:build !noembedded

package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	_ "modernc.org/sqlite" // the driver that FerretDB itself opens the files with

	"unisono/fault"
)

// databaseName is what a database may be called: it is the name of a file.
var databaseName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)

// Prepare gives every collection that a database has now the index that a look-up by _id uses. FerretDB's own index is
// on another expression than its query, so without this one a look-up scans the whole collection. It may be called again.
func (e *Engine) Prepare(ctx context.Context, database string) error {
	if !databaseName.MatchString(database) {
		return fault.New(fault.BadUserInput, "A database of the embedded engine is named by up to 63 letters, digits, _ and -; %q is not.", database)
	}
	if _, err := os.Stat(e.file(database)); errors.Is(err, os.ErrNotExist) {
		return nil // no collections yet
	}
	if err := e.index(ctx, database); err != nil {
		return fault.Wrap(fault.Unavailable, err, "The embedded database %s could not be prepared.", database)
	}
	return nil
}

func (e *Engine) index(ctx context.Context, database string) (err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(e.file(database))+"?"+pragmas.Encode())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables, err := collectionTables(ctx, db)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, table := range tables {
		create := fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %q ON %q (_ferretdb_sjson->'$._id')`, table+"_unisono_id", table)
		if _, err := tx.ExecContext(ctx, create); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// collectionTables lists the tables that hold the collections, from FerretDB's own list.
func collectionTables(ctx context.Context, db *sql.DB) (tables []string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT table_name FROM _ferretdb_collections`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, rows.Err()
}
