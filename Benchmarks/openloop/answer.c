#define _GNU_SOURCE
#include "answer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void answer_begin(struct answer *answer, bool is_head) {
  answer->step = IN_HEAD;
  answer->status = 0;
  answer->closes = false;
  answer->is_head = is_head;
  answer->left = 0;
  answer->used = 0;
}

// The value of a field of the head in `text`, where its lines end with NUL bytes instead of CRLF; NULL without it.
static const char *field(const struct answer *answer, const char *name) {
  size_t length = strlen(name);
  for (const char *line = answer->text; line < answer->text + answer->used; line += strlen(line) + 2) {
    if (strncasecmp(line, name, length) || line[length] != ':') continue;
    const char *value = line + length + 1;
    while (*value == ' ' || *value == '\t') value++;
    return value;
  }
  return NULL;
}

static bool number(const char *text, int base, uint64_t *result) {
  if (base == 16 ? !isxdigit((unsigned char)*text) : !isdigit((unsigned char)*text)) return false;
  char *end;
  errno = 0;
  *result = strtoull(text, &end, base);
  return !errno && (!*end || *end == ';' || *end == ' ');
}

// The head is whole: how does the body come?
static void begin_body(struct answer *answer) {
  if (sscanf(answer->text, "HTTP/1.%*1[01] %3d", &answer->status) != 1 || answer->status < 100) {
    answer->step = MALFORMED;
    return;
  }
  if (answer->status < 200) return answer_begin(answer, answer->is_head);  // the real one follows
  for (char *text = answer->text; (text = memmem(text, answer->text + answer->used - text, "\r\n", 2));)
    text[0] = text[1] = 0;
  const char *connection = field(answer, "connection");
  const char *coding = field(answer, "transfer-encoding");
  const char *length = field(answer, "content-length");
  answer->closes = connection && strcasestr(connection, "close");
  answer->used = 0;
  if (answer->is_head || answer->status == 204 || answer->status == 304) {
    answer->step = COMPLETE;
  } else if (coding) {
    answer->step = strcasecmp(coding, "chunked") ? MALFORMED : IN_CHUNK_SIZE;
  } else if (length) {
    bool is_number = number(length, 10, &answer->left);
    answer->step = !is_number ? MALFORMED : answer->left ? IN_BODY : COMPLETE;
  } else {
    answer->step = UNTIL_CLOSED;
    answer->closes = true;
  }
}

// A line is whole, in `text` without its CRLF.
static void take_line(struct answer *answer) {
  bool is_empty = answer->used == 0;
  answer->used = 0;
  if (answer->step == IN_TRAILERS) {
    if (is_empty) answer->step = COMPLETE;
  } else if (!number(answer->text, 16, &answer->left) || answer->left > UINT64_MAX - 2) {
    answer->step = MALFORMED;
  } else if (answer->left == 0) {
    answer->step = IN_TRAILERS;
  } else {
    answer->left += 2;
    answer->step = IN_CHUNK;
  }
}

// Gathers what ends with CRLF, or with two of them; returns how many bytes that took.
static size_t gather(struct answer *answer, const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (answer->used == sizeof answer->text - 1) {
      answer->step = MALFORMED;
      return count;
    }
    answer->text[answer->used++] = bytes[i];
    answer->text[answer->used] = 0;
    if (bytes[i] != '\n') continue;
    if (answer->step == IN_HEAD) {
      if (answer->used < 4 || memcmp(answer->text + answer->used - 4, "\r\n\r\n", 4)) continue;
      begin_body(answer);
    } else if (answer->used >= 2 && answer->text[answer->used - 2] == '\r') {
      answer->text[answer->used -= 2] = 0;
      take_line(answer);
    } else {
      answer->step = MALFORMED;
    }
    return i + 1;
  }
  return count;
}

static size_t skip(struct answer *answer, size_t count) {
  size_t skipped = count < answer->left ? count : answer->left;
  answer->left -= skipped;
  if (!answer->left) answer->step = answer->step == IN_CHUNK ? IN_CHUNK_SIZE : COMPLETE;
  return skipped;
}

void answer_take(struct answer *answer, const char *bytes, size_t count) {
  while (count) {
    size_t taken = count;
    switch (answer->step) {
      case IN_HEAD: case IN_CHUNK_SIZE: case IN_TRAILERS: taken = gather(answer, bytes, count); break;
      case IN_BODY: case IN_CHUNK: taken = skip(answer, count); break;
      case UNTIL_CLOSED: case MALFORMED: return;
      case COMPLETE: answer->step = MALFORMED; return;
    }
    bytes += taken;
    count -= taken;
  }
}

void answer_end(struct answer *answer) {
  answer->closes = true;
  if (answer->step == UNTIL_CLOSED) answer->step = COMPLETE;
}
