// Register-blocked matrix products, the sums of ../assembly/product.ts in their order: over depth, segment after segment.
// Lanes are columns and each has an accumulator of its own, so wider vectors and taller tiles leave every bit as it is.
//
// A tile is ROWS rows by two panels of 8 columns (four lanes: one): sixteen lanes hold both panels in one vector, and a
// last panel without a neighbour leaves the upper half idle.
#pragma once
#include "activations.h"

enum { FROM_ZERO, FROM_BIAS, FROM_RESULT };
/** See the codes of the same names in the sibling. */
enum { STORE, STORE_HARD_SIGMOID, STORE_HARD_SIGMOID_TIMES, ADD_MASKED, GRU_RESET };

#define PANEL_BYTES 32
#if WIDTH == 16
#define TILE_PANELS 2
#define VECTORS 1
#define NARROW_VECTORS 1
#define TILE_ROWS 16
#define NARROW_ROWS 16
#elif WIDTH == 8
#define TILE_PANELS 2
#define VECTORS 2
#define NARROW_VECTORS 1
#define TILE_ROWS 4
#define NARROW_ROWS 8
#else
#define TILE_PANELS 1
#define VECTORS 2
#define NARROW_VECTORS 2
#define TILE_ROWS 4
#define NARROW_ROWS 4
#endif

typedef struct {
  int start, finish, recurrent_activation;
  int64_t rows, panels;
  char *out;
  int64_t stride;
  const char *bias;
  /** A product before those of the segments; depth 0 leaves it out. */
  const char *lead;
  int64_t lead_stride, lead_depth;
  const char *lead_b;
  int64_t segments;
  const char *a;
  int64_t a_next, a_stride, depth;
  const char *b;
  int64_t b_next;
  const char *x;
  char *y;
  const char *z, *r, *mask;
} Product;

/** Vector v of a row's columns, which follow one another; `narrow`: one panel only. */
INLINE floats load_columns(const char *row, int v, int narrow) {
#if WIDTH == 16
  if (narrow) return (floats)_mm512_zextps256_ps512(_mm256_loadu_ps((const float *)row));
#endif
  (void)narrow;
  return load(row + v * LANE_BYTES);
}

INLINE void store_columns(char *row, int v, int narrow, floats value) {
#if WIDTH == 16
  if (narrow) {
    _mm256_storeu_ps((float *)row, _mm512_castps512_ps256((__m512)value));
    return;
  }
#endif
  (void)narrow;
  store(row + v * LANE_BYTES, value);
}

/** The same of a row in panels, which lie `panel` bytes apart. */
INLINE floats load_packed(const char *row, int64_t panel, int v, int narrow) {
#if WIDTH == 16
  if (!narrow) {
    const __m512d low = _mm512_castps_pd(_mm512_castps256_ps512(_mm256_loadu_ps((const float *)row)));
    return (floats)_mm512_castpd_ps(
        _mm512_insertf64x4(low, _mm256_loadu_pd((const double *)(row + panel)), 1));
  }
#elif WIDTH == 8
  return load(row + v * panel);
#endif
  (void)panel;
  return load_columns(row, v, narrow);
}

INLINE void store_packed(char *row, int64_t panel, int v, int narrow, floats value) {
#if WIDTH == 16
  if (!narrow) {
    _mm256_storeu_ps((float *)row, _mm512_castps512_ps256((__m512)value));
    _mm256_storeu_pd((double *)(row + panel), _mm512_extractf64x4_pd(_mm512_castps_pd((__m512)value), 1));
    return;
  }
#elif WIDTH == 8
  store(row + v * panel, value);
  return;
#endif
  (void)panel;
  store_columns(row, v, narrow, value);
}

/** c[rows][vectors] += A[rows, depth]·B[depth, columns]. */
INLINE void multiply_tile(floats c[16][2], int rows, int vectors, int narrow, const char *a, int64_t a_stride,
                          int64_t depth, const char *b, int64_t panel) {
  // Every fourth row has a pointer, the rest are offsets from it: sixteen pointers would not stay in registers.
  const char *a0 = a, *a4 = a + 4 * a_stride, *a8 = a + 8 * a_stride, *a12 = a + 12 * a_stride;
  const int64_t three = 3 * a_stride;
  const char *const end = a + 4 * depth;
  while (a0 < end) {
    floats columns[2];
    UNROLL for (int v = 0; v < vectors; v++) columns[v] = load_packed(b, panel, v, narrow);
    UNROLL for (int r = 0; r < rows; r++) {
      const char *group = r < 4 ? a0 : r < 8 ? a4 : r < 12 ? a8 : a12;
      const int64_t offset = (r & 3) == 3 ? three : (r & 3) * a_stride;
      const floats value = splat(load_one(group + offset));
      UNROLL for (int v = 0; v < vectors; v++) c[r][v] = c[r][v] + value * columns[v];
    }
    a0 += 4;
    a4 += 4;
    a8 += 4;
    a12 += 4;
    b += PANEL_BYTES;
  }
}

