// Gradients of a product's B and bias: sums over rows, in order, as in ../assembly/product-gradient.ts.
#pragma once
#include "product.h"

#if WIDTH == 16
#define GRADIENT_DEPTH 16
#else
#define GRADIENT_DEPTH 4
#endif

/** `depth` rows of dB, each of the tile's columns, summed over all rows of A and D. */
INLINE void gradient_tile(int depth, int vectors, int narrow, int64_t rows, const char *a, int64_t a_stride,
                          const char *d, int64_t d_stride, char *gradient, int64_t panel) {
  floats c[16][2];
  UNROLL for (int i = 0; i < depth; i++)
    UNROLL for (int v = 0; v < vectors; v++) c[i][v] = load_packed(gradient + i * PANEL_BYTES, panel, v, narrow);
  for (int64_t row = 0; row < rows; row++) {
    floats columns[2];
    UNROLL for (int v = 0; v < vectors; v++) columns[v] = load_columns(d, v, narrow);
    UNROLL for (int i = 0; i < depth; i++) {
      const floats value = splat(load_one(a + 4 * i));
      UNROLL for (int v = 0; v < vectors; v++) c[i][v] = c[i][v] + value * columns[v];
    }
    a += a_stride;
    d += d_stride;
  }
  UNROLL for (int i = 0; i < depth; i++)
    UNROLL for (int v = 0; v < vectors; v++) store_packed(gradient + i * PANEL_BYTES, panel, v, narrow, c[i][v]);
}

typedef void GradientTile(int64_t rows, const char *a, int64_t a_stride, const char *d, int64_t d_stride,
                          char *gradient, int64_t panel);
#define GRADIENT_TILE(depth)                                                                            \
  static __attribute__((noinline)) void gradient_whole_##depth(                                         \
      int64_t rows, const char *a, int64_t a_stride, const char *d, int64_t d_stride, char *g, int64_t panel) { \
    gradient_tile(depth, VECTORS, 0, rows, a, a_stride, d, d_stride, g, panel);                         \
  }                                                                                                     \
  static __attribute__((noinline)) void gradient_narrow_##depth(                                        \
      int64_t rows, const char *a, int64_t a_stride, const char *d, int64_t d_stride, char *g, int64_t panel) { \
    gradient_tile(depth, NARROW_VECTORS, 1, rows, a, a_stride, d, d_stride, g, panel);                  \
  }
GRADIENT_TILE(1)
GRADIENT_TILE(2)
GRADIENT_TILE(3)
#if WIDTH == 16
GRADIENT_TILE(4)
GRADIENT_TILE(5)
GRADIENT_TILE(6)
GRADIENT_TILE(7)
GRADIENT_TILE(8)
GRADIENT_TILE(9)
GRADIENT_TILE(10)
GRADIENT_TILE(11)
GRADIENT_TILE(12)
GRADIENT_TILE(13)
GRADIENT_TILE(14)
GRADIENT_TILE(15)
#endif

#if WIDTH == 16
#define EACH_DEPTH(kind)                                                                                        \
  { kind##1, kind##2, kind##3, kind##4, kind##5, kind##6, kind##7, kind##8, kind##9, kind##10, kind##11, kind##12, \
    kind##13, kind##14, kind##15 }
#else
#define EACH_DEPTH(kind) { kind##1, kind##2, kind##3 }
#endif
/** By depth − 1: what is left below GRADIENT_DEPTH. */
static GradientTile *const WHOLE_GRADIENTS[GRADIENT_DEPTH - 1] = EACH_DEPTH(gradient_whole_);
static GradientTile *const NARROW_GRADIENTS[GRADIENT_DEPTH - 1] = EACH_DEPTH(gradient_narrow_);

/** Whole tiles, one after the other in one call. */
#define GRADIENT_RUN(name, vectors, narrow)                                                                     \
  static __attribute__((noinline)) void name(int64_t rows, const char *a, int64_t a_stride, int64_t depth,       \
                                             const char *d, int64_t d_stride, char *g, int64_t panel) {          \
    for (int64_t i = 0; i < depth; i += GRADIENT_DEPTH)                                                          \
      gradient_tile(GRADIENT_DEPTH, vectors, narrow, rows, a + 4 * i, a_stride, d, d_stride, g + i * PANEL_BYTES, \
                    panel);                                                                                      \
  }
GRADIENT_RUN(gradient_whole_run, VECTORS, 0)
GRADIENT_RUN(gradient_narrow_run, NARROW_VECTORS, 1)

/** gradient[panel][i][8] += Σ over rows A[row, i]·D[row, …], i < depth. */
static void accumulate_gradient(int64_t rows, const char *a, int64_t a_stride, int64_t depth, const char *d,
                                int64_t d_stride, int64_t panels, char *gradient) {
  const int64_t panel_bytes = depth * PANEL_BYTES;
  for (int64_t panel = 0; panel < panels; panel += TILE_PANELS) {
    const int is_whole = panel + TILE_PANELS <= panels;
    char *const of_panel = gradient + panel * panel_bytes;
    const char *const columns = d + panel * PANEL_BYTES;
    const int64_t whole = depth - depth % GRADIENT_DEPTH;
    (is_whole ? gradient_whole_run : gradient_narrow_run)(rows, a, a_stride, whole, columns, d_stride, of_panel,
                                                          panel_bytes);
    if (whole < depth)
      (is_whole ? WHOLE_GRADIENTS : NARROW_GRADIENTS)[depth - whole - 1](
          rows, a + 4 * whole, a_stride, columns, d_stride, of_panel + whole * PANEL_BYTES, panel_bytes);
  }
}

/** biasGradient += column sums of D, even and odd rows on accumulators of their own; `rows` is even. */
static void accumulate_bias(int64_t rows, const char *d, int64_t d_stride, int64_t panels, char *bias_gradient) {
  FOR_LANES(panels * PANEL_BYTES, {
    floats even = READ(bias_gradient);
    floats odd = splat(0.0f);
    const char *row = d;
    for (int64_t i = 0; i < rows; i += 2) {
      even = even + READ(row);
      row += d_stride;
      odd = odd + READ(row);
      row += d_stride;
    }
    WRITE(bias_gradient, even + odd);
  });
}
