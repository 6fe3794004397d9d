// Losses of a tile by distance, and their slopes; sibling in ../assembly/loss.ts. Sums are of doubles in order, so that only
// the slopes go by vectors, where the compiler sees to it.
#pragma once
#include "lanes.h"

enum { MAE, MSE, HUBER };

INLINE double sign_of(double error) { return error > 0 ? 1 : error < 0 ? -1 : error; }

INLINE double distance_loss(int code, int64_t rows, int64_t units, const char *predictions, int64_t stride,
                            const char *targets, int is_one, double scale, char *gradients) {
  double total = 0;
  for (int64_t row = 0; row < rows; row++) {
    double of_row = 0;
    for (int64_t unit = 0; unit < units; unit++) {
      const float target = load_one(targets + (is_one ? 0 : 4 * unit));
      const double error = load_one(predictions + 4 * unit) - target;
      const double size = __builtin_fabs(error);
      double value, slope;
      if (code == MAE) value = size, slope = sign_of(error);
      else if (code == MSE) value = error * error, slope = 2 * error;
      else if (size <= 1) value = 0.5 * error * error, slope = error;
      else value = size - 0.5, slope = sign_of(error);
      of_row += value;
      store_one(gradients + 4 * unit, (float)(slope * scale));
    }
    total += of_row;
    predictions += stride;
    gradients += stride;
    targets += is_one ? 4 : 4 * units;
  }
  return total;
}
