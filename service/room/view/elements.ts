/**
 * The element of `index.html` with this id.
 * @throws {Error} if it is missing or of another kind
 */
export function element<Kind extends Element = HTMLElement>(
  id: string,
  kind: abstract new () => Kind = HTMLElement as never,
): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} #${id}`);
  return found;
}

/** Shows a text in an element, or hides the element without a text. Does not set an equal text again. */
export function show(target: HTMLElement, text: string | undefined) {
  target.hidden = text === undefined;
  if (text !== undefined && target.textContent !== text) target.textContent = text;
}

/** Sets the text of a button that also has an icon. */
export function label(button: HTMLButtonElement, text: string) {
  const words = button.querySelector('span')!;
  if (words.textContent !== text) words.textContent = text;
}
