#include "user.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Dots between characters of an atom; the lengths of RFC 5321. */
static int is_local(const char *text, size_t length) {
  if (length < 1 || length > 64 || text[0] == '.' || text[length - 1] == '.')
    return 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte == 0 || (!isalnum(byte) && strchr("!#$%&'*+-/=?^_`{|}~.", byte) == NULL))
      return 0;
    if (byte == '.' && text[i + 1] == '.')
      return 0;
  }
  return 1;
}

static int is_domain(const char *text) {
  size_t length = strlen(text), label = 0;
  if (length > 253 || strchr(text, '.') == NULL)
    return 0;
  for (size_t i = 0; i <= length; i++) {
    if (text[i] == '.' || text[i] == 0) {
      if (label < 1 || label > 63 || text[i - 1] == '-' || text[i - label] == '-')
        return 0;
      label = 0;
    } else if (isalnum((unsigned char)text[i]) || text[i] == '-') {
      label++;
    } else {
      return 0;
    }
  }
  return 1;
}

char *normal_email(const char *address) {
  const char *at = address == NULL ? NULL : strchr(address, '@');
  if (at == NULL || !is_local(address, (size_t)(at - address)) || !is_domain(at + 1))
    return NULL;
  char *normal = strdup(address);
  for (char *character = normal + (at - address); *character != 0; character++)
    *character = (char)tolower((unsigned char)*character);
  return normal;
}

static void append(struct text *text, const char *bytes, size_t count) {
  if (text->length + count > text->capacity) {
    text->capacity = 2 * (text->length + count) + 256;
    text->bytes = realloc(text->bytes, text->capacity);
  }
  memcpy(text->bytes + text->length, bytes, count);
  text->length += count;
}

static void append_text(struct text *text, const char *bytes) { append(text, bytes, strlen(bytes)); }

/* A JSON string: what needs no escape goes in pieces. */
static void append_string(struct text *text, const char *string) {
  append_text(text, "\"");
  const char *start = string;
  for (const char *character = string; *character != 0; character++) {
    unsigned char byte = (unsigned char)*character;
    if (byte >= 0x20 && byte != '"' && byte != '\\')
      continue;
    append(text, start, (size_t)(character - start));
    const char *short_form = strchr("\"\"\\\\\bb\ff\nn\rr\tt", byte);
    char escape[8];
    if (short_form != NULL)
      snprintf(escape, sizeof escape, "\\%c", byte == '"' || byte == '\\' ? byte : short_form[1]);
    else
      snprintf(escape, sizeof escape, "\\u%04x", byte);
    append_text(text, escape);
    start = character + 1;
  }
  append_text(text, start);
  append_text(text, "\"");
}

/* PostgreSQL's 2026-11-23 08:00:00.1234+00 as Pydantic's 2026-11-23T08:00:00.123400Z; no fraction where there is none. */
static void append_time(struct text *text, const char *time) {
  char fraction[] = ".000000";
  append_text(text, "\"");
  append(text, time, 10);
  append_text(text, "T");
  append(text, time + 11, 8);
  if (time[19] == '.') {
    memcpy(fraction, time + 19, strspn(time + 19, ".0123456789"));
    append_text(text, fraction);
  }
  append_text(text, "Z\"");
}

void user_to_json(struct text *json, PGresult *result, int row) {
  append_text(json, "{\"email\":");
  append_string(json, PQgetvalue(result, row, 1));
  append_text(json, ",\"name\":");
  append_string(json, PQgetvalue(result, row, 2));
  append_text(json, ",\"id\":");
  append_text(json, PQgetvalue(result, row, 0));
  append_text(json, ",\"created_at\":");
  append_time(json, PQgetvalue(result, row, 3));
  append_text(json, "}");
}

void users_to_json(struct text *json, PGresult *result) {
  append_text(json, "[");
  for (int row = 0; row < PQntuples(result); row++) {
    if (row > 0)
      append_text(json, ",");
    user_to_json(json, result, row);
  }
  append_text(json, "]");
}
