// The exports of a native kernel library, one build a vector width (WIDTH lanes of float32): see ../kernels.ts for what
// each does and ../assembly for the siblings whose bits each gives. `memory` is where the WebAssembly memory begins that
// addresses count from; they, strides and counts come as 64-bit integers, so that negative steps stay negative.
#include "attention.h"
#include "embedding.h"
#include "gather.h"
#include "gru.h"
#include "layer-normalization.h"
#include "loss.h"
#include "lstm.h"
#include "optimizer.h"
#include "pooling.h"
#include "random.h"
#include "softmax.h"

#define KERNEL __attribute__((visibility("default"))) void
typedef int64_t address;
typedef int64_t integer;

__attribute__((visibility("default"))) int32_t vectorWidth(void) { return WIDTH; }
__attribute__((visibility("default"))) int32_t recurrentPlanBytes(void) { return PLAN_BYTES; }

/** Whether this processor and its operating system run code for `width` lanes; only the narrowest library is asked. */
__attribute__((visibility("default"))) int32_t runsWidth(int32_t width) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (width == 16)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (width == 8) return __builtin_cpu_supports("avx2") != 0;
#endif
  return width == 4;
}

/** Outside `memory` lie the series and the indices. Strides of the series are values, of `out` bytes. */
KERNEL gatherWindows(char *memory, const char *values, const uint32_t *indices, integer rows, integer first_value,
                     integer anchor_stride, integer step_values, integer timesteps, integer features, address out,
                     integer time_stride, integer row_stride, integer from_last) {
  for (int64_t row = 0; row < rows; row++) {
    const char *from = values + 4 * (first_value + (int64_t)indices[row] * anchor_stride);
    char *to = memory + out + row * row_stride;
    if (from_last) copy_window(from, 4 * step_values, timesteps, features, 1, to, time_stride);
    else copy_window(from, 4 * step_values, timesteps, features, 0, to, time_stride);
  }
}

KERNEL activateInPlace(char *memory, integer code, address values, integer count) {
  activate_in_place((int)code, memory + values, count << 2);
}
KERNEL activationBackward(char *memory, integer code, address output, address gradient, integer count) {
  activation_backward((int)code, memory + output, memory + gradient, count << 2);
}
KERNEL accumulateBias(char *memory, integer rows, address d, integer d_stride, integer panels, address bias_gradient) {
  accumulate_bias(rows, memory + d, d_stride, panels, memory + bias_gradient);
}
KERNEL accumulateGradient(char *memory, integer rows, address a, integer a_stride, integer depth, address d,
                          integer d_stride, integer panels, address gradient) {
  accumulate_gradient(rows, memory + a, a_stride, depth, memory + d, d_stride, panels, memory + gradient);
}
KERNEL transposePanels(char *memory, address b, integer depth, integer columns, address transposed) {
  transpose_panels(memory + b, depth, columns, memory + transposed);
}

KERNEL denseForward(char *memory, integer rows, address x, integer x_stride, integer features, address kernel,
                    address bias, integer panels, address out) {
  multiply_matrices((Product){.start = FROM_BIAS, .finish = STORE, .rows = rows, .panels = panels, .out = memory + out,
                              .stride = panels * PANEL_BYTES, .bias = memory + bias, .segments = 1, .a = memory + x,
                              .a_stride = x_stride, .depth = features, .b = memory + kernel});
}
KERNEL denseBackward(char *memory, integer rows, address x, integer x_stride, integer features, address d,
                     integer units, integer panels, address kernel_gradient, address bias_gradient,
                     address transposed_kernel, address dx, integer dx_stride) {
  const int64_t stride = panels * PANEL_BYTES;
  accumulate_gradient(rows, memory + x, x_stride, features, memory + d, stride, panels, memory + kernel_gradient);
  accumulate_bias(rows, memory + d, stride, panels, memory + bias_gradient);
  if (!dx) return;
  multiply_matrices((Product){.start = FROM_ZERO, .finish = STORE, .rows = rows, .panels = (features + 7) >> 3,
                              .out = memory + dx, .stride = dx_stride, .segments = 1, .a = memory + d,
                              .a_stride = stride, .depth = units, .b = memory + transposed_kernel});
}

KERNEL convForward(char *memory, integer rows, integer taps, address a, integer a_next, integer a_stride, integer depth,
                   address b, integer b_next, address bias, integer panels, address out, integer out_stride) {
  multiply_matrices((Product){.start = FROM_BIAS, .finish = STORE, .rows = rows, .panels = panels, .out = memory + out,
                              .stride = out_stride, .bias = memory + bias, .segments = taps > 1 ? taps : 1,
                              .a = memory + a, .a_next = a_next, .a_stride = a_stride, .depth = taps ? depth : 0,
                              .b = memory + b, .b_next = b_next});
}
KERNEL convInputGradient(char *memory, integer rows, integer taps, address a, integer a_next, integer a_stride,
                         integer depth, address b, integer b_next, integer panels, address out, integer out_stride) {
  multiply_matrices((Product){.start = FROM_ZERO, .finish = STORE, .rows = rows, .panels = panels, .out = memory + out,
                              .stride = out_stride, .segments = taps > 1 ? taps : 1, .a = memory + a,
                              .a_next = a_next, .a_stride = a_stride, .depth = taps ? depth : 0, .b = memory + b,
                              .b_next = b_next});
}

