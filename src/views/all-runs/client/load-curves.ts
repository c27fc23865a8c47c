import { REGISTER, type RunCurves } from '../curves/schema.ts';

type Registering = { [REGISTER]?: (json: string) => void };

/** The curves of one run, from the script in its folder; rejects with a sentence if the run has no curves. */
export function loadCurves(id: string): Promise<RunCurves> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    let loaded: RunCurves | undefined;
    // Files are loaded one after the other, so that each call is that of this file.
    (window as Registering)[REGISTER] = (json) => {
      loaded = JSON.parse(json) as RunCurves;
    };
    script.src = `runs/${encodeURIComponent(id)}/curves.js`;
    script.addEventListener('load', () => {
      script.remove();
      if (loaded?.entry.runId === id) resolve(loaded);
      else
        reject(
          new Error(`The curves of run ${id} are damaged. Make them again with npx fullhouse report ${id}`),
        );
    });
    script.addEventListener('error', () => {
      script.remove();
      reject(
        new Error(
          `The curves of run ${id} cannot be loaded: its folder was moved or deleted, or it has no file curves.js. Make them with npx fullhouse report ${id}`,
        ),
      );
    });
    document.head.append(script);
  });
}
