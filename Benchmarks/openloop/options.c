#define _GNU_SOURCE
#include "options.h"

#include <getopt.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static const char usage[] =
  "openloop --to HOST:PORT|unix:PATH [--connections 32] [--rate 1000] [--seconds 10] [--method GET] [--path /]\n"
  "         [--body TEXT] [--header 'NAME: VALUE']… [--range 1-1000000] [--seed 1] [--over MS,MS…] [--patience 30]\n"
  "\n"
  "Sends so many requests a second over kept HTTP/1.1 connections, whether the server keeps up or not: one that is due\n"
  "while every connection is busy waits, and its time counts from when it was due. Prints what became of them as JSON.\n"
  "In the path and the body {random} is a number of the range, {number} the number of the request.\n"
  "So many seconds after the last one was due, what has no answer is \"unanswered\", and counts with its time till then.\n";

static _Noreturn void refuse(const char *why, const char *what) {
  fprintf(stderr, "openloop: %s: %s\n%s", why, what, usage);
  exit(64);
}

static double positive(const char *name, const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (*end || !(value > 0 && value <= 1e9)) refuse(name, text);
  return value;
}

static void read_address(struct options *options, char *text) {
  if (!strncmp(text, "unix:", 5)) {
    struct sockaddr_un *address = (struct sockaddr_un *)&options->address;
    if (strlen(text + 5) >= sizeof address->sun_path) refuse("--to", "the path is too long");
    address->sun_family = AF_UNIX;
    strcpy(address->sun_path, text + 5);
    options->address_length = sizeof *address;
    return;
  }
  char *colon = strrchr(text, ':');
  if (!colon) refuse("--to", text);
  *colon = 0;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  int error = getaddrinfo(text, colon + 1, &hints, &found);
  if (error) refuse("--to", gai_strerror(error));
  memcpy(&options->address, found->ai_addr, found->ai_addrlen);
  options->address_length = found->ai_addrlen;
  freeaddrinfo(found);
}

static void read_thresholds(struct options *options, char *text) {
  int count = 0;
  for (char *word = strtok(text, ","); word; word = strtok(NULL, ",")) {
    if (count == THRESHOLDS) refuse("--over", "too many");
    options->thresholds[count++] = (int64_t)(positive("--over", word) * 1e6);
  }
}

static void read_range(struct options *options, const char *text) {
  char end;
  if (sscanf(text, "%" SCNu64 "-%" SCNu64 "%c", &options->low, &options->high, &end) != 2 ||
      options->low > options->high || options->high - options->low == UINT64_MAX)
    refuse("--range", text);
}

static void add_header(struct options *options, const char *text) {
  size_t used = strlen(options->headers), room = sizeof options->headers - used;
  if ((size_t)snprintf(options->headers + used, room, "%s\r\n", text) >= room) refuse("--header", "too long");
}

static void read_option(struct options *options, int letter, char *value) {
  switch (letter) {
    case 't': read_address(options, value); break;
    case 'c': options->connections = (int)positive("--connections", value); break;
    case 'r': options->rate = positive("--rate", value); break;
    case 's': options->seconds = positive("--seconds", value); break;
    case 'w': options->patience = positive("--patience", value); break;
    case 'm': options->method = value; break;
    case 'p': options->path = value; break;
    case 'b': options->body = value; break;
    case 'h': add_header(options, value); break;
    case 'n': read_range(options, value); break;
    case 'x': options->seed = (uint64_t)positive("--seed", value); break;
    case 'o': read_thresholds(options, value); break;
    default: exit(64);  // getopt has said why
  }
}

struct options read_options(int count, char **arguments) {
  static const struct option names[] = {
    {"to", 1, 0, 't'}, {"connections", 1, 0, 'c'}, {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 's'}, {"patience", 1, 0, 'w'},
    {"method", 1, 0, 'm'}, {"path", 1, 0, 'p'}, {"body", 1, 0, 'b'}, {"header", 1, 0, 'h'}, {"range", 1, 0, 'n'},
    {"seed", 1, 0, 'x'}, {"over", 1, 0, 'o'}, {0}};
  struct options options = {
    .connections = 32, .rate = 1000, .seconds = 10, .patience = 30, .method = "GET", .path = "/", .body = "",
    .low = 1, .high = 1000000, .seed = 1};
  for (int letter; (letter = getopt_long(count, arguments, "", names, NULL)) != -1;)
    read_option(&options, letter, optarg);
  if (optind < count) refuse("not understood", arguments[optind]);
  if (!options.address_length) refuse("--to", "is missing");
  if (options.connections < 1 || options.connections > 60000) refuse("--connections", "1 to 60000");
  return options;
}

// xorshift64*
static uint64_t next_random(struct options *options) {
  options->seed ^= options->seed >> 12;
  options->seed ^= options->seed << 25;
  options->seed ^= options->seed >> 27;
  return options->seed * UINT64_C(2685821657736338717);
}

// Writes the text with its words replaced, and returns the length.
static size_t fill(struct options *options, const char *text, uint64_t number, char *buffer, size_t capacity) {
  size_t used = 0;
  while (*text && used + 21 < capacity) {
    bool is_random = !strncmp(text, "{random}", 8), is_number = !strncmp(text, "{number}", 8);
    uint64_t value = is_random ? options->low + next_random(options) % (options->high - options->low + 1) : number;
    if (is_random || is_number) {
      used += (size_t)sprintf(buffer + used, "%" PRIu64, value);
      text += 8;
    } else {
      buffer[used++] = *text++;
    }
  }
  buffer[used] = 0;
  return used;
}

// A word of eight letters becomes at most twenty digits.
static size_t longest(const char *text) { return strlen(text) * 20 / 8 + 64; }

size_t longest_request(const struct options *options) {
  return strlen(options->method) + longest(options->path) + longest(options->body) + sizeof options->headers + 256;
}

size_t write_request(struct options *options, uint64_t number, char *buffer, size_t capacity) {
  size_t room = longest(options->path);
  size_t used = (size_t)sprintf(buffer, "%s ", options->method);
  used += fill(options, options->path, number, buffer + used, room);
  used += (size_t)sprintf(buffer + used, " HTTP/1.1\r\nHost: localhost\r\n%s", options->headers);
  if (!*options->body) return used + (size_t)sprintf(buffer + used, "\r\n");
  // The length comes before the body, which is written where it fits whatever the length is like.
  char *body = buffer + used + 64;
  size_t length = fill(options, options->body, number, body, capacity - used - 64);
  used += (size_t)sprintf(buffer + used, "Content-Length: %zu\r\n\r\n", length);
  memmove(buffer + used, body, length);
  return used + length;
}
