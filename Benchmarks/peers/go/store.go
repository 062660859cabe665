package main

import (
	"database/sql"

	_ "github.com/lib/pq"
)

// store has the statements. database/sql prepares each once on every connection.
type store struct {
	read, list, create, update *sql.Stmt
}

// openStore keeps all connections open: opening one costs more than a hundred statements.
func openStore(url string, connections int) (*store, error) {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	var s store
	for _, statement := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&s.read, "SELECT id, email, name, created_at FROM users WHERE id = $1"},
		{&s.list, "SELECT id, email, name, created_at FROM users WHERE id >= (SELECT id FROM users ORDER BY id LIMIT 1 OFFSET $2) ORDER BY id LIMIT $1"},
		{&s.create, "INSERT INTO users (email, name) VALUES ($1, $2) RETURNING id, email, name, created_at"},
		{&s.update, "UPDATE users SET email = coalesce($1, email), name = coalesce($2, name) WHERE id = $3 " +
			"RETURNING id, email, name, created_at"},
	} {
		if *statement.to, err = db.Prepare(statement.text); err != nil {
			return nil, err
		}
	}
	return &s, nil
}

// one scans the row of a statement that has one at most.
func one(statement *sql.Stmt, arguments ...interface{}) (*user, error) {
	var u user
	err := statement.QueryRow(arguments...).Scan(&u.ID, &u.Email, &u.Name, &u.CreatedAt.Time)
	return &u, err
}

func (s *store) page(skip, limit int64) ([]user, error) {
	rows, err := s.list.Query(limit, skip)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	users := []user{}
	for rows.Next() {
		var u user
		if err := rows.Scan(&u.ID, &u.Email, &u.Name, &u.CreatedAt.Time); err != nil {
			return nil, err
		}
		users = append(users, u)
	}
	return users, rows.Err()
}
