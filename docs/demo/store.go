package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/slogx-go/slogx/slogx/slowsql"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// slow is what a statement may take before it is worth a warning.
const slow = 50 * time.Millisecond

var errNotFound = errors.New("not found")

type order struct {
	ID       int64     `json:"id"`
	Customer string    `json:"customer"`
	Item     string    `json:"item"`
	Quantity int       `json:"quantity"`
	Placed   time.Time `json:"placed"`
}

// A store keeps orders in SQLite, in a temporary file.
type store struct {
	db  *sql.DB
	dir string
}

// openStore opens a store whose statements are logged: at DEBUG, at WARN if they are slow, at ERROR if they fail.
func openStore(ctx context.Context, log *slog.Logger) (*store, error) {
	dir, err := os.MkdirTemp("", "slogx-demo-db-")
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s := &store{dir: dir}
	dsn := filepath.Join(dir, "orders.db") + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)"
	s.db, err = slowsql.Open("sqlite", dsn, &slowsql.Options{Logger: log, Threshold: slow})
	if err == nil {
		_, err = s.db.ExecContext(ctx, `CREATE TABLE orders (
			id INTEGER PRIMARY KEY, customer TEXT NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL, placed INTEGER NOT NULL)`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.close())
	}
	return s, nil
}

func (s *store) close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *store) ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// create stores o and returns it with its id.
func (s *store) create(ctx context.Context, o order) (order, error) {
	result, err := s.db.ExecContext(ctx, "INSERT INTO orders (customer, item, quantity, placed) VALUES (?, ?, ?, ?)",
		o.Customer, o.Item, o.Quantity, o.Placed.UnixMilli())
	if err != nil {
		return order{}, fmt.Errorf("insert an order: %w", err)
	}
	o.ID, err = result.LastInsertId()
	return o, err
}

func (s *store) get(ctx context.Context, id int64) (order, error) {
	found, err := s.query(ctx, "SELECT id, customer, item, quantity, placed FROM orders WHERE id = ?", id)
	if err != nil {
		return order{}, fmt.Errorf("get order %d: %w", id, err)
	}
	if len(found) == 0 {
		return order{}, fmt.Errorf("get order %d: %w", id, errNotFound)
	}
	return found[0], nil
}

// list returns the last orders of a customer, or of all if customer is empty.
func (s *store) list(ctx context.Context, customer string) ([]order, error) {
	found, err := s.query(ctx, `SELECT id, customer, item, quantity, placed FROM orders
		WHERE customer = ?1 OR ?1 = '' ORDER BY id DESC LIMIT 20`, customer)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	return found, nil
}

func (s *store) query(ctx context.Context, query string, args ...any) (found []order, err error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = []order{}
	for rows.Next() {
		var o order
		var placed int64
		if err := rows.Scan(&o.ID, &o.Customer, &o.Item, &o.Quantity, &placed); err != nil {
			return nil, err
		}
		o.Placed = time.UnixMilli(placed).UTC()
		found = append(found, o)
	}
	return found, rows.Err()
}

// forecast is a query that takes its time.
func (s *store) forecast(ctx context.Context) (n int64, err error) {
	err = s.db.QueryRowContext(ctx, `WITH RECURSIVE days(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < 500000)
		SELECT sum(n % 7) + (SELECT count(*) FROM orders) FROM days`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("forecast orders: %w", err)
	}
	return n, nil
}

// settle always fails: nobody made the tables that it writes to. Its error says more than it should.
func (s *store) settle(ctx context.Context) error {
	if _, err := s.list(ctx, ""); err != nil {
		return err
	}
	_, ledger := s.db.ExecContext(ctx, "INSERT INTO ledger SELECT id, quantity FROM orders")
	_, journal := s.db.ExecContext(ctx, "INSERT INTO journal SELECT id, quantity FROM orders")
	return fmt.Errorf("settle orders: %w", errors.Join(
		fmt.Errorf("write the ledger of "+inDSN+": %w", ledger), fmt.Errorf("write the journal instead: %w", journal)))
}
