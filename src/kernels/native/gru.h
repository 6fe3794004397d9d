// Gated recurrent unit, a whole sequence of one tile in one call: formulas and sibling in ../assembly/gru.ts.
#pragma once
#include "recurrent.h"

enum { GRU_GATES = 3 };

/** c = act(c), next = z∘h + (1 − z)∘c as c + z∘(h − c). */
static void blend(int activation, int64_t bytes, char *candidate, const char *z, const char *h, char *next) {
  WITH_ACTIVATION(activation, FOR_LANES(bytes, {
    const floats c = activate(ACTIVATION, READ(candidate));
    WRITE(candidate, c);
    WRITE(next, c + READ(z) * (READ(h) - c));
  });)
}

/** candidate += r ∘ projected */
static void add_reset(int64_t bytes, const char *r, const char *projected, char *candidate) {
  FOR_LANES(bytes, { WRITE(candidate, READ(candidate) + READ(r) * READ(projected)); });
}

static void gru_forward(const Plan *plan) {
  const int64_t unit = unit_bytes(plan);
  const int64_t input_next = masked_input_step(plan), hidden_next = masked_hidden_step(plan);
  const int ra = (int)plan->recurrent_activation;
  const int is_hard = ra == HARD_SIGMOID;
  for (int64_t t = 0; t < plan->timesteps; t++) {
    char *h = plan->hidden + t * unit;
    char *z = plan->gates + t * plan->gate_step;
    char *r = z + unit;
    char *candidate = r + unit;
    const char *x = mask_inputs(plan, GRU_GATES, plan->input + t * input_bytes(plan), 0);
    const char *state = mask_hidden(plan, GRU_GATES, h, 0);
    const char *candidate_state = state + 2 * hidden_next;
    multiply_gate(plan, is_hard ? STORE_HARD_SIGMOID : STORE, 0, x, state, z, 0, 0);
    if (plan->reset_after) {
      char *projected = candidate + unit;
      multiply_gate(plan, STORE, 1, x + input_next, state + hidden_next, r, 0, 0);
      activate_in_place(ra, r, unit);
      multiply_single(plan, plan->recurrent_bias + 2 * bias_bytes(plan), candidate_state, plan->unit_stride, plan->units,
                      plan->recurrent_kernel + 2 * recurrent_bytes(plan), projected);
      multiply_single(plan, plan->forward_bias + 2 * bias_bytes(plan), x + 2 * input_next, plan->input_stride,
                      plan->features, plan->kernel + 2 * kernel_bytes(plan), candidate);
      add_reset(unit, r, projected, candidate);
    } else {
      if (is_hard) {
        multiply_gate(plan, STORE_HARD_SIGMOID_TIMES, 1, x + input_next, state + hidden_next, r, candidate_state,
                      plan->reset_hidden);
      } else {
        multiply_gate(plan, STORE, 1, x + input_next, state + hidden_next, r, 0, 0);
        activate_in_place(ra, r, unit);
        multiply_arrays(r, candidate_state, plan->reset_hidden, unit);
      }
      multiply_gate(plan, STORE, 2, x + 2 * input_next, plan->reset_hidden, candidate, 0, 0);
    }
    if (!is_hard) activate_in_place(ra, z, unit);
    blend((int)plan->activation, unit, candidate, z, h, h + unit);
  }
}

/** Reset before: dz, dc and r∘h of one step; dh, without what is negligible, stays for the product that follows. */
INLINE void gru_gradients_before(int ra, int activation, int64_t unit, char *dh, const char *z, const char *h,
                                 const char *masked_h, char *dz, int64_t gate_step, char *reset_hidden) {
  FOR_LANES(unit, {
    const floats d = carried(READ(dh));
    const floats gate = READ(z);
    const floats c = READ(z + 2 * unit);
    WRITE(dh, d);
    WRITE(dz, (d * (READ(h) - c)) * slope(ra, gate));
    WRITE(dz + 2 * gate_step, (d * (splat(1.0f) - gate)) * slope(activation, c));
    WRITE(reset_hidden, READ(z + unit) * READ(masked_h));
  });
}

/** Reset after: dz, dr, dc·r (the gradient of h·U) and dc of one step; dh ← dh ∘ z. */
static void gru_gradients_after(int ra, int activation, int64_t unit, char *dh, const char *z, const char *h, char *dz,
                                int64_t gate_step) {
  FOR_LANES(unit, {
    const floats d = carried(READ(dh));
    const floats gate = READ(z);
    const floats r = READ(z + unit);
    const floats c = READ(z + 2 * unit);
    WRITE(dz, (d * (READ(h) - c)) * slope(ra, gate));
    const floats dc = (d * (splat(1.0f) - gate)) * slope(activation, c);
    WRITE(dz + gate_step, (dc * READ(z + 3 * unit)) * slope(ra, r));
    WRITE(dz + 2 * gate_step, dc * r);
    WRITE(dz + 3 * gate_step, dc);
    WRITE(dh, d * gate);
  });
}

