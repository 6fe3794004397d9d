// Optimiser steps over all parameters of a model as one flat array; formulas and siblings in ../assembly/optimizer.ts.
#pragma once
#include "lanes.h"

static void step_sgd(char *p, const char *g, char *velocity, int64_t bytes, float learning_rate, float momentum) {
  const floats rate = splat(learning_rate);
  if (momentum == 0) {
    FOR_LANES(bytes, { WRITE(p, READ(p) - rate * READ(g)); });
    return;
  }
  const floats keep = splat(momentum);
  FOR_LANES(bytes, {
    const floats move = rate * READ(g) - keep * READ(velocity);
    WRITE(velocity, -decayed(move));
    WRITE(p, READ(p) - move);
  });
}

static void step_rmsprop(char *p, const char *g, char *s, int64_t bytes, float learning_rate, float rho,
                         float one_minus_rho, float epsilon) {
  const floats rate = splat(learning_rate), keep = splat(rho), take = splat(one_minus_rho), small = splat(epsilon);
  FOR_LANES(bytes, {
    const floats gradient = READ(g);
    const floats square = decayed(keep * READ(s) + take * (gradient * gradient));
    WRITE(s, square);
    WRITE(p, READ(p) - (rate * gradient) / (root(square) + small));
  });
}

typedef struct {
  float beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon;
} AdamConstants;

static void step_adam(char *p, const char *g, char *m, char *v, int64_t bytes, float corrected_rate, AdamConstants of) {
  const floats rate = splat(corrected_rate), small = splat(of.epsilon);
  const floats keep1 = splat(of.beta1), take1 = splat(of.one_minus_beta1);
  const floats keep2 = splat(of.beta2), take2 = splat(of.one_minus_beta2);
  FOR_LANES(bytes, {
    const floats gradient = READ(g);
    const floats first = decayed(keep1 * READ(m) + take1 * gradient);
    const floats second = decayed(keep2 * READ(v) + take2 * (gradient * gradient));
    WRITE(m, first);
    WRITE(v, second);
    WRITE(p, READ(p) - (rate * first) / (root(second) + small));
  });
}
