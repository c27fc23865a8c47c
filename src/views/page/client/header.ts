import { setText } from '../../../look/client/dom.ts';
import { readLink } from '../link.ts';

/** Keeps the header in step with the page: its height, the current section, and its menu on a narrow screen. */
export function followSections(): void {
  const header = document.querySelector<HTMLElement>('header.top')!;
  const root = document.documentElement;
  new ResizeObserver(() => root.style.setProperty('--head', `${header.offsetHeight}px`)).observe(header);
  markCurrent(header);
  openMenu(header);
}

/** Marks the first section below the header, and its part of the run. */
function markCurrent(header: HTMLElement): void {
  const links = new Map(
    [...header.querySelectorAll<HTMLAnchorElement>('.sections a')].map((link) => [link.hash.slice(1), link]),
  );
  const sections = [...document.querySelectorAll<HTMLElement>('[data-section]')].filter(({ id }) =>
    links.has(id),
  );
  // From below the header to the middle of the screen.
  const below = watched(sections, '-100px 0px -50% 0px', update);
  const onScreen = watched([...sections, document.querySelector('footer')!], '0px', update);
  addEventListener('hashchange', update);
  // To the observers, sections may stay where they are while the page reaches its end.
  addEventListener('scrollend', update);

  function update(): void {
    // At the end of the page, the last sections cannot move up to the header.
    const { scrollHeight, clientHeight } = document.documentElement;
    const isAtEnd = scrollY > 0 && scrollY + clientHeight >= scrollHeight - 2;
    const linked = sections.find(({ id }) => id === readLink(location.hash).section);
    const last = linked && onScreen.has(linked) ? linked : sections.at(-1);
    const current = isAtEnd ? last : sections.find((section) => below.has(section));
    if (current) show(header, current, links);
  }
}

/** The elements within the screen and the margin; `changed` is called when others are. */
function watched(elements: readonly Element[], rootMargin: string, changed: () => void): Set<Element> {
  const inside = new Set<Element>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) inside.add(target);
        else inside.delete(target);
      changed();
    },
    { rootMargin, threshold: [0, 1] },
  );
  for (const element of elements) observer.observe(element);
  return inside;
}

function show(
  header: HTMLElement,
  section: HTMLElement,
  links: ReadonlyMap<string, HTMLAnchorElement>,
): void {
  const current = links.get(section.id)!;
  // The files belong to all parts: their part stays.
  const part = section.closest<HTMLElement>('article[data-phase]')?.id;
  for (const link of links.values()) mark(link, link === current);
  for (const link of header.querySelectorAll<HTMLAnchorElement>('.phases a'))
    if (part !== undefined) mark(link, link.hash === `#${part}`);
  for (const list of header.querySelectorAll<HTMLElement>('[data-sections-of]'))
    if (part !== undefined) list.hidden = list.dataset.sectionsOf !== part;
  setText(header.querySelector('[data-current]')!, current.textContent);
}

function mark(link: HTMLAnchorElement, isCurrent: boolean): void {
  if (isCurrent) link.setAttribute('aria-current', 'true');
  else link.removeAttribute('aria-current');
}

/** On a narrow screen, a button opens the links. A chosen link, Escape, and a click outside close them. */
function openMenu(header: HTMLElement): void {
  const button = header.querySelector<HTMLButtonElement>('.menu-button')!;
  const set = (isOpen: boolean) => button.setAttribute('aria-expanded', String(isOpen));
  button.addEventListener('click', () => set(button.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('click', ({ target }) => {
    const isOutside = target instanceof Element && !header.contains(target);
    if (isOutside || (target instanceof Element && target.closest('a'))) set(false);
  });
  header.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    set(false);
    button.focus();
  });
}
