// What an answer says beside its content stands in no checksum: its sequence number, whether there is one at all. A network may
// change a bit of it, and what was asked may be asked again: two answers in a row that are the same are believed.

/** A value that changes all the time has no two: then the last answer will do. */
const MOST_ASKED = 5;

/** `first`: an answer that is there already. `isSure`: it can be believed alone. */
export async function askUntilAgreed<Value>(
  ask: () => Promise<Value>,
  isSame: (one: Value, other: Value) => boolean,
  {
    first,
    isSure = () => false,
  }: { readonly first?: Value; readonly isSure?: (value: Value) => boolean } = {},
): Promise<Value> {
  let value = first ?? (await ask());
  for (let asked = 1; asked < MOST_ASKED && !isSure(value); asked += 1) {
    const again = await ask();
    if (isSame(value, again)) break;
    value = again;
  }
  return value;
}
