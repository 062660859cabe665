// An answer of HTTP/1.1 (RFC 9112) as its bytes arrive: where it ends, and nothing of it is kept but its head.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer {
  enum {
    IN_HEAD,
    IN_BODY,         // `left` bytes of it to come
    IN_CHUNK,        // `left` bytes of it to come, and its CRLF
    IN_CHUNK_SIZE,   // the line is gathered in `text`
    IN_TRAILERS,     // the same
    UNTIL_CLOSED,
    COMPLETE,
    MALFORMED
  } step;
  int status;
  bool closes;  // the connection is not to be used again
  bool is_head;  // the answer to HEAD, which has no body
  uint64_t left;
  size_t used;
  char text[16384];  // of a head or a line
};

void answer_begin(struct answer *answer, bool is_head);

// Takes bytes; `step` says what has become of it. Bytes behind its end make it malformed: nobody asked for them.
void answer_take(struct answer *answer, const char *bytes, size_t count);

// The connection has ended.
void answer_end(struct answer *answer);