#define WINDOWS &(const Windows){steps, step_bytes, count, size, strides, pad_before}
KERNEL maxPool(char *memory, address x, integer steps, integer step_bytes, integer count, integer size, integer strides,
               integer pad_before, address out) {
  max_pool(WINDOWS, memory + x, memory + out);
}
KERNEL maxPoolGradient(char *memory, address x, address out, address d, address dx, integer steps, integer step_bytes,
                       integer count, integer size, integer strides, integer pad_before) {
  max_pool_gradient(WINDOWS, memory + x, memory + out, memory + d, memory + dx);
}
KERNEL globalMaxGradient(char *memory, address x, address out, address d, address dx, integer steps,
                         integer step_bytes) {
  global_max_gradient(memory + x, memory + out, memory + d, memory + dx, steps, step_bytes);
}
KERNEL averagePool(char *memory, address x, integer steps, integer step_bytes, integer count, integer size,
                   integer strides, integer pad_before, address out) {
  average_pool(WINDOWS, memory + x, memory + out);
}
KERNEL averagePoolGradient(char *memory, address d, address dx, integer steps, integer step_bytes, integer count,
                           integer size, integer strides, integer pad_before) {
  average_pool_gradient(WINDOWS, memory + d, memory + dx);
}

KERNEL embeddingForward(char *memory, address ids, integer id_stride, integer count, address table, integer row_bytes,
                        address out) {
  embedding_forward(memory + ids, id_stride, count, memory + table, row_bytes, memory + out);
}
KERNEL embeddingGradient(char *memory, address ids, integer id_stride, integer count, address d, integer row_bytes,
                         address gradient) {
  embedding_gradient(memory + ids, id_stride, count, memory + d, row_bytes, memory + gradient);
}

KERNEL layerNormForward(char *memory, integer rows, address x, integer x_stride, integer units, address gamma,
                        address beta, float epsilon, address normalized, address scales, address out, integer stride) {
  layer_norm_forward(rows, memory + x, x_stride, units, memory + gamma, memory + beta, epsilon, memory + normalized,
                     memory + scales, memory + out, stride);
}
KERNEL layerNormInputGradient(char *memory, integer rows, address d, integer stride, integer units, address gamma,
                              address normalized, address scales, address dx, integer dx_stride) {
  layer_norm_input_gradient(rows, memory + d, stride, units, memory + gamma, memory + normalized, memory + scales,
                            memory + dx, dx_stride);
}

KERNEL distanceLoss(char *memory, integer code, integer rows, integer units, address predictions, integer stride,
                    address targets, integer is_one, double scale, address gradients, address sum) {
#define LOSS(code)                                                                                                  \
  distance_loss(code, rows, units, memory + predictions, stride, memory + targets, is_one != 0, scale,             \
                memory + gradients)
  const double total = code == MAE ? LOSS(MAE) : code == MSE ? LOSS(MSE) : LOSS(HUBER);
  memcpy(memory + sum, &total, sizeof total);
}
KERNEL softmaxForward(char *memory, integer rows, integer units, address values, integer stride) {
  softmax_forward(rows, units, memory + values, stride);
}
KERNEL softmaxBackward(char *memory, integer rows, integer units, address output, address gradient, integer stride) {
  softmax_backward(rows, units, memory + output, memory + gradient, stride);
}
KERNEL rowProducts(char *memory, integer steps, integer rows, address x, integer x_stride, address y, integer y_stride,
                   integer columns, address out) {
  row_products(steps, rows, memory + x, x_stride, memory + y, y_stride, columns, memory + out);
}
KERNEL softmaxOverTime(char *memory, address scores, integer steps, integer rows) {
  softmax_over_time(memory + scores, steps, rows);
}
KERNEL softmaxGradient(char *memory, address weights, address d, integer steps, integer rows) {
  softmax_gradient(memory + weights, memory + d, steps, rows);
}
KERNEL weightedSum(char *memory, integer steps, integer rows, address weights, address x, integer x_stride,
                   integer columns, address out, integer out_stride) {
  weighted_sum(steps, rows, memory + weights, memory + x, x_stride, columns, memory + out, out_stride);
}
KERNEL addWeighted(char *memory, integer steps, integer rows, address weights, address d, integer d_stride,
                   integer columns, address dx, integer dx_stride) {
  add_weighted(steps, rows, memory + weights, memory + d, d_stride, columns, memory + dx, dx_stride);
}
KERNEL scoreGradient(char *memory, integer rows, address d, address x, address query, integer panels,
                     address query_gradient, address dx) {
  score_gradient(rows, memory + d, memory + x, memory + query, panels, memory + query_gradient, memory + dx);
}

