/** An element of the page; throws if it is missing. */
export function byId<Element extends HTMLElement = HTMLElement>(id: string): Element {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element with the ID "${id}".`);
  return found as Element;
}

/** Sets a text only if it differs, so that it stays selected and is not read out again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A new element. Its text is shown as it is, and never read as markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { text, className }: { text?: string; className?: string } = {},
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}

/** Makes a button switch its `aria-pressed` state; `switched` gets the new state. */
export function onSwitch(button: HTMLElement, switched: (isPressed: boolean) => void): void {
  button.addEventListener('click', () => {
    const isPressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isPressed));
    switched(isPressed);
  });
}

/** How the items of a list become elements. */
export interface Listed<Item> {
  key(item: Item): string;
  make(item: Item): HTMLElement;
  update(element: HTMLElement, item: Item): void;
}

/** Shows these items in their order; the elements of items that stay are reused. */
export function list<Item>(
  parent: HTMLElement,
  items: readonly Item[],
  { key, make, update }: Listed<Item>,
): void {
  const known = new Map(
    [...parent.children].map((child) => [(child as HTMLElement).dataset.key, child as HTMLElement]),
  );
  for (const [position, item] of items.entries()) {
    const name = key(item);
    const child = known.get(name) ?? make(item);
    known.delete(name);
    child.dataset.key = name;
    if (parent.children[position] !== child) parent.insertBefore(child, parent.children[position] ?? null);
    update(child, item);
  }
  for (const gone of known.values()) gone.remove();
}

/** A list of text lines, each with a state for the style. */
export function lines<Item>(
  parent: HTMLElement,
  items: readonly Item[],
  read: (item: Item) => { key: string; text: string; state?: string },
): void {
  list(parent, items, {
    key: (item) => read(item).key,
    make: () => element('li'),
    update(line, item) {
      const { text, state } = read(item);
      setText(line, text);
      if (state !== undefined) line.dataset.state = state;
    },
  });
}

/** The cells of a table row: the first one names it, the others are figures. */
export function row(parent: HTMLElement, cells: readonly string[]): void {
  list(
    parent,
    cells.map((text, column) => ({ text, column })),
    {
      key: ({ column }) => String(column),
      make: ({ column }) => {
        if (column > 0) return element('td', { className: 'n' });
        const head = element('th');
        head.scope = 'row';
        return head;
      },
      update: (cell, { text }) => setText(cell, text),
    },
  );
}
