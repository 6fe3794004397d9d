// Copies the window of a series, as it is or told from its last row: what dataset/series/gather.ts and window-frame.ts do.
#pragma once
#include "lanes.h"

INLINE void copy_window(const char *from, int64_t step_bytes, int64_t timesteps, int64_t features, int from_last,
                        char *to, int64_t time_stride) {
  const char *last = from + (timesteps - 1) * step_bytes;
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
