// Tools that some tests need and a machine may lack. Without one its tests are skipped, visibly, with the reason; where
// SWEEP_TEST_REQUIRE names it (`nats,chromium`: a machine that must run everything) they fail instead.

export type TestTool = 'nats' | 'chromium' | 'onnxruntime';

/** For the `skip` of a test that needs `tool`: false when it is there (`missing` is null), else why it is skipped. */
export function skipOrFail(
  tool: TestTool,
  missing: string | null,
  required = process.env.SWEEP_TEST_REQUIRE ?? '',
): string | false {
  if (missing === null) return false;
  const names = required.split(',').map((name) => name.trim());
  if (names.includes(tool)) throw new Error(`${missing}, and SWEEP_TEST_REQUIRE=${required} demands it`);
  return missing;
}
