// Documents laid one over the other, before anything in them is checked: what variants and profiles are made of.

type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `over` laid over `base`: objects field by field, anything else (lists too) replaced whole. An object of another `type`
 * replaces: the fields of a recurrent model mean nothing to a dense one.
 */
export function mergeDocuments(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over) || isOtherType(base, over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over))
    merged[key] = Object.hasOwn(base, key) ? mergeDocuments(base[key], value) : value;
  return merged;
}

/** `target` with the values that `source` has for fields `target` states itself; none is added, no other `type` set. */
export function replaceStated(target: unknown, source: unknown): unknown {
  if (!isObject(target) || !isObject(source)) return source;
  if (isOtherType(target, source)) return target;
  return Object.fromEntries(
    Object.entries(target).map(([key, value]) => [
      key,
      Object.hasOwn(source, key) ? replaceStated(value, source[key]) : value,
    ]),
  );
}

function isOtherType(base: Fields, over: Fields): boolean {
  return base.type !== undefined && over.type !== undefined && base.type !== over.type;
}
