/** Opens what an address or a link names, when it is folded: nobody who follows a link wants to click once more. */
export function openWhatIsAsked(): void {
  const open = () => {
    const asked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(asked instanceof HTMLDetailsElement)) return;
    asked.open = true;
    asked.scrollIntoView();
  };
  addEventListener('hashchange', open);
  // The same link a second time changes no address.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link?.hash === location.hash) open();
  });
  open();
}
