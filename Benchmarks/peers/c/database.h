/* A thread's connection to PostgreSQL, with the statements prepared. */
#pragma once

#include <libpq-fe.h>

struct database;

/* Ends the program when there is no database. */
struct database *database_open(const char *url);

/* Each gives a result that the caller clears: rows of id, email, name, created_at; the latter as text in UTC. */
PGresult *database_read(struct database *, const char *id);
PGresult *database_list(struct database *, const char *skip, const char *limit);
PGresult *database_create(struct database *, const char *email, const char *name);
/* NULL stands for "unchanged". */
PGresult *database_update(struct database *, const char *id, const char *email, const char *name);
