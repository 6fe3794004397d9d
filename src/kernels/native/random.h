// Dropout masks from Philox4x32-10 (see ../assembly/random.ts): BLOCKS counters at a time, each in lanes of its own.
#pragma once
#include "lanes.h"

enum { BLOCKS = 16 };

/** Four words of each of BLOCKS consecutive counters: words[w][block]. */
static void philox_blocks(uint32_t first, const uint32_t counter[3], uint32_t k0, uint32_t k1,
                          uint32_t words[4][BLOCKS]) {
  for (int i = 0; i < BLOCKS; i++) {
    words[0][i] = first + (uint32_t)i;
    words[1][i] = counter[0];
    words[2][i] = counter[1];
    words[3][i] = counter[2];
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < BLOCKS; i++) {
      const uint64_t product0 = (uint64_t)0xd2511f53u * words[0][i];
      const uint64_t product1 = (uint64_t)0xcd9e8d57u * words[2][i];
      const uint32_t next0 = (uint32_t)(product1 >> 32) ^ words[1][i] ^ k0;
      const uint32_t next2 = (uint32_t)(product0 >> 32) ^ words[3][i] ^ k1;
      words[1][i] = (uint32_t)product1;
      words[3][i] = (uint32_t)product0;
      words[0][i] = next0;
      words[2][i] = next2;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

/** mask[i] = 0 with probability threshold/2^32, else `keep`; counter (first + i/4, purpose, epoch, step). */
static void fill_dropout_mask(char *mask, int64_t count, uint32_t threshold, float keep, uint32_t key_low,
                              uint32_t key_high, uint32_t first, const uint32_t counter[3]) {
  uint32_t words[4][BLOCKS];
  for (int64_t done = 0; done < count; done += 4 * BLOCKS) {
    philox_blocks(first + (uint32_t)(done >> 2), counter, key_low, key_high, words);
    const int64_t left = count - done < 4 * BLOCKS ? count - done : 4 * BLOCKS;
    for (int64_t i = 0; i < left; i++)
      store_one(mask + 4 * (done + i), words[i & 3][i >> 2] < threshold ? 0.0f : keep);
  }
}
