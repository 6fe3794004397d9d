// Waits for a condition with a limit, in place of sleeping.

const LOOK_EVERY_MS = 5;
const LOOK_AT_LEAST_EVERY_MS = 1_000;

/** Resolves when `condition` is true; fails with `what` after `limitMs`. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const from = performance.now();
    if (await condition()) return;
    const now = performance.now();
    if (now > deadline) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    // A look that takes long takes from what is waited for.
    const pause = Math.min(Math.max(LOOK_EVERY_MS, now - from), LOOK_AT_LEAST_EVERY_MS);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
