// What the command line asks for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "latencies.h"

struct options {
  struct sockaddr_storage address;
  socklen_t address_length;
  int connections;
  double rate;      // requests a second
  double seconds;
  double patience;  // seconds
  const char *method;
  const char *path;
  const char *body;
  char headers[4096];  // each with its CRLF
  uint64_t low, high;  // {random} is one of them
  uint64_t seed;
  int64_t thresholds[THRESHOLDS];  // nanoseconds
};

// Ends the process with 64 and a line that says why, where something is wrong.
struct options read_options(int count, char **arguments);

// Request number `number`, in at most `capacity` bytes; its length.
size_t write_request(struct options *options, uint64_t number, char *buffer, size_t capacity);

// What no request of these options is longer than.
size_t longest_request(const struct options *options);
