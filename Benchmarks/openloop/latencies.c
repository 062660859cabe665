#include "latencies.h"

#include <inttypes.h>

// Below STEPS one by one; then each octave has half as many steps as numbers, a quarter, and so on.
static int octave_of(uint64_t value) {
  return value < STEPS ? 0 : 64 - __builtin_clzll(value) - __builtin_ctz(STEPS);
}

void latencies_add(struct latencies *latencies, int64_t nanoseconds) {
  uint64_t value = nanoseconds < 0 ? 0 : (uint64_t)nanoseconds;
  int octave = octave_of(value);
  if (octave >= OCTAVES) octave = OCTAVES - 1;
  uint64_t step = value >> octave;
  latencies->counts[octave][step < STEPS ? step : STEPS - 1]++;
  latencies->count++;
  latencies->sum += (int64_t)value;
  if (nanoseconds > latencies->max) latencies->max = nanoseconds;
  for (int i = 0; i < THRESHOLDS && latencies->thresholds[i]; i++)
    latencies->over[i] += nanoseconds > latencies->thresholds[i];
}

int64_t latencies_share(const struct latencies *latencies, double share) {
  uint64_t seen = 0;
  for (int octave = 0; octave < OCTAVES; octave++) {
    for (uint64_t step = 0; step < STEPS; step++) {
      seen += latencies->counts[octave][step];
      if (!seen || (double)seen < share * (double)latencies->count) continue;
      int64_t end = (int64_t)((step + 1) << octave) - 1;
      return end < latencies->max ? end : latencies->max;
    }
  }
  return latencies->max;
}

void latencies_print(const struct latencies *latencies, FILE *file) {
  static const struct { const char *name; double share; } shares[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}};
  double count = latencies->count ? (double)latencies->count : 1;
  fprintf(file, "{\"mean\": %.3f, ", (double)latencies->sum / count / 1e6);
  for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
    fprintf(file, "\"%s\": %.3f, ", shares[i].name, (double)latencies_share(latencies, shares[i].share) / 1e6);
  fprintf(file, "\"max\": %.3f, \"over\": {", (double)latencies->max / 1e6);
  for (int i = 0; i < THRESHOLDS && latencies->thresholds[i]; i++)
    fprintf(file, "%s\"%g\": %" PRIu64, i ? ", " : "", (double)latencies->thresholds[i] / 1e6, latencies->over[i]);
  fprintf(file, "}}");
}
