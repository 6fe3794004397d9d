// Flat passes over tiles and copies between layouts; siblings in ../assembly/elementwise.ts. Counts are in bytes here.
#pragma once
#include "lanes.h"

static void multiply_arrays(const char *a, const char *b, char *out, int64_t bytes) {
  FOR_LANES(bytes, { WRITE(out, READ(a) * READ(b)); });
}

static void add_arrays(const char *a, char *out, int64_t bytes) {
  FOR_LANES(bytes, { WRITE(out, READ(out) + READ(a)); });
}

static void add_columns(const char *a, int64_t a_stride, char *out, int64_t out_stride, int64_t rows, int64_t columns) {
  const int64_t bytes = columns << 2, whole = bytes & ~(int64_t)15;
  for (int64_t row = 0; row < rows; row++) {
    FOR_LANES(whole, { WRITE(out, READ(out) + READ(a)); });
    for (int64_t at = whole; at < bytes; at += 4) store_one(out + at, load_one(out + at) + load_one(a + at));
    a += a_stride;
    out += out_stride;
  }
}

static void add_scaled_arrays(const char *a, const char *b, float factor, char *out, int64_t bytes) {
  const floats by = splat(factor);
  FOR_LANES(bytes, { WRITE(out, (READ(a) + READ(b)) * by); });
}

static void scale_array(const char *a, float factor, char *out, int64_t bytes) {
  const floats by = splat(factor);
  FOR_LANES(bytes, { WRITE(out, READ(a) * by); });
}

static void reverse_time(const char *a, char *out, int64_t steps, int64_t step_bytes) {
  for (int64_t t = 0; t < steps; t++) memmove(out + (steps - 1 - t) * step_bytes, a + t * step_bytes, step_bytes);
}

/** A row, which is too short for the price of memmove; `bytes` is a multiple of 4, and the two do not overlap. */
INLINE void copy_row(const char *from, char *to, int64_t bytes) {
#if WIDTH >= 8
  if (bytes >= 32 && bytes <= 64) {
    // Two vectors that overlap: what lies in both is written twice, alike.
    const eight low = load_eight(from), high = load_eight(from + bytes - 32);
    store_eight(to, low);
    store_eight(to + bytes - 32, high);
    return;
  }
#endif
  const int64_t whole = bytes & ~(int64_t)15;
  FOR_LANES(whole, { WRITE(to, READ(from)); });
  for (int64_t at = whole; at < bytes; at += 4) store_one(to + at, load_one(from + at));
}

/** Time-major `[steps][rows][stride]` to rows of samples `[rows][steps·features]`. */
static void flatten_tile(const char *a, int64_t step_bytes, int64_t stride_bytes, char *out, int64_t row_bytes,
                         int64_t steps, int64_t rows, int64_t features) {
  for (int64_t row = 0; row < rows; row++)
    for (int64_t t = 0; t < steps; t++)
      copy_row(a + t * step_bytes + row * stride_bytes, out + row * row_bytes + t * 4 * features, 4 * features);
}

static void unflatten_tile(const char *a, int64_t row_bytes, char *out, int64_t step_bytes, int64_t stride_bytes,
                           int64_t steps, int64_t rows, int64_t features) {
  for (int64_t row = 0; row < rows; row++)
    for (int64_t t = 0; t < steps; t++)
      copy_row(a + row * row_bytes + t * 4 * features, out + t * step_bytes + row * stride_bytes, 4 * features);
}
