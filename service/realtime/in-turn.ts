/**
 * Runs the tasks of one key one after the other, and those of different keys side by side. Two notes about the
 * same seat must reach the database in the order in which they happened, whatever connections they take.
 */
export function inTurn() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const run = (last.get(key) ?? Promise.resolve()).then(task, task);
    last.set(key, run);
    const forget = () => {
      if (last.get(key) === run) last.delete(key);
    };
    run.then(forget, forget);
    return run;
  };
}
