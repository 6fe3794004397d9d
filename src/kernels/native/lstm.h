// Long short-term memory, a whole sequence of one tile in one call: formulas and sibling in ../assembly/lstm.ts.
#pragma once
#include "recurrent.h"

enum { LSTM_GATES = 4 };

/** c' = f∘c + i∘g, a = act(c'), h' = o∘a; gates lie `unit` bytes apart from `i` on, in the order i, f, g, o, a. */
static void advance(int activation, int64_t unit, char *i, char *cell, char *hidden) {
  WITH_ACTIVATION(activation, FOR_LANES(unit, {
    const floats c = READ(i + unit) * READ(cell) + READ(i) * READ(i + 2 * unit);
    WRITE(cell + unit, c);
    const floats a = activate(ACTIVATION, c);
    WRITE(i + 4 * unit, a);
    WRITE(hidden, READ(i + 3 * unit) * a);
  });)
}

static void lstm_forward(const Plan *plan) {
  const int64_t unit = unit_bytes(plan);
  const int64_t input_next = masked_input_step(plan), hidden_next = masked_hidden_step(plan);
  const int is_hard = plan->recurrent_activation == HARD_SIGMOID;
  for (int64_t t = 0; t < plan->timesteps; t++) {
    char *h = plan->hidden + t * unit;
    char *i = plan->gates + t * plan->gate_step;
    const char *x = mask_inputs(plan, LSTM_GATES, plan->input + t * input_bytes(plan), 0);
    const char *state = mask_hidden(plan, LSTM_GATES, h, 0);
    for (int64_t gate = 0; gate < LSTM_GATES; gate++) {
      char *out = i + gate * unit;
      const int is_fused = gate != 2 && is_hard;
      multiply_gate(plan, is_fused ? STORE_HARD_SIGMOID : STORE, gate, x + gate * input_next, state + gate * hidden_next,
                    out, 0, 0);
      if (!is_fused) activate_in_place((int)(gate == 2 ? plan->activation : plan->recurrent_activation), out, unit);
    }
    advance((int)plan->activation, unit, i, plan->cell + t * unit, h + unit);
  }
}

/** Gradients of the gates' pre-activations of one step; dc ← dc ∘ f, dh ← 0. */
INLINE void lstm_gradients(int ra, int activation, int64_t unit, char *dh, char *dc, const char *gates, const char *cell,
                           char *d, int64_t gate_step) {
  FOR_LANES(unit, {
    const floats dh_at = carried(READ(dh));
    const floats i = READ(gates);
    const floats f = READ(gates + unit);
    const floats g = READ(gates + 2 * unit);
    const floats o = READ(gates + 3 * unit);
    const floats a = READ(gates + 4 * unit);
    const floats dc_at = carried(READ(dc) + (dh_at * o) * slope(activation, a));
    WRITE(d, (dc_at * g) * slope(ra, i));
    WRITE(d + gate_step, (dc_at * READ(cell)) * slope(ra, f));
    WRITE(d + 2 * gate_step, (dc_at * i) * slope(activation, g));
    WRITE(d + 3 * gate_step, (dh_at * a) * slope(ra, o));
    WRITE(dc, dc_at * f);
    WRITE(dh, splat(0.0f));
  });
}

static void lstm_backward(const Plan *plan) {
  const int64_t unit = unit_bytes(plan);
  const int64_t gate_step = CHUNK * unit;
  const int64_t input_next = masked_input_step(plan), hidden_next = masked_hidden_step(plan);
  const int ra = (int)plan->recurrent_activation, activation = (int)plan->activation;
  memset(plan->cell_gradient, 0, unit);
  for (int64_t t = plan->timesteps - 1; t >= 0; t--) {
    const int64_t slot = t % CHUNK;
    const char *h = plan->hidden + t * unit;
    const char *gates = plan->gates + t * plan->gate_step;
    const char *cell = plan->cell + t * unit;
    const char *x = mask_inputs(plan, LSTM_GATES, plan->input + t * input_bytes(plan), slot);
    const char *state = mask_hidden(plan, LSTM_GATES, h, slot);
    char *d = plan->gate_gradients + slot * unit;
    if (plan->output_gradient) add_arrays(plan->output_gradient + t * unit, plan->hidden_gradient, unit);

    // Constant codes let the compiler drop the branches of the usual case.
    if (ra == HARD_SIGMOID && activation == TANH)
      lstm_gradients(HARD_SIGMOID, TANH, unit, plan->hidden_gradient, plan->cell_gradient, gates, cell, d, gate_step);
    else
      lstm_gradients(ra, activation, unit, plan->hidden_gradient, plan->cell_gradient, gates, cell, d, gate_step);
    if (t > 0) add_hidden_gradient(plan, LSTM_GATES, d);

    if (plan->input_gradient) {
      const int64_t bytes = plan->rows * plan->input_gradient_stride;
      char *dx = plan->input_gradient + t * bytes;
      memset(dx, 0, bytes);
      for (int64_t gate = 0; gate < LSTM_GATES; gate++) add_input_gradient(plan, gate, d + gate * gate_step, dx);
    }
    if (slot != 0) continue;

    const int64_t steps = plan->timesteps - t < CHUNK ? plan->timesteps - t : CHUNK;
    for (int64_t gate = 0; gate < LSTM_GATES; gate++) {
      const char *d_gate = plan->gate_gradients + gate * gate_step;
      accumulate_gate(plan, gate, steps, x + gate * input_next, state + gate * hidden_next, d_gate, d_gate);
    }
  }
}
