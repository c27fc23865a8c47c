/** The most marks per name. The browser keeps marks until they are cleared, and a long meeting has many hands. */
const KEPT_MARKS = 500;

const counts = new Map<string, number>();

/** Adds an entry to the performance timeline. */
export function mark(name: string, detail?: object) {
  const count = (counts.get(name) ?? 0) + 1;
  if (count > KEPT_MARKS) performance.clearMarks(name);
  counts.set(name, count > KEPT_MARKS ? 1 : count);
  performance.mark(name, detail && { detail });
}

/** Adds an entry after the next paint, or at once if the page is hidden. */
export async function markPainted(name: string, detail?: object) {
  await painted();
  mark(name, detail);
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) resolve();
    // The first callback runs before the paint, the second after it.
    else requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}
