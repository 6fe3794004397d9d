// Pools over time, a lane a feature; siblings in ../assembly/pooling.ts.
#pragma once
#include "lanes.h"

typedef struct {
  int64_t steps, step_bytes, count, size, strides, pad_before;
} Windows;

/** First step of window w within the sequence, and the step after its last. */
INLINE int64_t window_from(const Windows *windows, int64_t w) {
  const int64_t start = w * windows->strides - windows->pad_before;
  return start > 0 ? start : 0;
}
INLINE int64_t window_to(const Windows *windows, int64_t w) {
  const int64_t end = w * windows->strides - windows->pad_before + windows->size;
  return end < windows->steps ? end : windows->steps;
}

static void max_pool(const Windows *windows, const char *x, char *out) {
  const int64_t bytes = windows->step_bytes;
  for (int64_t w = 0; w < windows->count; w++, out += bytes) {
    const char *first = x + window_from(windows, w) * bytes;
    const char *end = x + window_to(windows, w) * bytes;
    FOR_LANES(bytes, {
      floats largest = READ(first);
      for (const char *step = first + bytes; step < end; step += bytes) largest = strict_max(largest, READ(step));
      WRITE(out, largest);
    });
  }
}

/** Each window's gradient goes to the first step that holds its maximum. */
static void max_pool_gradient(const Windows *windows, const char *x, const char *out, const char *d, char *dx) {
  const int64_t bytes = windows->step_bytes;
  memset(dx, 0, windows->steps * bytes);
  for (int64_t w = 0; w < windows->count; w++, out += bytes, d += bytes) {
    const int64_t first = window_from(windows, w) * bytes, end = window_to(windows, w) * bytes;
    FOR_LANES(bytes, {
      const floats largest = READ(out);
      integers left = (integers)READ(d);
      for (int64_t step = first; step < end; step += bytes) {
        const integers is_largest = READ(x + step) == largest;
        WRITE(dx + step, READ(dx + step) + (floats)(left & is_largest));
        left = left & ~is_largest;
      }
    });
  }
}

/** dx of a window over all steps: equal maxima share its gradient. */
static void global_max_gradient(const char *x, const char *out, const char *d, char *dx, int64_t steps,
                                int64_t step_bytes) {
  const int64_t bytes = steps * step_bytes;
  const integers one = (integers)splat(1.0f);
  FOR_LANES(step_bytes, {
    const floats largest = READ(out);
    floats holders = splat(0.0f);
    for (int64_t step = 0; step < bytes; step += step_bytes)
      holders = holders + (floats)((READ(x + step) == largest) & one);
    const integers share = (integers)(READ(d) / holders);
    for (int64_t step = 0; step < bytes; step += step_bytes)
      WRITE(dx + step, (floats)(share & (READ(x + step) == largest)));
  });
}

static void average_pool(const Windows *windows, const char *x, char *out) {
  const int64_t bytes = windows->step_bytes;
  for (int64_t w = 0; w < windows->count; w++, out += bytes) {
    const int64_t from = window_from(windows, w), to = window_to(windows, w);
    const char *first = x + from * bytes;
    const char *end = x + to * bytes;
    const floats number = splat((float)(int32_t)(to - from));
    int64_t done = 0;
    // Four sums at once: one alone would wait for its last addition.
    for (; done + 4 * LANE_BYTES <= bytes; done += 4 * LANE_BYTES) {
      floats sums[4];
      UNROLL for (int v = 0; v < 4; v++) sums[v] = load(first + done + v * LANE_BYTES);
      for (const char *step = first + done + bytes; step < end; step += bytes)
        UNROLL for (int v = 0; v < 4; v++) sums[v] = sums[v] + load(step + v * LANE_BYTES);
      UNROLL for (int v = 0; v < 4; v++) store(out + done + v * LANE_BYTES, sums[v] / number);
    }
    FOR_LANES_FROM(done, bytes, {
      floats sum = READ(first);
      for (const char *step = first + bytes; step < end; step += bytes) sum = sum + READ(step);
      WRITE(out, sum / number);
    });
  }
}

static void average_pool_gradient(const Windows *windows, const char *d, char *dx) {
  const int64_t bytes = windows->step_bytes;
  memset(dx, 0, windows->steps * bytes);
  for (int64_t w = 0; w < windows->count; w++, d += bytes) {
    const int64_t from = window_from(windows, w), to = window_to(windows, w);
    const floats number = splat((float)(int32_t)(to - from));
    FOR_LANES(bytes, {
      const floats share = READ(d) / number;
      for (int64_t step = from * bytes; step < to * bytes; step += bytes)
        WRITE(dx + step, READ(dx + step) + share);
    });
  }
}