#define WITH_PLAN const Plan read = read_plan(memory, memory + plan)
KERNEL prepareForward(char *memory, address plan, integer gates) { WITH_PLAN; prepare_forward_bias(&read, gates); }
KERNEL prepareRecurrent(char *memory, address plan, integer gates) { WITH_PLAN; prepare_recurrent(&read, gates); }
KERNEL gruForward(char *memory, address plan) { WITH_PLAN; gru_forward(&read); }
KERNEL gruBackward(char *memory, address plan) { WITH_PLAN; gru_backward(&read); }
KERNEL lstmForward(char *memory, address plan) { WITH_PLAN; lstm_forward(&read); }
KERNEL lstmBackward(char *memory, address plan) { WITH_PLAN; lstm_backward(&read); }

KERNEL multiply(char *memory, address a, address b, address out, integer count) {
  multiply_arrays(memory + a, memory + b, memory + out, count << 2);
}
KERNEL addInto(char *memory, address a, address out, integer count) {
  add_arrays(memory + a, memory + out, count << 2);
}
KERNEL addColumns(char *memory, address a, integer a_stride, address out, integer out_stride, integer rows,
                  integer columns) {
  add_columns(memory + a, a_stride, memory + out, out_stride, rows, columns);
}
KERNEL addScaled(char *memory, address a, address b, float factor, address out, integer count) {
  add_scaled_arrays(memory + a, memory + b, factor, memory + out, count << 2);
}
KERNEL scale(char *memory, address a, float factor, address out, integer count) {
  scale_array(memory + a, factor, memory + out, count << 2);
}
KERNEL fillZero(char *memory, address out, integer bytes) { memset(memory + out, 0, bytes); }
KERNEL reverseTime(char *memory, address a, address out, integer steps, integer step_bytes) {
  reverse_time(memory + a, memory + out, steps, step_bytes);
}
KERNEL flattenTile(char *memory, address a, integer step_bytes, integer stride_bytes, address out, integer row_bytes,
                   integer steps, integer rows, integer features) {
  flatten_tile(memory + a, step_bytes, stride_bytes, memory + out, row_bytes, steps, rows, features);
}
KERNEL unflattenTile(char *memory, address a, integer row_bytes, address out, integer step_bytes, integer stride_bytes,
                     integer steps, integer rows, integer features) {
  unflatten_tile(memory + a, row_bytes, memory + out, step_bytes, stride_bytes, steps, rows, features);
}
KERNEL fillDropoutMask(char *memory, address mask, integer count, integer threshold, float keep, integer key_low,
                       integer key_high, integer first, integer purpose, integer epoch, integer step) {
  const uint32_t counter[3] = {(uint32_t)purpose, (uint32_t)epoch, (uint32_t)step};
  fill_dropout_mask(memory + mask, count, (uint32_t)threshold, keep, (uint32_t)key_low, (uint32_t)key_high,
                    (uint32_t)first, counter);
}

KERNEL stepSgd(char *memory, address p, address g, address velocity, integer count, float learning_rate,
               float momentum) {
  step_sgd(memory + p, memory + g, memory + velocity, count << 2, learning_rate, momentum);
}
KERNEL stepRmsprop(char *memory, address p, address g, address s, integer count, float learning_rate, float rho,
                   float one_minus_rho, float epsilon) {
  step_rmsprop(memory + p, memory + g, memory + s, count << 2, learning_rate, rho, one_minus_rho, epsilon);
}
KERNEL stepAdam(char *memory, address p, address g, address m, address v, integer count, float corrected_rate,
                float beta1, float one_minus_beta1, float beta2, float one_minus_beta2, float epsilon) {
  step_adam(memory + p, memory + g, memory + m, memory + v, count << 2, corrected_rate,
            (AdamConstants){beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon});
}
KERNEL replaySgd(char *memory, address p, address zeros, address velocity, integer count, address rates, integer steps,
                 float momentum) {
  for (int64_t i = 0; i < steps; i++)
    step_sgd(memory + p, memory + zeros, memory + velocity, count << 2, load_one(memory + rates + 4 * i), momentum);
}
KERNEL replayRmsprop(char *memory, address p, address zeros, address s, integer count, address rates, integer steps,
                     float rho, float one_minus_rho, float epsilon) {
  for (int64_t i = 0; i < steps; i++)
    step_rmsprop(memory + p, memory + zeros, memory + s, count << 2, load_one(memory + rates + 4 * i), rho,
                 one_minus_rho, epsilon);
}
KERNEL replayAdam(char *memory, address p, address zeros, address m, address v, integer count, address rates,
                  integer steps, float beta1, float one_minus_beta1, float beta2, float one_minus_beta2,
                  float epsilon) {
  const AdamConstants constants = {beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon};
  for (int64_t i = 0; i < steps; i++)
    step_adam(memory + p, memory + zeros, memory + m, memory + v, count << 2, load_one(memory + rates + 4 * i),
              constants);
}
