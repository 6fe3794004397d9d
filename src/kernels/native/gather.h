// Copies the window of a series, as it is or told from its last row: what dataset/series/gather.ts and window-frame.ts do.
#pragma once
#include "lanes.h"

#if WIDTH >= 8
/** Rows of 8 to 16 values as two vectors that overlap: what lies in both is written twice, alike. */
INLINE void copy_wide_rows(const char *from, const char *last, int64_t step_bytes, int64_t timesteps, int64_t bytes,
                           int from_last, char *to, int64_t time_stride) {
  const int64_t second = bytes - 32;
  const eight last_low = load_eight(last), last_high = load_eight(last + second);
  for (int64_t t = 0; t < timesteps; t++) {
    eight low = load_eight(from), high = load_eight(from + second);
    if (from_last) {
      low = low - last_low;
      high = high - last_high;
    }
    store_eight(to, low);
    store_eight(to + second, high);
    from += step_bytes;
    to += time_stride;
  }
}
#endif

/** One column whose values follow each other in both. */
INLINE void copy_column(const char *from, const char *last, int64_t timesteps, int from_last, char *to) {
  const int64_t whole = (timesteps & ~(int64_t)3) << 2;
  const floats lasts = splat(load_one(last));
  FOR_LANES(whole, {
    floats values = READ(from);
    if (from_last) values = values - lasts;
    WRITE(to, values);
  });
  for (int64_t at = whole; at < 4 * timesteps; at += 4) {
    const float value = load_one(from + at);
    store_one(to + at, from_last ? value - load_one(last) : value);
  }
}

INLINE void copy_window(const char *from, int64_t step_bytes, int64_t timesteps, int64_t features, int from_last,
                        char *to, int64_t time_stride) {
  const char *last = from + (timesteps - 1) * step_bytes;
  if (features == 1 && step_bytes == 4 && time_stride == 4) {
    copy_column(from, last, timesteps, from_last, to);
    return;
  }
#if WIDTH >= 8
  if (features >= 8 && features <= 16) {
    copy_wide_rows(from, last, step_bytes, timesteps, 4 * features, from_last, to, time_stride);
    return;
  }
#endif
  for (int64_t t = 0; t < timesteps; t++) {
    int64_t at = 0;
    for (; at + 16 <= 4 * features; at += 16) {
      four values = load_four(from + at);
      if (from_last) values = values - load_four(last + at);
      store_four(to + at, values);
    }
    for (; at < 4 * features; at += 4) {
      const float value = load_one(from + at);
      store_one(to + at, from_last ? value - load_one(last + at) : value);
    }
    from += step_bytes;
    to += time_stride;
  }
}
