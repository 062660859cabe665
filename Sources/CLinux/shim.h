// What Swift's Glibc module leaves out.
#include <malloc.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>

struct sockaddr;
/// accept4(2): the new descriptor is born non-blocking and close-on-exec. glibc declares it for _GNU_SOURCE only.
int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);

/// pipe2(2): the same for both ends of a pipe.
int pipe2(int ends[2], int flags);

/// prctl(2), PR_SET_PDEATHSIG: the kernel sends `signal` to this process when its parent ends. Swift cannot call
/// variadic functions.
static inline int set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0); }

/// prctl(2), PR_SET_NAME: the name under which ps and pkill find this process.
static inline int set_process_name(const char *name) { return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }

/// prctl(2), PR_SET_DUMPABLE: without it there are no core files of this process, and /proc/PID/environ and the like are
/// closed to other processes of the same user.
static inline int forbid_core_files(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// open(2), O_PATH: a descriptor of a place, for which nobody needs the right to read. glibc names it for _GNU_SOURCE only.
static const int open_as_place = 010000000;
