// Additive attention over a time-major tile; siblings in ../assembly/attention.ts. Over time each row is a lane; sums over the
// columns of a row run over four lanes whatever the width, added in pairs, then over what is left, in order.
#pragma once
#include "activations.h"
#include "layer-normalization.h"

static void row_products(int64_t steps, int64_t rows, const char *x, int64_t x_stride, const char *y, int64_t y_stride,
                         int64_t columns, char *out) {
  const int64_t bytes = columns << 2, whole = bytes & ~(int64_t)15;
  for (int64_t step = 0; step < steps; step++) {
    const char *other = y;
    for (int64_t row = 0; row < rows; row++) {
      four lanes = splat_four(0.0f);
      for (int64_t at = 0; at < whole; at += 16) lanes = lanes + load_four(x + at) * load_four(other + at);
      float sum = add_four(lanes);
      for (int64_t at = whole; at < bytes; at += 4) sum += load_one(x + at) * load_one(other + at);
      store_one(out, sum);
      x += x_stride;
      other += y_stride;
      out += 4;
    }
  }
}

static void softmax_over_time(char *scores, int64_t steps, int64_t rows) {
  const int64_t step_bytes = rows << 2, end = steps * step_bytes;
  FOR_LANES(step_bytes, {
    floats largest = READ(scores);
    for (int64_t t = 0; t < end; t += step_bytes) largest = keep_max(largest, READ(scores + t));
    floats sum = splat(0.0f);
    for (int64_t t = 0; t < end; t += step_bytes) {
      const floats power = exponential(READ(scores + t) - largest);
      WRITE(scores + t, power);
      sum = sum + power;
    }
    for (int64_t t = 0; t < end; t += step_bytes) WRITE(scores + t, READ(scores + t) / sum);
  });
}

static void softmax_gradient(const char *weights, char *d, int64_t steps, int64_t rows) {
  const int64_t step_bytes = rows << 2, end = steps * step_bytes;
  FOR_LANES(step_bytes, {
    floats sum = splat(0.0f);
    for (int64_t t = 0; t < end; t += step_bytes) sum = sum + READ(weights + t) * READ(d + t);
    for (int64_t t = 0; t < end; t += step_bytes) WRITE(d + t, READ(weights + t) * (READ(d + t) - sum));
  });
}

/** out += weight·x */
INLINE void add_scaled_row(float weight, const char *x, char *out, int64_t bytes) {
  const int64_t whole = bytes & ~(int64_t)15;
  const floats by = splat(weight);
  FOR_LANES(whole, { WRITE(out, READ(out) + by * READ(x)); });
  for (int64_t at = whole; at < bytes; at += 4) store_one(out + at, load_one(out + at) + weight * load_one(x + at));
}

static void weighted_sum(int64_t steps, int64_t rows, const char *weights, const char *x, int64_t x_stride,
                         int64_t columns, char *out, int64_t out_stride) {
  memset(out, 0, rows * out_stride);
  for (int64_t step = 0; step < steps; step++)
    for (int64_t row = 0; row < rows; row++) {
      add_scaled_row(load_one(weights), x, out + row * out_stride, columns << 2);
      weights += 4;
      x += x_stride;
    }
}

static void add_weighted(int64_t steps, int64_t rows, const char *weights, const char *d, int64_t d_stride,
                         int64_t columns, char *dx, int64_t dx_stride) {
  for (int64_t step = 0; step < steps; step++)
    for (int64_t row = 0; row < rows; row++) {
      add_scaled_row(load_one(weights), d + row * d_stride, dx, columns << 2);
      weights += 4;
      dx += dx_stride;
    }
}

static void score_gradient(int64_t rows, const char *d, const char *x, const char *query, int64_t panels,
                           char *query_gradient, char *dx) {
  const int64_t bytes = panels << 5;
  FOR_LANES(bytes, {
    const floats own = READ(query);
    floats sum = READ(query_gradient);
    for (int64_t row = 0; row < rows; row++) {
      const floats gradient = splat(load_one(d + 4 * row));
      sum = sum + gradient * READ(x + row * bytes);
      WRITE(dx + row * bytes, gradient * own);
    }
    WRITE(query_gradient, sum);
  });
}