INLINE void finish_vector(const Product *p, floats acc, int64_t at, int v, int narrow) {
#define AT(array) load_columns((array) + at, v, narrow)
#define PUT(array, value) store_columns((array) + at, v, narrow, (value))
  switch (p->finish) {
    case STORE:
      PUT(p->out, acc);
      return;
    case STORE_HARD_SIGMOID:
      PUT(p->out, hard_sigmoid(acc));
      return;
    case STORE_HARD_SIGMOID_TIMES: {
      const floats gate = hard_sigmoid(acc);
      PUT(p->out, gate);
      PUT(p->y, gate * AT(p->x));
      return;
    }
    case ADD_MASKED:
      PUT(p->out, AT(p->out) + acc * AT(p->x));
      return;
    default: {
      const floats reset = AT(p->r);
      PUT(p->y, (acc * AT(p->x)) * slope(p->recurrent_activation, reset));
      floats state = acc * reset;
      if (p->mask) state = state * AT(p->mask);
      PUT(p->out, state + AT(p->out) * AT(p->z));
    }
  }
#undef AT
#undef PUT
}

/** One tile, whose first row is `row` and first panel `panel`. */
INLINE void tile(const Product *p, int rows, int vectors, int narrow, int64_t row, int64_t panel) {
  floats c[16][2];
  const int64_t at = row * p->stride + panel * PANEL_BYTES;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      c[r][v] = p->start == FROM_BIAS     ? load_columns(p->bias + panel * PANEL_BYTES, v, narrow)
                : p->start == FROM_RESULT ? load_columns(p->out + at + r * p->stride, v, narrow)
                                          : splat(0.0f);
  if (p->lead_depth) {
    const int64_t bytes = p->lead_depth * PANEL_BYTES;
    multiply_tile(c, rows, vectors, narrow, p->lead + row * p->lead_stride, p->lead_stride, p->lead_depth,
                  p->lead_b + panel * bytes, bytes);
  }
  const int64_t bytes = p->depth * PANEL_BYTES;
  const char *a = p->a + row * p->a_stride;
  const char *b = p->b + panel * bytes;
  for (int64_t segment = 0; segment < p->segments; segment++) {
    multiply_tile(c, rows, vectors, narrow, a, p->a_stride, p->depth, b, bytes);
    a += p->a_next;
    b += p->b_next;
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++) finish_vector(p, c[r][v], at + r * p->stride, v, narrow);
}

// One function a shape: the compiler keeps a tile's accumulators in registers, and starts and finishes are branches,
// taken once a tile.
#define TILE(name, rows, vectors, narrow)                                                   \
  static __attribute__((noinline)) void name(const Product *p, int64_t row, int64_t panel) { \
    tile(p, rows, vectors, narrow, row, panel);                                              \
  }
TILE(tile_whole, TILE_ROWS, VECTORS, 0)
TILE(tile_narrow, NARROW_ROWS, NARROW_VECTORS, 1)
#if TILE_ROWS > 8
TILE(tile_eight, 8, VECTORS, 0)
#endif
#if NARROW_ROWS > 8
TILE(tile_narrow_eight, 8, NARROW_VECTORS, 1)
#endif
#if TILE_ROWS > 4
TILE(tile_four, 4, VECTORS, 0)
#endif
#if NARROW_ROWS > 4
TILE(tile_narrow_four, 4, NARROW_VECTORS, 1)
#endif

static void multiply_whole(const Product *p, int64_t panel) {
  int64_t row = 0;
  for (; row + TILE_ROWS <= p->rows; row += TILE_ROWS) tile_whole(p, row, panel);
#if TILE_ROWS > 8
  for (; row + 8 <= p->rows; row += 8) tile_eight(p, row, panel);
#endif
#if TILE_ROWS > 4
  for (; row < p->rows; row += 4) tile_four(p, row, panel);
#endif
  for (; row < p->rows; row += TILE_ROWS) tile_whole(p, row, panel);
}

static void multiply_narrow(const Product *p, int64_t panel) {
  int64_t row = 0;
  for (; row + NARROW_ROWS <= p->rows; row += NARROW_ROWS) tile_narrow(p, row, panel);
#if NARROW_ROWS > 8
  for (; row + 8 <= p->rows; row += 8) tile_narrow_eight(p, row, panel);
#endif
#if NARROW_ROWS > 4
  for (; row < p->rows; row += 4) tile_narrow_four(p, row, panel);
#endif
}

/** result[rows, 8·panels] = start + lead + Σ over segments A_s·B_s, then finish; rows come in fours. */
static void multiply_matrices(Product p) {
  if (!p.a_stride) p.a_stride = 4;
  int64_t panel = 0;
  for (; panel + TILE_PANELS <= p.panels; panel += TILE_PANELS) multiply_whole(&p, panel);
  if (panel < p.panels) multiply_narrow(&p, panel);
}

static void transpose_panels(const char *b, int64_t depth, int64_t columns, char *transposed) {
  const float *from = (const float *)b;
  float *to = (float *)transposed;
  for (int64_t panel = 0; panel < (depth + 7) >> 3; panel++)
    for (int64_t column = 0; column < columns; column++) {
      const float *source = from + ((((column >> 3) * depth) << 3) + (column & 7));
      for (int lane = 0; lane < 8; lane++) {
        const int64_t i = (panel << 3) + lane;
        *to++ = i < depth ? source[i << 3] : 0.0f;
      }
    }
}
