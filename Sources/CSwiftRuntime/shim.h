// The concurrency runtime's hook for programs that bring their own executor (swift/Runtime/Concurrency.h); it is how
// Swift runs on WebAssembly and on microcontrollers. Swift cannot name a function of this calling convention.

extern void *swift_task_enqueueGlobal_hook;

/// The module EventLoop's.
void event_loop_enqueue(void *job);

static __attribute__((swiftcall)) void enqueue_global(void *job, void *original) { event_loop_enqueue(job); }

/// Hands every job that names no executor to the event loop; call it before there are tasks.
static inline void hand_tasks_to_event_loop(void) { swift_task_enqueueGlobal_hook = (void *)enqueue_global; }
