/**
 * Runs the tasks of one key one after another, and those of different keys in parallel. Two updates of the same seat
 * must reach the database in their order, though each may use another connection.
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
