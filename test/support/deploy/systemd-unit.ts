// A systemd unit as tests read it: the settings of its [Service] section, in order.
export interface UnitService {
  /** Values of each setting; an empty one takes back those before it. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
}

export function readService(text: string): UnitService {
  const settings = new Map<string, string[]>();
  let section = '';
  for (const line of text.split('\n')) {
    const header = /^\[(\w+)\]$/.exec(line);
    if (header !== null) section = header[1] ?? '';
    const setting = /^(\w+)=(.*)$/.exec(line);
    if (section !== 'Service' || setting === null) continue;
    const [, name = '', value = ''] = setting;
    settings.set(
      name,
      value === '' && name !== 'CapabilityBoundingSet' ? [] : [...(settings.get(name) ?? []), value],
    );
  }
  return { settings };
}

/** The last value of a setting. Throws when the unit has none. */
export function setting(unit: UnitService, name: string): string {
  const value = unit.settings.get(name)?.at(-1);
  if (value === undefined) throw new Error(`the unit has no ${name}`);
  return value;
}

/** The variables of its Environment lines, with `%d` and the like as `specifiers` say. */
export function unitEnvironment(
  unit: UnitService,
  specifiers: Readonly<Record<string, string>>,
): Record<string, string> {
  const pairs = (unit.settings.get('Environment') ?? []).flatMap((line) => line.split(' '));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value.replaceAll(/%(\w)/g, (specifier) => specifiers[specifier] ?? specifier)];
    }),
  );
}
