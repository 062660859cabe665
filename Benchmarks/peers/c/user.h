/* What goes in and out. */
#pragma once

#include <libpq-fe.h>
#include <stddef.h>

/* A text that grows; the owner frees its bytes. */
struct text {
  char *bytes;
  size_t length, capacity;
};

/* An address in its normal form, for the caller to free; NULL if it is none of the plain kind. */
char *normal_email(const char *address);

void user_to_json(struct text *, PGresult *, int row);
void users_to_json(struct text *, PGresult *);
