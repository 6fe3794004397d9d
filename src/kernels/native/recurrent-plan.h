// What a recurrent kernel works on, read from the plan that the engine wrote (../assembly/recurrent-plan.ts tells what
// each field is): the same fields in the same order, 32 bits each. Addresses become pointers here; 0 stays null.
#pragma once
#include "lanes.h"

#define PLAN_FIELDS(SIZE, ADDRESS)                                                                                  \
  SIZE(timesteps) SIZE(rows) SIZE(features) SIZE(units) SIZE(unit_panels) SIZE(input_stride) SIZE(unit_stride)      \
  SIZE(gate_step) SIZE(activation) SIZE(recurrent_activation) SIZE(reset_after) ADDRESS(kernel)                     \
  ADDRESS(recurrent_kernel) ADDRESS(bias) ADDRESS(recurrent_bias) ADDRESS(kernel_gradient)                          \
  ADDRESS(recurrent_kernel_gradient) ADDRESS(bias_gradient) ADDRESS(recurrent_bias_gradient)                        \
  ADDRESS(transposed_recurrent) ADDRESS(transposed_kernel) ADDRESS(forward_bias) ADDRESS(input) ADDRESS(hidden)     \
  ADDRESS(cell) ADDRESS(gates) ADDRESS(reset_hidden) ADDRESS(gate_gradients) ADDRESS(hidden_gradient)               \
  ADDRESS(cell_gradient) ADDRESS(output_gradient) ADDRESS(input_gradient) SIZE(input_gradient_stride)               \
  ADDRESS(input_mask) ADDRESS(hidden_mask) ADDRESS(masked_input) ADDRESS(masked_hidden)

#define SIZE_FIELD(name) int64_t name;
#define ADDRESS_FIELD(name) char *name;
typedef struct {
  PLAN_FIELDS(SIZE_FIELD, ADDRESS_FIELD)
} Plan;

#define COUNT_FIELD(name) +1
enum { PLAN_BYTES = 4 * (0 PLAN_FIELDS(COUNT_FIELD, COUNT_FIELD)) };

/** Time steps whose kernel gradients are summed in one go. */
enum { CHUNK = 4 };

static Plan read_plan(char *memory, const char *address) {
  const uint32_t *field = (const uint32_t *)address;
  Plan plan;
#define READ_SIZE(name) plan.name = (int32_t)*field++;
#define READ_ADDRESS(name) plan.name = *field ? memory + *field : 0; field++;
  PLAN_FIELDS(READ_SIZE, READ_ADDRESS)
  return plan;
}

INLINE int64_t unit_bytes(const Plan *plan) { return plan->rows * plan->unit_stride; }
INLINE int64_t input_bytes(const Plan *plan) { return plan->rows * plan->input_stride; }
/** Bytes of one gate's packed kernel, recurrent kernel, bias and transposed kernel. */
INLINE int64_t kernel_bytes(const Plan *plan) { return plan->unit_panels * plan->features * 32; }
INLINE int64_t recurrent_bytes(const Plan *plan) { return plan->unit_panels * plan->units * 32; }
INLINE int64_t bias_bytes(const Plan *plan) { return plan->unit_panels * 32; }
INLINE int64_t transposed_kernel_bytes(const Plan *plan) { return ((plan->features + 7) >> 3) * plan->units * 32; }
