/* The users API as the classic FastCGI responder in C: a thread accepts, asks PostgreSQL, waits, answers.
 *
 *     peer SOCKET DATABASE_URL THREADS
 */
#include "api.h"

#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int listener;
static const char *url;

static void *work(void *unused) {
  FCGX_Request request;
  struct database *database = database_open(url);
  FCGX_InitRequest(&request, listener, 0);
  while (FCGX_Accept_r(&request) == 0) {
    api_answer(&request, database);
    FCGX_Finish_r(&request);
  }
  return unused;
}

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: %s SOCKET DATABASE_URL THREADS\n", arguments[0]);
    return 64;
  }
  FCGX_Init();
  url = arguments[2];
  listener = FCGX_OpenSocket(arguments[1], 4096);
  if (listener < 0) {
    fprintf(stderr, "%s: no socket\n", arguments[1]);
    return 69;
  }
  for (int threads = atoi(arguments[3]); threads > 1; threads--) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) {
      perror("pthread_create");
      return 71;
    }
  }
  work(NULL);
}
