#include "api.h"
#include "user.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const size_t longest_body = 1 << 20;

static void answer(FCGX_Request *request, const char *status, const char *json, size_t length) {
  FCGX_FPrintF(request->out, "Status: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status,
               (int)length);
  FCGX_PutStr(json, (int)length, request->out);
}

static void refuse(FCGX_Request *request, const char *status, const char *detail) {
  char json[128];
  int length = snprintf(json, sizeof json, "{\"detail\":\"%s\"}", detail);
  answer(request, status, json, (size_t)length);
}

static void invalid(FCGX_Request *request) { refuse(request, "422 Unprocessable Entity", "Unprocessable Entity"); }

static void answer_failure(FCGX_Request *request, PGresult *result) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state != NULL && strcmp(state, "23505") == 0) {
    refuse(request, "400 Bad Request", "Email already exists");
  } else {
    fprintf(stderr, "%s", PQresultErrorMessage(result));
    refuse(request, "503 Service Unavailable", "Service Unavailable");
  }
}

/* Answers with the rows, as a list or as the one that there is. */
static void answer_rows(FCGX_Request *request, PGresult *result, int list) {
  if (PQresultStatus(result) != PGRES_TUPLES_OK) {
    answer_failure(request, result);
  } else if (!list && PQntuples(result) == 0) {
    refuse(request, "404 Not Found", "User not found");
  } else {
    struct text json = {0};
    if (list)
      users_to_json(&json, result);
    else
      user_to_json(&json, result, 0);
    answer(request, "200 OK", json.bytes, json.length);
    free(json.bytes);
  }
  PQclear(result);
}

/* The body as a JSON object, or NULL. */
static json_t *body(FCGX_Request *request) {
  const char *header = FCGX_GetParam("CONTENT_LENGTH", request->envp);
  size_t length = header == NULL ? 0 : strtoul(header, NULL, 10);
  if (length > longest_body)
    return NULL;
  char *bytes = malloc(length + 1);
  int got = FCGX_GetStr(bytes, (int)length, request->in);
  json_t *json = json_loadb(bytes, (size_t)got, 0, NULL);
  free(bytes);
  if (!json_is_object(json)) {
    json_decref(json);
    return NULL;
  }
  return json;
}

static void create(FCGX_Request *request, struct database *database) {
  json_t *json = body(request);
  const char *name = json_string_value(json_object_get(json, "name"));
  char *email = normal_email(json_string_value(json_object_get(json, "email")));
  if (name == NULL || email == NULL)
    invalid(request);
  else
    answer_rows(request, database_create(database, email, name), 0);
  free(email);
  json_decref(json);
}

static void update(FCGX_Request *request, struct database *database, const char *id) {
  json_t *json = body(request);
  json_t *name = json_object_get(json, "name"), *address = json_object_get(json, "email");
  char *email = normal_email(json_string_value(address));
  if (json == NULL || (name != NULL && !json_is_string(name)) || (address != NULL && email == NULL))
    invalid(request);
  else
    answer_rows(request, database_update(database, id, email, json_string_value(name)), 0);
  free(email);
  json_decref(json);
}

/* Whether a text is a whole number of at most so many digits. */
static int is_natural(const char *text, size_t digits) {
  size_t length = strlen(text);
  return length > 0 && length <= digits && strspn(text, "0123456789") == length;
}

/* Copies what follows `name=` in the query, where it is there. */
static void query_value(const char *query, const char *name, char *value, size_t size) {
  size_t length = strlen(name);
  for (const char *pair = query; pair != NULL; pair = strchr(pair, '&')) {
    pair += *pair == '&';
    if (strncmp(pair, name, length) == 0 && pair[length] == '=')
      snprintf(value, size, "%.*s", (int)strcspn(pair + length + 1, "&"), pair + length + 1);
  }
}

static void list(FCGX_Request *request, struct database *database, const char *query) {
  char skip[24] = "0", limit[24] = "100";
  query_value(query, "skip", skip, sizeof skip);
  query_value(query, "limit", limit, sizeof limit);
  if (is_natural(skip, 18) && is_natural(limit, 18))
    answer_rows(request, database_list(database, skip, limit), 1);
  else
    invalid(request);
}

void api_answer(FCGX_Request *request, struct database *database) {
  const char *method = FCGX_GetParam("REQUEST_METHOD", request->envp);
  char *path = strdup(FCGX_GetParam("REQUEST_URI", request->envp)), *query = strchr(path, '?');
  if (query != NULL)
    *query++ = 0;
  const char *id = path + strlen("/users/");
  if (strncmp(path, "/users/", strlen("/users/")) != 0)
    refuse(request, "404 Not Found", "Not Found");
  else if (*id == 0 && strcmp(method, "GET") == 0)
    list(request, database, query);
  else if (*id == 0 && strcmp(method, "POST") == 0)
    create(request, database);
  else if (*id != 0 && !is_natural(id, 9))
    invalid(request);
  else if (*id != 0 && strcmp(method, "GET") == 0)
    answer_rows(request, database_read(database, id), 0);
  else if (*id != 0 && strcmp(method, "PATCH") == 0)
    update(request, database, id);
  else
    refuse(request, "405 Method Not Allowed", "Method Not Allowed");
  free(path);
}
