package aact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/source"
)

// schema is where the tables are in AACT's own databases.
const schema = "ctgov"

// batchOfStudies is how many studies are asked for at a time.
const batchOfStudies = 200

// IsDatabase reports whether an input is the address of a PostgreSQL server.
func IsDatabase(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// DatabaseName is an address without its password, for messages.
func DatabaseName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://"
	}
	return u.Redacted()
}

// Database yields the studies of an AACT database, in the order of their NCT
// numbers. The address is postgres://user@host:port/database; what it does not
// say, a password among it, is taken from the environment and the files that
// PostgreSQL's own clients read. The tables are those of the schema ctgov; all
// is read in one read-only transaction, some studies at a time. Tables and columns
// that are not there are in the notes. The error is a *source.Error, or the cause
// of ctx.
func Database(ctx context.Context, address string, options *DatabaseOptions, notes *Notes) iter.Seq2[Study, error] {
	return func(yield func(Study, error) bool) {
		d := database{name: DatabaseName(address), notes: notes}
		if options != nil {
			d.options = *options
		}
		err := d.read(ctx, address, yield)
		switch {
		case err == nil || errors.Is(err, errStopped):
		case ctx.Err() != nil:
			yield(Study{}, context.Cause(ctx))
		default:
			yield(Study{}, d.fault(err))
		}
	}
}

var errStopped = errors.New("stopped")

// DatabaseOptions says how long a database may take; nil and the zero value mean
// the defaults.
type DatabaseOptions struct {
	// ConnectTimeout is how long it may take to connect and to log in. Default:
	// the connect_timeout of the address or $PGCONNECT_TIMEOUT, else 30 seconds.
	ConnectTimeout time.Duration
	// IdleTimeout is how long the database may send nothing after it was asked.
	// Default: 5 minutes.
	IdleTimeout time.Duration
}

type database struct {
	name    string
	options DatabaseOptions
	notes   *Notes
	conn    *connection
	columns map[string]columnsOf
	queries map[string]string
	joiner  *joiner
}

func (d *database) fault(err error) error {
	var at *source.Error
	if errors.As(err, &at) {
		return at
	}
	return &source.Error{Position: source.At(d.name, source.NoOffset), Problem: "the database cannot be read", Err: err}
}

func (d *database) read(ctx context.Context, address string, yield func(Study, error) bool) error {
	conn, err := d.options.connect(ctx, address)
	if err != nil {
		return err
	}
	d.conn = conn
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it was only read from
	if err := conn.do(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); err != nil {
		return err
	}
	defer conn.do(context.WithoutCancel(ctx), "ROLLBACK") //nolint:errcheck // nothing was written
	if err := d.describe(ctx); err != nil {
		return err
	}
	x := layoutOf(d.columns)
	d.notes.AbsentTables, d.notes.AbsentColumns = x.absent()
	d.joiner = newJoiner(x, d.notes, false)
	for last := ""; ; {
		ids, err := d.next(ctx, last)
		if err == nil && len(ids) == 0 {
			err = d.orphans(ctx)
		}
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := d.studies(ctx, ids, yield); err != nil {
			return err
		}
		last = ids[len(ids)-1]
	}
}

// describe asks which columns the tables have, and makes the questions.
func (d *database) describe(ctx context.Context) error {
	d.columns, d.queries = map[string]columnsOf{}, map[string]string{}
	names := map[string][]string{}
	err := d.conn.rows(ctx, func(values [][]byte) {
		table, column, kind := string(values[0]), string(values[1]), string(values[2])
		if !slices.Contains(tables(), table) {
			if column == idColumn && kind == "BASE TABLE" && !knownTable(table) {
				d.notes.UnknownTables = append(d.notes.UnknownTables, table)
			}
			return
		}
		d.notes.unknown(table, []string{column})
		if d.columns[table] == nil {
			d.columns[table] = columnsOf{}
		}
		d.columns[table][column] = len(names[table])
		names[table] = append(names[table], quoted(column)+"::text")
	}, `SELECT c.table_name, c.column_name, t.table_type FROM information_schema.columns c
		JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = $1 ORDER BY c.table_name, c.ordinal_position`, schema)
	if err != nil {
		return err
	}
	if d.columns[keyTable] == nil {
		return &source.Error{
			Position: source.At(d.name, source.NoOffset), Problem: fmt.Sprintf("the database has no table %s.%s that can be read", schema, keyTable),
			Expected: "an AACT database",
		}
	}
	for table, columns := range names {
		order := ""
		if _, ok := d.columns[table]["id"]; ok {
			order = ", rows.id" // the number, not the text that is asked for
		}
		d.queries[table] = "SELECT " + strings.Join(columns, ", ") + " FROM " + quoted(schema, table) +
			` AS rows WHERE nct_id = ANY($1) ORDER BY rows.nct_id COLLATE "C"` + order
	}
	return nil
}

