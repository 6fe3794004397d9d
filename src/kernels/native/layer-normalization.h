// Layer normalisation over the features of each row. Its sums run over lanes: four of them whatever the width, added in
// pairs, then over what is left, in order, as in ../assembly/layer-normalization.ts.
#pragma once
#include "lanes.h"

INLINE float add_four(four v) { return (v[0] + v[1]) + (v[2] + v[3]); }
INLINE four splat_four(float value) { return (four){value, value, value, value}; }

/** Keeps x̂ and 1/√(variance + ε) of the row; returns the latter. */
INLINE float normalize_row(const char *x, int64_t bytes, float epsilon, char *normalized) {
  const int64_t whole = bytes & ~(int64_t)15;
  const float units = (float)(int32_t)(bytes >> 2);
  four lanes = splat_four(0.0f);
  for (int64_t at = 0; at < whole; at += 16) lanes = lanes + load_four(x + at);
  float sum = add_four(lanes);
  for (int64_t at = whole; at < bytes; at += 4) sum += load_one(x + at);
  const float mean = sum / units;
  lanes = splat_four(0.0f);
  for (int64_t at = 0; at < whole; at += 16) {
    const four centred = load_four(x + at) - splat_four(mean);
    store_four(normalized + at, centred);
    lanes = lanes + centred * centred;
  }
  float square = add_four(lanes);
  for (int64_t at = whole; at < bytes; at += 4) {
    const float centred = load_one(x + at) - mean;
    store_one(normalized + at, centred);
    square += centred * centred;
  }
  return 1.0f / __builtin_sqrtf(square / units + epsilon);
}

static void layer_norm_forward(int64_t rows, const char *x, int64_t x_stride, int64_t units, const char *gamma,
                               const char *beta, float epsilon, char *normalized, char *scales, char *out,
                               int64_t stride) {
  const int64_t bytes = units << 2, whole = bytes & ~(int64_t)15;
  for (int64_t row = 0; row < rows; row++) {
    const float scale = normalize_row(x, bytes, epsilon, normalized);
    store_one(scales, scale);
    for (int64_t at = 0; at < whole; at += 16) {
      const four value = load_four(normalized + at) * splat_four(scale);
      store_four(normalized + at, value);
      store_four(out + at, value * load_four(gamma + at) + load_four(beta + at));
    }
    for (int64_t at = whole; at < bytes; at += 4) {
      const float value = load_one(normalized + at) * scale;
      store_one(normalized + at, value);
      store_one(out + at, value * load_one(gamma + at) + load_one(beta + at));
    }
    x += x_stride;
    normalized += stride;
    out += stride;
    scales += 4;
  }
}

static void layer_norm_input_gradient(int64_t rows, const char *d, int64_t stride, int64_t units, const char *gamma,
                                      const char *normalized, const char *scales, char *dx, int64_t dx_stride) {
  const int64_t bytes = units << 2, whole = bytes & ~(int64_t)15;
  for (int64_t row = 0; row < rows; row++) {
    four lanes = splat_four(0.0f), products = splat_four(0.0f);
    for (int64_t at = 0; at < whole; at += 16) {
      const four g = load_four(d + at) * load_four(gamma + at);
      lanes = lanes + g;
      products = products + g * load_four(normalized + at);
    }
    float sum = add_four(lanes), product_sum = add_four(products);
    for (int64_t at = whole; at < bytes; at += 4) {
      const float g = load_one(d + at) * load_one(gamma + at);
      sum += g;
      product_sum += g * load_one(normalized + at);
    }
    const float mean = sum / (float)(int32_t)units, slant = product_sum / (float)(int32_t)units;
    const float scale = load_one(scales);
    for (int64_t at = 0; at < whole; at += 16) {
      const four g = load_four(d + at) * load_four(gamma + at);
      const four along = load_four(normalized + at) * splat_four(slant);
      store_four(dx + at, ((g - splat_four(mean)) - along) * splat_four(scale));
    }
    for (int64_t at = whole; at < bytes; at += 4) {
      const float g = load_one(d + at) * load_one(gamma + at);
      store_one(dx + at, ((g - mean) - load_one(normalized + at) * slant) * scale);
    }
    d += stride;
    normalized += stride;
    dx += dx_stride;
    scales += 4;
  }
}
