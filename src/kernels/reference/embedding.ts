// Scalar twin of assembly/embedding.ts for one sample: ids [T], table [V, U]; returns [T, U].

export function embed(ids: Float64Array, table: Float64Array, units: number): Float64Array {
  const out = new Float64Array(ids.length * units);
  ids.forEach((id, t) => {
    out.set(table.subarray(id * units, (id + 1) * units), t * units);
  });
  return out;
}
