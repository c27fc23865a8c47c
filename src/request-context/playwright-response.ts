import type { APIResponse } from '@playwright/test';

/**
 * An answer of Playwright's context with its body taken out. Playwright keeps every body and every log until the
 * context closes, so a long run would grow with its requests; here the garbage collector takes them.
 * @param url what was called; the connection may have gone elsewhere
 */
export async function withOwnBody<T>(answer: APIResponse<T>, url: string): Promise<APIResponse<T>> {
  let kept: Buffer | undefined = await answer.body();
  await answer.dispose();
  const body = async () => {
    if (kept === undefined) throw new Error('Response has been disposed');
    return kept;
  };
  const text = async () => (await body()).toString('utf8');
  const dispose = async () => {
    kept = undefined;
  };
  const own: Partial<APIResponse<T>> = {
    url: () => url,
    body,
    text,
    json: async () => JSON.parse(await text()) as T,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
  // Status, headers and timing stay those of the answer.
  return Object.assign(Object.create(answer) as APIResponse<T>, own);
}
