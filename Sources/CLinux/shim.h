// What Swift's Glibc module leaves out.
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

struct sockaddr;
/// accept4(2): the new descriptor is born non-blocking and close-on-exec. glibc declares it for _GNU_SOURCE only.
int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);

/// prctl(2), PR_SET_PDEATHSIG: the kernel sends `signal` to this process when its parent ends. Swift cannot call
/// variadic functions.
static inline int set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0); }

/// prctl(2), PR_SET_NAME: the name under which ps and pkill find this process.
static inline int set_process_name(const char *name) { return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }
