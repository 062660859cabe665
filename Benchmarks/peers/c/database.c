#include "database.h"

#include <stdio.h>
#include <stdlib.h>

struct database {
  PGconn *connection;
};

static const char *const statements[][2] = {
    {"read", "SELECT id, email, name, created_at FROM users WHERE id = $1"},
    {"list", "SELECT id, email, name, created_at FROM users WHERE id >= (SELECT id FROM users ORDER BY id LIMIT 1 OFFSET $2) ORDER BY id LIMIT $1"},
    {"create", "INSERT INTO users (email, name) VALUES ($1, $2) RETURNING id, email, name, created_at"},
    {"update", "UPDATE users SET email = coalesce($1, email), name = coalesce($2, name) WHERE id = $3 "
               "RETURNING id, email, name, created_at"},
};

static void require(struct database *database, PGresult *result) {
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    fprintf(stderr, "%s", PQerrorMessage(database->connection));
    exit(69);
  }
  PQclear(result);
}

struct database *database_open(const char *url) {
  struct database *database = malloc(sizeof *database);
  database->connection = PQconnectdb(url);
  require(database, PQexec(database->connection, "SET TIME ZONE 'UTC'"));
  for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
    require(database, PQprepare(database->connection, statements[i][0], statements[i][1], 0, NULL));
  return database;
}

static PGresult *execute(struct database *database, const char *name, int count, const char *const *values) {
  return PQexecPrepared(database->connection, name, count, values, NULL, NULL, 0);
}

PGresult *database_read(struct database *database, const char *id) { return execute(database, "read", 1, &id); }

PGresult *database_list(struct database *database, const char *skip, const char *limit) {
  return execute(database, "list", 2, (const char *[]){limit, skip});
}

PGresult *database_create(struct database *database, const char *email, const char *name) {
  return execute(database, "create", 2, (const char *[]){email, name});
}

PGresult *database_update(struct database *database, const char *id, const char *email, const char *name) {
  return execute(database, "update", 3, (const char *[]){email, name, id});
}
