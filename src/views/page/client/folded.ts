/** Opens the details that the address or a clicked link names, so that the reader needs no second click. */
export function openLinked(): void {
  const open = () => {
    const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(linked instanceof HTMLDetailsElement)) return;
    linked.open = true;
    linked.scrollIntoView();
  };
  addEventListener('hashchange', open);
  // A second click on the same link does not change the address.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link?.hash === location.hash) open();
  });
  open();
}

/** Opens all details for printing, except the tables of the charts. */
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
