/** Opens what an address or a link names, when it is folded: a reader who follows a link wants no second click. */
export function openLinked(): void {
  const open = () => {
    const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(linked instanceof HTMLDetailsElement)) return;
    linked.open = true;
    linked.scrollIntoView();
  };
  addEventListener('hashchange', open);
  // The same link a second time changes no address.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link?.hash === location.hash) open();
  });
  open();
}

/** On paper nothing can be opened: everything that is folded is open there, without the tables of the charts. */
export function openForPrint(): void {
  const folded = () => document.querySelectorAll<HTMLDetailsElement>('details:not([open], .alternative)');
  let opened: HTMLDetailsElement[] = [];
  matchMedia('print').addEventListener('change', ({ matches }) => {
    if (matches) {
      opened = [...folded()];
      for (const details of opened) details.open = true;
    } else {
      for (const details of opened) details.open = false;
      opened = [];
    }
  });
}
