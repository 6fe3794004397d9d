// Vectors of WIDTH float32 lanes: loads, stores, and the few operations whose handling of NaN and signed zeros is part of
// the kernels' contract. Everything else is written with the compiler's vector operators, one IEEE operation each.
#pragma once
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

typedef float floats __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef int32_t integers __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
/** Four lanes whatever the width: sums over lanes follow the order of the four-lane kernels. */
typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

INLINE floats load(const char *at) { return *(const floats *)at; }
INLINE void store(char *at, floats value) { *(floats *)at = value; }
INLINE four load_four(const char *at) { return *(const four *)at; }
INLINE void store_four(char *at, four value) { *(four *)at = value; }
#if WIDTH >= 8
typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));
INLINE eight load_eight(const char *at) { return *(const eight *)at; }
INLINE void store_eight(char *at, eight value) { *(eight *)at = value; }
#endif
INLINE float load_one(const char *at) { float value; memcpy(&value, at, 4); return value; }
INLINE void store_one(char *at, float value) { memcpy(at, &value, 4); }

INLINE floats splat(float value) {
#if WIDTH == 16
  return (floats)_mm512_set1_ps(value);
#elif WIDTH == 8
  return (floats)_mm256_set1_ps(value);
#elif defined(__x86_64__)
  return (floats)_mm_set1_ps(value);
#else
  return (floats){value, value, value, value};
#endif
}

/** mask ? a : b, bit by bit. */
INLINE floats choose(integers mask, floats a, floats b) {
  return (floats)((mask & (integers)a) | (~mask & (integers)b));
}

// WebAssembly's pmax(a, b) is a < b ? b : a, and pmin(a, b) is b < a ? b : a: where a comparison is false, the first
// operand stays, NaN included. x86 keeps its second operand then, so operands change places.
INLINE floats keep_max(floats a, floats b) {
#if WIDTH == 16
  return (floats)_mm512_max_ps((__m512)b, (__m512)a);
#elif WIDTH == 8
  return (floats)_mm256_max_ps((__m256)b, (__m256)a);
#elif defined(__x86_64__)
  return (floats)_mm_max_ps((__m128)b, (__m128)a);
#else
  return choose(a < b, b, a);
#endif
}

INLINE floats keep_min(floats a, floats b) {
#if WIDTH == 16
  return (floats)_mm512_min_ps((__m512)b, (__m512)a);
#elif WIDTH == 8
  return (floats)_mm256_min_ps((__m256)b, (__m256)a);
#elif defined(__x86_64__)
  return (floats)_mm_min_ps((__m128)b, (__m128)a);
#else
  return choose(b < a, b, a);
#endif
}

/** WebAssembly's max: NaN where either is NaN, and +0 is larger than −0. */
INLINE floats strict_max(floats a, floats b) {
  const floats larger = choose(a > b, a, b);
  const floats of_equals = (floats)((integers)a & (integers)b);
  return choose((a != a) | (b != b), a + b, choose(a == b, of_equals, larger));
}

/** |x| < limit ? 0 : x; NaN stays. */
INLINE floats drop_below(float limit, floats x) {
  const floats size = (floats)((integers)x & ~(integers)splat(-0.0f));
  return (floats)((integers)x & ~(size < splat(limit)));
}
/** A gradient that is carried back through time, and a slot of the optimiser: see ../assembly/math.ts. */
INLINE floats carried(floats x) { return drop_below(0x1p-90f, x); }
INLINE floats decayed(floats x) { return drop_below(0x1p-120f, x); }

INLINE floats root(floats value) {
#if WIDTH == 16
  return (floats)_mm512_sqrt_ps((__m512)value);
#elif WIDTH == 8
  return (floats)_mm256_sqrt_ps((__m256)value);
#elif defined(__x86_64__)
  return (floats)_mm_sqrt_ps((__m128)value);
#else
  return (floats)vsqrtq_f32((float32x4_t)value);
#endif
}

// The first `count` lanes, a multiple of 4 below WIDTH; the others read as 0 and are not written. Four lanes are whole.
#if WIDTH == 8
INLINE floats load_some(const char *at, int count) {
  (void)count;
  return (floats)_mm256_zextps128_ps256(_mm_loadu_ps((const float *)at));
}
INLINE void store_some(char *at, floats value, int count) {
  (void)count;
  _mm_storeu_ps((float *)at, _mm256_castps256_ps128((__m256)value));
}
#elif WIDTH == 16
INLINE floats load_some(const char *at, int count) {
  return (floats)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), at);
}
INLINE void store_some(char *at, floats value, int count) {
  _mm512_mask_storeu_ps(at, (__mmask16)((1u << count) - 1), (__m512)value);
}
#else
INLINE floats load_some(const char *at, int count) { (void)count; return load(at); }
INLINE void store_some(char *at, floats value, int count) { (void)count; store(at, value); }
#endif

#define LANE_BYTES (4 * WIDTH)

/**
 * Runs `body` for each WIDTH values of `bytes` bytes, a multiple of 16, at byte offset `at`; READ and WRITE inside it take
 * whole vectors, and in one last turn what is left.
 */
#define FOR_LANES(bytes, ...) FOR_LANES_FROM(0, bytes, __VA_ARGS__)
/** The same from a byte that is a multiple of the lanes' on. */
#define FOR_LANES_FROM(first, bytes, ...)                                        \
  do {                                                                           \
    const int64_t bytes_ = (bytes);                                              \
    int64_t at = (first);                                                        \
    {                                                                            \
      const int rest = 0;                                                        \
      for (; at + LANE_BYTES <= bytes_; at += LANE_BYTES) { (void)rest; __VA_ARGS__ }   \
    }                                                                            \
    if (at < bytes_) { const int rest = (int)((bytes_ - at) >> 2); (void)rest; __VA_ARGS__ } \
  } while (0)
#define READ(from) (rest ? load_some((from) + at, rest) : load((from) + at))
#define WRITE(to, value) (rest ? store_some((to) + at, (value), rest) : store((to) + at, (value)))
