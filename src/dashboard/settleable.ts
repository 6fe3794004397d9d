// A promise that others settle.

export interface Settleable {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

export function settleable(): Settleable {
  let resolve = (): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<void>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
