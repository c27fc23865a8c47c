/** Marks are kept by the browser until they are cleared; a long meeting has many hands. */
const KEPT_MARKS = 500;

const counts = new Map<string, number>();

/** An entry of the performance timeline, now. */
export function mark(name: string, detail?: object) {
  const count = (counts.get(name) ?? 0) + 1;
  if (count > KEPT_MARKS) performance.clearMarks(name);
  counts.set(name, count > KEPT_MARKS ? 1 : count);
  performance.mark(name, detail && { detail });
}

/** The same once what was changed in the page is on the screen. A page that is not shown paints nothing: then at once. */
export async function markPainted(name: string, detail?: object) {
  await painted();
  mark(name, detail);
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) resolve();
    // The first comes before the paint, the second after it.
    else requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}
