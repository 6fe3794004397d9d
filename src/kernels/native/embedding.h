// Rows of a table looked up by token id (ids lie as float32 values); siblings in ../assembly/embedding.ts.
#pragma once
#include "lanes.h"

static void embedding_forward(const char *ids, int64_t id_stride, int64_t count, const char *table, int64_t row_bytes,
                              char *out) {
  for (int64_t i = 0; i < count; i++, ids += id_stride, out += row_bytes)
    memmove(out, table + (int64_t)(int32_t)load_one(ids) * row_bytes, row_bytes);
}

/** gradient[id] += d, id after id in order. */
static void embedding_gradient(const char *ids, int64_t id_stride, int64_t count, const char *d, int64_t row_bytes,
                               char *gradient) {
  for (int64_t i = 0; i < count; i++, ids += id_stride, d += row_bytes) {
    char *row = gradient + (int64_t)(int32_t)load_one(ids) * row_bytes;
    FOR_LANES(row_bytes, { WRITE(row, READ(row) + READ(d)); });
  }
}
