// Building elements. Text goes in as text: there is no other way to put it into the page.

export type Child = Node | string | null | false | undefined;

export interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  readonly role?: string;
  readonly tabIndex?: number;
  readonly hidden?: boolean;
  /** Other attributes, such as `aria-label`, `href`, `type`. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly style?: Readonly<Record<string, string>>;
  readonly on?: { readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  const { class: className, attributes, style, on, tabIndex, hidden, ...plain } = properties;
  if (className !== undefined) made.className = className;
  if (tabIndex !== undefined) made.tabIndex = tabIndex;
  if (hidden === true) made.hidden = true;
  for (const [name, value] of Object.entries({ ...plain, ...attributes }))
    made.setAttribute(name, String(value));
  // By the object model: a `style` attribute is what the page's policy refuses.
  for (const [name, value] of Object.entries(style ?? {})) made.style.setProperty(name, value);
  for (const [name, listener] of Object.entries(on ?? {}))
    made.addEventListener(name, listener as (event: Event) => void);
  append(made, children);
  return made;
}

export function append(parent: HTMLElement, children: readonly Child[]): void {
  for (const child of children) if (child != null && child !== false) parent.append(child);
}

export function replace(parent: HTMLElement, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

export function button(text: string, onClick: () => void, properties: Properties = {}): HTMLButtonElement {
  const { attributes, ...others } = properties;
  return element(
    'button',
    { ...others, attributes: { type: 'button', ...attributes }, on: { click: onClick } },
    text,
  );
}

export function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLLabelElement {
  const field = element(
    'select',
    { on: { change: () => onChange(field.value) } },
    ...options.map(([value, text]) => element('option', { attributes: { value } }, text)),
  );
  field.value = chosen;
  return element('label', { class: 'field' }, label, ' ', field);
}

export function link(text: string, href: string, properties: Properties = {}): HTMLAnchorElement {
  return element('a', { ...properties, attributes: { ...properties.attributes, href } }, text);
}

/** A panel with a heading; `beside`: what stands at the end of its line. */
export function panel(
  title: string,
  note: string,
  beside: readonly Child[],
  ...children: readonly Child[]
): HTMLElement {
  const id = `panel-${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return element(
    'section',
    { class: 'panel', attributes: { 'aria-labelledby': id } },
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { id }, title),
      element('span', { class: 'quiet panel-note' }, note),
      element('span', { class: 'spring' }),
      ...beside,
    ),
    ...children,
  );
}

/** Said to those who do not see the page change. */
export function announce(text: string): void {
  const status = document.querySelector('#status');
  if (status !== null) status.textContent = text;
}

/** A table of plain cells; numbers to the right. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
  rightAligned: readonly number[] = [],
  isWhole = false,
): HTMLElement {
  const classOf = (place: number): Properties => (rightAligned.includes(place) ? { class: 'number' } : {});
  return element(
    'div',
    {
      class: isWhole ? 'scroll whole' : 'scroll',
      tabIndex: 0,
      role: 'region',
      attributes: { 'aria-label': caption },
    },
    element(
      'table',
      {},
      element('caption', { class: 'visually-hidden' }, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...heads.map((head, at) => element('th', { ...classOf(at), attributes: { scope: 'col' } }, head)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map((cells) =>
          element('tr', {}, ...cells.map((cell, at) => element('td', classOf(at), cell))),
        ),
      ),
    ),
  );
}
