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
