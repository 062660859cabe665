// How long things took, in bounded memory: the counts of a histogram whose steps are 1/128 of what they count.
#pragma once

#include <stdint.h>
#include <stdio.h>

enum { STEPS = 128, OCTAVES = 40, THRESHOLDS = 8 };

struct latencies {
  uint64_t counts[OCTAVES][STEPS];
  uint64_t count;
  int64_t max, sum;  // nanoseconds, exact
  int64_t thresholds[THRESHOLDS];  // nanoseconds; 0 ends them
  uint64_t over[THRESHOLDS];
};

void latencies_add(struct latencies *latencies, int64_t nanoseconds);

// Nanoseconds within which this share of all was done, at most 1/128 too much.
int64_t latencies_share(const struct latencies *latencies, double share);

// "mean": …, "p50": …, "max": …, in milliseconds, and how many took longer than each threshold.
void latencies_print(const struct latencies *latencies, FILE *file);
