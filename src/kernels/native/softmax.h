// Softmax over the features of each row, the operations of ../assembly/softmax.ts in the same order.
#pragma once
#include "lanes.h"

INLINE float scalar_exponential(float x) {
  const float scaled = x * 1.44269504089f;
  const float y = scaled < -126.0f ? -126.0f : scaled;
  const float shifted = y + 12582912.0f;
  const float f = y - (shifted - 12582912.0f);
  float p = 0.0013276470127f * f + 0.009675541893f;
  p = p * f + 0.05550713465f;
  p = p * f + 0.24022120237350464f;
  p = p * f + 0.6931469440460205f;
  p = p * f + 1.0f;
  uint32_t bits, exponent;
  memcpy(&bits, &p, 4);
  memcpy(&exponent, &shifted, 4);
  bits += exponent << 23;
  memcpy(&p, &bits, 4);
  return p;
}

static void softmax_forward(int64_t rows, int64_t units, char *values, int64_t stride) {
  const int64_t bytes = units * 4;
  for (int64_t row = 0; row < rows; row++) {
    float largest = load_one(values);
    for (int64_t at = 4; at < bytes; at += 4) {
      const float value = load_one(values + at);
      if (value > largest) largest = value;
    }
    float sum = 0.0f;
    for (int64_t at = 0; at < bytes; at += 4) {
      const float power = scalar_exponential(load_one(values + at) - largest);
      store_one(values + at, power);
      sum += power;
    }
    for (int64_t at = 0; at < bytes; at += 4) store_one(values + at, load_one(values + at) / sum);
    values += stride;
  }
}

static void softmax_backward(int64_t rows, int64_t units, const char *output, char *gradient, int64_t stride) {
  const int64_t bytes = units * 4;
  for (int64_t row = 0; row < rows; row++) {
    float sum = 0.0f;
    for (int64_t at = 0; at < bytes; at += 4) sum += load_one(gradient + at) * load_one(output + at);
    for (int64_t at = 0; at < bytes; at += 4)
      store_one(gradient + at, load_one(output + at) * (load_one(gradient + at) - sum));
    output += stride;
    gradient += stride;
  }
}
