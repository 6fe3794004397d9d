// What GRU and LSTM share: products of a gate, masks, sums of kernel gradients over a chunk. Sibling:
// ../assembly/recurrent.ts.
#pragma once
#include "elementwise.h"
#include "product-gradient.h"
#include "recurrent-plan.h"

/** out = forwardBias + x·W + h·U of one gate, then `finish`; `factor` and `times` are those of STORE_HARD_SIGMOID_TIMES. */
static void multiply_gate(const Plan *plan, int finish, int64_t gate, const char *x, const char *h, char *out,
                          const char *factor, char *times) {
  multiply_matrices((Product){
      .start = FROM_BIAS, .finish = finish, .rows = plan->rows, .panels = plan->unit_panels,
      .out = out, .stride = plan->unit_stride, .bias = plan->forward_bias + gate * bias_bytes(plan),
      .lead = x, .lead_stride = plan->input_stride, .lead_depth = plan->features,
      .lead_b = plan->kernel + gate * kernel_bytes(plan),
      .segments = 1, .a = h, .a_stride = plan->unit_stride, .depth = plan->units,
      .b = plan->recurrent_kernel + gate * recurrent_bytes(plan), .x = factor, .y = times});
}

/** out = bias + a·B. */
static void multiply_single(const Plan *plan, const char *bias, const char *a, int64_t a_stride, int64_t depth,
                            const char *b, char *out) {
  multiply_matrices((Product){
      .start = FROM_BIAS, .finish = STORE, .rows = plan->rows, .panels = plan->unit_panels, .out = out,
      .stride = plan->unit_stride, .bias = bias, .segments = 1, .a = a, .a_stride = a_stride, .depth = depth, .b = b});
}

/** Masked copies of a step's input, one a gate; returns gate 0's, the input itself without masks. */
static const char *mask_inputs(const Plan *plan, int gates, const char *x, int64_t slot) {
  if (!plan->input_mask) return x;
  const int64_t bytes = input_bytes(plan);
  for (int gate = 0; gate < gates; gate++)
    multiply_arrays(x, plan->input_mask + gate * bytes, plan->masked_input + (gate * CHUNK + slot) * bytes, bytes);
  return plan->masked_input + slot * bytes;
}

static const char *mask_hidden(const Plan *plan, int gates, const char *h, int64_t slot) {
  if (!plan->hidden_mask) return h;
  const int64_t bytes = unit_bytes(plan);
  for (int gate = 0; gate < gates; gate++)
    multiply_arrays(h, plan->hidden_mask + gate * bytes, plan->masked_hidden + (gate * CHUNK + slot) * bytes, bytes);
  return plan->masked_hidden + slot * bytes;
}

/** From one gate's masked copy to the next one's; 0 where all gates see the same array. */
INLINE int64_t masked_input_step(const Plan *plan) { return plan->input_mask ? CHUNK * input_bytes(plan) : 0; }
INLINE int64_t masked_hidden_step(const Plan *plan) { return plan->hidden_mask ? CHUNK * unit_bytes(plan) : 0; }

/** dh += Σ over gates d_g·U_gᵀ (∘ mask_g). */
static void add_hidden_gradient(const Plan *plan, int gates, const char *d) {
  const int64_t step = CHUNK * unit_bytes(plan);
  Product p = {.rows = plan->rows, .panels = plan->unit_panels, .out = plan->hidden_gradient,
               .stride = plan->unit_stride, .a_stride = plan->unit_stride, .depth = plan->units};
  if (!plan->hidden_mask) {
    p.start = FROM_RESULT;
    p.finish = STORE;
    p.segments = gates;
    p.a = d;
    p.a_next = step;
    p.b = plan->transposed_recurrent;
    p.b_next = recurrent_bytes(plan);
    multiply_matrices(p);
    return;
  }
  p.start = FROM_ZERO;
  p.finish = ADD_MASKED;
  p.segments = 1;
  for (int gate = 0; gate < gates; gate++) {
    p.a = d + gate * step;
    p.b = plan->transposed_recurrent + gate * recurrent_bytes(plan);
    p.x = plan->hidden_mask + gate * unit_bytes(plan);
    multiply_matrices(p);
  }
}

/** dx += d·W_gᵀ (∘ mask_g) of one gate. */
static void add_input_gradient(const Plan *plan, int64_t gate, const char *d, char *dx) {
  Product p = {.start = FROM_RESULT, .finish = STORE, .rows = plan->rows, .panels = (plan->features + 7) >> 3,
               .out = dx, .stride = plan->input_gradient_stride, .segments = 1, .a = d,
               .a_stride = plan->unit_stride, .depth = plan->units,
               .b = plan->transposed_kernel + gate * transposed_kernel_bytes(plan)};
  if (plan->input_mask) {
    p.start = FROM_ZERO;
    p.finish = ADD_MASKED;
    p.x = plan->input_mask + gate * input_bytes(plan);
  }
  multiply_matrices(p);
}

/** Kernel, recurrent and bias gradients of one gate over the `steps` steps of a chunk that starts at x, h. */
static void accumulate_gate(const Plan *plan, int64_t gate, int64_t steps, const char *x, const char *h,
                            const char *d_input, const char *d_hidden) {
  const int64_t rows = steps * plan->rows;
  accumulate_gradient(rows, x, plan->input_stride, plan->features, d_input, plan->unit_stride, plan->unit_panels,
                      plan->kernel_gradient + gate * kernel_bytes(plan));
  accumulate_bias(rows, d_input, plan->unit_stride, plan->unit_panels, plan->bias_gradient + gate * bias_bytes(plan));
  accumulate_gradient(rows, h, plan->unit_stride, plan->units, d_hidden, plan->unit_stride, plan->unit_panels,
                      plan->recurrent_kernel_gradient + gate * recurrent_bytes(plan));
}

static void prepare_forward_bias(const Plan *plan, int64_t gates) {
  const int64_t bytes = bias_bytes(plan);
  memmove(plan->forward_bias, plan->bias, gates * bytes);
  if (!plan->reset_after) return;
  // z and r: both biases add; the candidate's recurrent bias stands inside r∘(h·U + b).
  for (int64_t at = 0; at < 2 * bytes; at += 4)
    store_one(plan->forward_bias + at, load_one(plan->bias + at) + load_one(plan->recurrent_bias + at));
}

static void prepare_recurrent(const Plan *plan, int64_t gates) {
  for (int64_t gate = 0; gate < gates; gate++) {
    transpose_panels(plan->recurrent_kernel + gate * recurrent_bytes(plan), plan->units, plan->units,
                     plan->transposed_recurrent + gate * recurrent_bytes(plan));
    if (plan->transposed_kernel)
      transpose_panels(plan->kernel + gate * kernel_bytes(plan), plan->features, plan->units,
                       plan->transposed_kernel + gate * transposed_kernel_bytes(plan));
  }
  prepare_forward_bias(plan, gates);
}