/** d(r∘h) = dc·Ucᵀ of one step, and from it dr and dh. */
static void reset_gradient(const Plan *plan, const char *masked_h, const char *z, char *dz) {
  const int64_t unit = unit_bytes(plan);
  const int64_t gate_step = CHUNK * unit;
  multiply_matrices((Product){
      .start = FROM_ZERO, .finish = GRU_RESET,
      .recurrent_activation = plan->recurrent_activation == HARD_SIGMOID ? HARD_SIGMOID : SIGMOID,
      .rows = plan->rows, .panels = plan->unit_panels, .out = plan->hidden_gradient, .stride = plan->unit_stride,
      .segments = 1, .a = dz + 2 * gate_step, .a_stride = plan->unit_stride, .depth = plan->units,
      .b = plan->transposed_recurrent + 2 * recurrent_bytes(plan), .x = masked_h, .y = dz + gate_step, .z = z,
      .r = z + unit, .mask = plan->hidden_mask ? plan->hidden_mask + 2 * unit : 0});
}

static void gru_step_backward(const Plan *plan, int64_t t, const char *h, const char *z, const char *state, char *dz) {
  const int64_t unit = unit_bytes(plan);
  const int64_t gate_step = CHUNK * unit;
  const int ra = (int)plan->recurrent_activation;
  if (plan->reset_after) {
    gru_gradients_after(ra, (int)plan->activation, unit, plan->hidden_gradient, z, h, dz, gate_step);
    if (t > 0) add_hidden_gradient(plan, 3, dz);
    return;
  }
  const char *masked_h = state + 2 * masked_hidden_step(plan);
  char *reset_hidden = plan->reset_hidden + (t % CHUNK) * unit;
  // Constant codes let the compiler drop the branches of the usual case.
  if (ra == HARD_SIGMOID && plan->activation == TANH)
    gru_gradients_before(HARD_SIGMOID, TANH, unit, plan->hidden_gradient, z, h, masked_h, dz, gate_step, reset_hidden);
  else
    gru_gradients_before(ra, (int)plan->activation, unit, plan->hidden_gradient, z, h, masked_h, dz, gate_step,
                         reset_hidden);
  reset_gradient(plan, masked_h, z, dz);
  if (t > 0) add_hidden_gradient(plan, 2, dz);
}

static void gru_backward(const Plan *plan) {
  const int64_t unit = unit_bytes(plan);
  const int64_t gate_step = CHUNK * unit;
  const int64_t input_next = masked_input_step(plan), hidden_next = masked_hidden_step(plan);
  for (int64_t t = plan->timesteps - 1; t >= 0; t--) {
    const int64_t slot = t % CHUNK;
    const char *h = plan->hidden + t * unit;
    const char *x = mask_inputs(plan, GRU_GATES, plan->input + t * input_bytes(plan), slot);
    const char *state = mask_hidden(plan, GRU_GATES, h, slot);
    char *dz = plan->gate_gradients + slot * unit;
    if (plan->output_gradient) add_arrays(plan->output_gradient + t * unit, plan->hidden_gradient, unit);
    gru_step_backward(plan, t, h, plan->gates + t * plan->gate_step, state, dz);

    if (plan->input_gradient) {
      const int64_t bytes = plan->rows * plan->input_gradient_stride;
      char *dx = plan->input_gradient + t * bytes;
      memset(dx, 0, bytes);
      add_input_gradient(plan, 0, dz, dx);
      add_input_gradient(plan, 1, dz + gate_step, dx);
      add_input_gradient(plan, 2, dz + (plan->reset_after ? 3 : 2) * gate_step, dx);
    }
    if (slot != 0) continue;

    const int64_t steps = plan->timesteps - t < CHUNK ? plan->timesteps - t : CHUNK;
    const char *d = plan->gate_gradients;
    accumulate_gate(plan, 0, steps, x, state, d, d);
    accumulate_gate(plan, 1, steps, x + input_next, state + hidden_next, d + gate_step, d + gate_step);
    if (!plan->reset_after) {
      accumulate_gate(plan, 2, steps, x + 2 * input_next, plan->reset_hidden, d + 2 * gate_step, d + 2 * gate_step);
      continue;
    }
    accumulate_gate(plan, 2, steps, x + 2 * input_next, state + 2 * hidden_next, d + 3 * gate_step, d + 2 * gate_step);
    for (int64_t gate = 0; gate < 3; gate++)
      accumulate_bias(steps * plan->rows, d + gate * gate_step, plan->unit_stride, plan->unit_panels,
                      plan->recurrent_bias_gradient + gate * bias_bytes(plan));
  }
}