// orphans counts the rows of studies that the table of studies does not have.
func (d *database) orphans(ctx context.Context) error {
	for _, table := range slices.Sorted(maps.Keys(d.columns)) {
		if _, ok := d.columns[table][idColumn]; !ok || table == keyTable {
			continue
		}
		n := 0
		var wrong error
		err := d.conn.rows(ctx, func(values [][]byte) { n, wrong = strconv.Atoi(string(values[0])) },
			"SELECT count(*) FROM "+quoted(schema, table)+" AS rows WHERE NOT EXISTS (SELECT 1 FROM "+
				quoted(schema, keyTable)+" AS s WHERE s.nct_id = rows.nct_id)")
		if err := cmp.Or(err, wrong); err != nil {
			return err
		}
		addTo(&d.notes.Orphans, table, n)
	}
	return nil
}

// next returns the numbers that come after one.
func (d *database) next(ctx context.Context, last string) ([]string, error) {
	var ids []string
	err := d.conn.rows(ctx, func(values [][]byte) { ids = append(ids, string(values[0])) },
		`SELECT nct_id FROM `+quoted(schema, keyTable)+
			` WHERE nct_id COLLATE "C" > $1 ORDER BY nct_id COLLATE "C" LIMIT $2`, last, strconv.Itoa(batchOfStudies))
	return slices.Compact(ids), err // a number may come again
}

// studies joins some studies.
func (d *database) studies(ctx context.Context, ids []string, yield func(Study, error) bool) error {
	byStudy := map[string]*rowsOf{}
	for _, id := range ids {
		byStudy[id] = &rowsOf{rows: make([][]row, len(tables()))}
	}
	for table, query := range d.queries {
		if err := d.rows(ctx, table, query, ids, byStudy); err != nil {
			return err
		}
	}
	var buffer []byte
	for _, id := range ids {
		s := Study{ID: id, Err: byStudy[id].over()}
		if s.Err == nil {
			d.joiner.rows = byStudy[id].rows
			buffer = d.joiner.study(buffer[:0])
			s.JSON = buffer
		}
		if !yield(s, nil) {
			return errStopped
		}
	}
	return nil
}

// rowsOf are the rows of a study, by table.
type rowsOf struct {
	rows [][]row
	weight
}

func (d *database) rows(ctx context.Context, table, query string, ids []string, to map[string]*rowsOf) error {
	columns, at := d.columns[table], slices.Index(tables(), table)
	return d.conn.rows(ctx, func(values [][]byte) {
		r, bytes := make(row, len(values)), 0
		for i, value := range values {
			r[i] = string(value)
			bytes += len(value)
		}
		if study := to[r[columns[idColumn]]]; study.add(bytes, len(r)) {
			study.rows[at] = append(study.rows[at], r)
		}
	}, query, array(ids))
}

// quoted is a name as SQL has it; with several, each qualifies the next.
func quoted(names ...string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = `"` + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), `"`, `""`) + `"`
	}
	return strings.Join(parts, ".")
}

// array is a list of texts as PostgreSQL reads it.
func array(texts []string) string {
	parts := make([]string, len(texts))
	for i, text := range texts {
		parts[i] = `"` + escapeInArray.Replace(text) + `"`
	}
	return "{" + strings.Join(parts, ",") + "}"
}

var escapeInArray = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
