// libpq (PostgreSQL's documentation, chapter 34).
#include <libpq-fe.h>
#include <postgres_ext.h>
