// An open-loop load generator: see the usage in options.c. One thread, one epoll; what it keeps does not grow with what
// it sends.
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "options.h"

#define SECOND INT64_C(1000000000)
#define RETRY (SECOND / 20)  // after an attempt to connect that failed

enum state { DOWN, CONNECTING, IDLE, BUSY };

struct connection {
  enum state state;
  int socket;
  int64_t due;         // of its request; when DOWN, of the next attempt to connect
  int64_t first_byte;  // when it came; 0 before
  size_t length, sent;
  char *request;
  struct answer answer;
  struct connection *next;  // among those that are idle
};

static struct options options;
static struct connection *connections, *idle, **last_idle = &idle;
static int poller, idle_count;
static int64_t now, start;
static uint64_t total, begun, done, bytes;
static uint64_t unconnected, lost, malformed, unanswered, statuses[1000];
static struct latencies latencies, first_bytes;

static void look_at_clock(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  now = time.tv_sec * SECOND + time.tv_nsec;
}

static int64_t due(uint64_t number) { return start + (int64_t)((double)number / options.rate * SECOND); }

// --- Connections

static void become_idle(struct connection *connection) {
  connection->state = IDLE;
  connection->next = NULL;
  *last_idle = connection;
  last_idle = &connection->next;
  idle_count++;
}

static struct connection *take_idle(void) {
  struct connection *connection = idle;
  if (!(idle = connection->next)) last_idle = &idle;
  idle_count--;
  return connection;
}

static void forget_idle(struct connection *connection) {
  struct connection **place = &idle;
  while (*place != connection) place = &(*place)->next;
  if (!(*place = connection->next)) last_idle = place;
  idle_count--;
}

static void watch(struct connection *connection, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(poller, operation, connection->socket, &event)) {
    perror("openloop: epoll_ctl");
    exit(1);
  }
}

static void go_down(struct connection *connection, int64_t again) {
  close(connection->socket);
  connection->state = DOWN;
  connection->due = again;
}

static void open_connection(struct connection *connection) {
  int family = options.address.ss_family, one = 1;
  connection->socket = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection->socket < 0) {
    perror("openloop: socket");
    exit(1);
  }
  if (family != AF_UNIX) setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(connection->socket, (struct sockaddr *)&options.address, options.address_length) &&
      errno != EINPROGRESS) {
    unconnected++;
    return go_down(connection, now + RETRY);
  }
  connection->state = CONNECTING;
  watch(connection, EPOLLOUT, EPOLL_CTL_ADD);
}

// The end of a request, with or without an answer.
static void finish(struct connection *connection, uint64_t *reason) {
  ++*reason;
  done++;
  latencies_add(&latencies, now - connection->due);
  if (connection->answer.step != COMPLETE || connection->answer.closes) return go_down(connection, now);
  become_idle(connection);
}

// --- What happens on them

static void send_rest(struct connection *connection) {
  ssize_t count = send(connection->socket, connection->request + connection->sent,
                       connection->length - connection->sent, MSG_NOSIGNAL);
  if (count < 0 && errno != EAGAIN) return finish(connection, &lost);
  if (count > 0) connection->sent += (size_t)count;
  watch(connection, EPOLLIN | (connection->sent < connection->length ? EPOLLOUT : 0), EPOLL_CTL_MOD);
}

static void begin_request(struct connection *connection) {
  connection->state = BUSY;
  connection->due = due(begun);
  connection->first_byte = 0;
  connection->sent = 0;
  connection->length = write_request(&options, begun++, connection->request, longest_request(&options));
  answer_begin(&connection->answer, !strcmp(options.method, "HEAD"));
  send_rest(connection);
}

