// What Swift's Glibc module leaves out.
#include <malloc.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct sockaddr;
/// accept4(2): the new descriptor is born non-blocking and close-on-exec. glibc declares it for _GNU_SOURCE only.
int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);

/// pipe2(2): the same for both ends of a pipe.
int pipe2(int ends[2], int flags);

/// posix_spawn_file_actions_addclosefrom_np, glibc 2.34: a started program has no descriptor from this one on.
/// `actions` is a posix_spawn_file_actions_t, whose header would take types from Glibc's module.
int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);

/// prctl(2), PR_SET_PDEATHSIG: the kernel sends `signal` to this process when its parent ends. Swift cannot call
/// variadic functions.
static inline int set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0); }

/// prctl(2), PR_GET_PDEATHSIG: the signal of the above; 0 for none.
static inline int parent_death_signal(void) {
  int signal = 0;
  return prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0) == 0 ? signal : 0;
}

/// prctl(2), PR_SET_NAME: the name under which ps and pkill find this process.
static inline int set_process_name(const char *name) { return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }

/// prctl(2), PR_SET_DUMPABLE: with 0 there are no core files of this process, and /proc/PID/environ and the like are
/// closed to other processes of the same user; with 1 there are, even if its user may not read the program.
static inline int permit_core_files(int permit) { return prctl(PR_SET_DUMPABLE, (unsigned long)permit, 0, 0, 0); }

/// open(2), O_PATH: a descriptor of a place, for which nobody needs the right to read. glibc names it for _GNU_SOURCE only.
static const int open_as_place = 010000000;

/// memfd_create(2), whose name glibc gives for _GNU_SOURCE only: a file in memory that may be executed and sealed. The
/// flag that asks for the former is of Linux 6.3; before that every one may.
int memfd_create(const char *name, unsigned int flags);
static inline int executable_memory(const char *name) {
  const unsigned int close_on_exec = 1, allow_sealing = 2, executable = 0x10;
  int descriptor = memfd_create(name, close_on_exec | allow_sealing | executable);
  return descriptor >= 0 ? descriptor : memfd_create(name, close_on_exec | allow_sealing);
}

/// fcntl(2), F_ADD_SEALS: from now on nobody changes what such a file has, nor this.
int fcntl(int descriptor, int command, ...);
static inline int seal_memory(int descriptor) {
  const int add_seals = 1033, seal = 1, shrink = 2, grow = 4, write = 8;
  return fcntl(descriptor, add_seals, seal | shrink | grow | write);
}

/// memfd_create(2): memory of one size that several processes map, which nobody can make smaller under the others.
static inline int shared_memory(const char *name, long size) {
  const unsigned int close_on_exec = 1, allow_sealing = 2;
  const int add_seals = 1033, seal = 1, shrink = 2, grow = 4;
  int descriptor = memfd_create(name, close_on_exec | allow_sealing);
  if (descriptor < 0) return -1;
  if (ftruncate(descriptor, size) == 0 && fcntl(descriptor, add_seals, seal | shrink | grow) == 0) return descriptor;
  close(descriptor);
  return -1;
}

/// A word of such memory, whole, and in no order with others: what it says stands by itself.
static inline unsigned long long load_relaxed(const unsigned long long *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}
static inline void store_relaxed(unsigned long long *word, unsigned long long value) {
  __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/// The same of a word that says that others are there: they are seen by whoever sees it.
static inline unsigned long long load_acquire(const unsigned long long *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
static inline void store_release(unsigned long long *word, unsigned long long value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}
/// What stands before it in the program happens before what stands behind it.
static inline void memory_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
