// Activations and their slopes, the operations of ../assembly/math.ts in the same order.
#pragma once
#include "lanes.h"

enum { LINEAR = 0, RELU = 1, TANH = 2, SIGMOID = 3, HARD_SIGMOID = 4 };

INLINE floats power_of_two(floats x) {
  const floats y = keep_min(keep_max(x, splat(-126.0f)), splat(126.0f));
  const floats shifted = y + splat(12582912.0f);
  const floats f = y - (shifted - splat(12582912.0f));
  floats p = splat(0.0013276470127f) * f + splat(0.009675541893f);
  p = p * f + splat(0.05550713465f);
  p = p * f + splat(0.24022120237350464f);
  p = p * f + splat(0.6931469440460205f);
  p = p * f + splat(1.0f);
  // 2^n · p: n sits in the low mantissa bits of `shifted`; it is moved into the exponent.
  return (floats)((integers)p + ((integers)shifted << 23));
}

INLINE floats sigmoid(floats x) {
  return splat(1.0f) / (splat(1.0f) + power_of_two(x * splat(-1.44269504089f)));
}

INLINE floats exponential(floats x) { return power_of_two(-x * splat(-1.44269504089f)); }

INLINE floats hyperbolic_tangent(floats x) {
  const floats clamped = keep_min(keep_max(x, splat(-7.90531110763549805f)), splat(7.90531110763549805f));
  const floats s = clamped * clamped;
  floats p = s * splat(-2.76076847742355e-16f) + splat(2.00018790482477e-13f);
  p = p * s + splat(-8.60467152213735e-11f);
  p = p * s + splat(5.12229709037114e-8f);
  p = p * s + splat(1.48572235717979e-5f);
  p = p * s + splat(6.37261928875436e-4f);
  p = p * s + splat(4.89352455891786e-3f);
  p = p * clamped;
  floats q = s * splat(1.19825839466702e-6f) + splat(1.18534705686654e-4f);
  q = q * s + splat(2.268434632439e-3f);
  q = q * s + splat(4.89352518554385e-3f);
  return p / q;
}

INLINE floats hard_sigmoid(floats x) {
  return keep_min(keep_max(x * splat(0.2f) + splat(0.5f), splat(0.0f)), splat(1.0f));
}

INLINE floats activate(int code, floats x) {
  if (code == TANH) return hyperbolic_tangent(x);
  if (code == SIGMOID) return sigmoid(x);
  if (code == HARD_SIGMOID) return hard_sigmoid(x);
  if (code == RELU) return keep_max(x, splat(0.0f));
  return x;
}

/** Derivative from the output y = activate(x). */
INLINE floats slope(int code, floats y) {
  const floats one = splat(1.0f);
  if (code == TANH) return one - y * y;
  if (code == SIGMOID) return y * (one - y);
  if (code == HARD_SIGMOID)
    return (floats)((y > splat(0.0f)) & (y < one) & (integers)splat(0.2f));
  if (code == RELU) return (floats)((y > splat(0.0f)) & (integers)one);
  return one;
}

/** `body` with a constant ACTIVATION, so that each pass is compiled for its own function. */
#define WITH_ACTIVATION(code, ...)                                   \
  switch (code) {                                                     \
    case TANH: { enum { ACTIVATION = TANH }; __VA_ARGS__ } break;            \
    case SIGMOID: { enum { ACTIVATION = SIGMOID }; __VA_ARGS__ } break;      \
    case HARD_SIGMOID: { enum { ACTIVATION = HARD_SIGMOID }; __VA_ARGS__ } break; \
    case RELU: { enum { ACTIVATION = RELU }; __VA_ARGS__ } break;            \
    default: { enum { ACTIVATION = LINEAR }; __VA_ARGS__ } break;            \
  }

static void activate_in_place(int code, char *values, int64_t bytes) {
  if (code == LINEAR) return;
  WITH_ACTIVATION(code, FOR_LANES(bytes, { WRITE(values, activate(ACTIVATION, READ(values))); });)
}

static void activation_backward(int code, const char *output, char *gradient, int64_t bytes) {
  if (code == LINEAR) return;
  WITH_ACTIVATION(code, FOR_LANES(bytes, { WRITE(gradient, READ(gradient) * slope(ACTIVATION, READ(output))); });)
}