static void receive(struct connection *connection) {
  static char buffer[1 << 18];
  struct answer *answer = &connection->answer;
  ssize_t count = recv(connection->socket, buffer, sizeof buffer, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (connection->state == IDLE) {  // a server may end what nobody uses
    forget_idle(connection);
    return go_down(connection, now);
  }
  if (count <= 0) {
    answer_end(answer);
    return finish(connection, answer->step == COMPLETE ? &statuses[answer->status] : &lost);
  }
  bytes += (uint64_t)count;
  if (!connection->first_byte) latencies_add(&first_bytes, (connection->first_byte = now) - connection->due);
  answer_take(answer, buffer, (size_t)count);
  if (answer->step == MALFORMED) return finish(connection, &malformed);
  if (answer->step == COMPLETE) finish(connection, &statuses[answer->status]);
}

static void connected(struct connection *connection) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error) {
    unconnected++;
    return go_down(connection, now + RETRY);
  }
  watch(connection, EPOLLIN, EPOLL_CTL_MOD);
  become_idle(connection);
}

static void take(struct connection *connection, uint32_t events) {
  if (connection->state == CONNECTING) return connected(connection);
  if (events & EPOLLOUT && connection->state == BUSY) send_rest(connection);
  if (events & ~EPOLLOUT && (connection->state == BUSY || connection->state == IDLE)) receive(connection);
}

// --- The loop

// Waits for the sockets, until `time` at the longest.
static void wait_until(int64_t time) {
  struct epoll_event events[256];
  int64_t rest = time > now ? time - now : 0;
  struct timespec limit = {rest / SECOND, rest % SECOND};
  int count = epoll_pwait2(poller, events, 256, &limit, NULL);
  look_at_clock();
  for (int i = 0; i < count; i++) take(events[i].data.ptr, events[i].events);
}

// When the next attempt to connect is due.
static int64_t reconnect(void) {
  int64_t next = INT64_MAX;
  for (int i = 0; i < options.connections; i++) {
    if (connections[i].state == DOWN && connections[i].due <= now) open_connection(&connections[i]);
    if (connections[i].state == DOWN && connections[i].due < next) next = connections[i].due;
  }
  return next;
}

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

// Those that are due go out while connections are idle.
static void run(void) {
  int64_t end = due(total) + (int64_t)(options.patience * SECOND);
  while (done < total && now < end) {
    int64_t next = earlier(end, reconnect());
    while (idle && begun < total && due(begun) <= now) begin_request(take_idle());
    if (idle && begun < total) next = earlier(next, due(begun));
    wait_until(next);
  }
  for (int i = 0; i < options.connections; i++)
    if (connections[i].state == BUSY) finish(&connections[i], &unanswered);
  for (; begun < total; begun++, unanswered++) latencies_add(&latencies, now - due(begun));
}

static void print(void) {
  printf("{\"count\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"statuses\": {", total, bytes);
  const char *comma = "";
  for (int status = 0; status < 1000; status++) {
    if (!statuses[status]) continue;
    printf("%s\"%d\": %" PRIu64, comma, status, statuses[status]);
    comma = ", ";
  }
  printf("}, \"errors\": {\"connect\": %" PRIu64 ", \"lost\": %" PRIu64 ", \"malformed\": %" PRIu64
         ", \"unanswered\": %" PRIu64 "}, \"latency\": ", unconnected, lost, malformed, unanswered);
  latencies_print(&latencies, stdout);
  printf(", \"first_byte\": ");
  latencies_print(&first_bytes, stdout);
  printf("}\n");
}

int main(int count, char **arguments) {
  options = read_options(count, arguments);
  memcpy(latencies.thresholds, options.thresholds, sizeof latencies.thresholds);
  total = (uint64_t)(options.rate * options.seconds);
  connections = calloc((size_t)options.connections, sizeof *connections);
  poller = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; connections && i < options.connections; i++)
    if (!(connections[i].request = malloc(longest_request(&options)))) connections = NULL;
  if (!connections || poller < 0) return perror("openloop"), 1;
  look_at_clock();
  // Connecting is not measured; a server that is not there is.
  for (int64_t limit = now + SECOND; now < limit && idle_count < options.connections;)
    wait_until(earlier(limit, reconnect()));
  start = now;
  run();
  print();
  return 0;
}
