import type { APIResponse } from '@playwright/test';

/**
 * Takes the body out of an answer of Playwright's context. Playwright keeps each body and log until the context closes, so
 * the memory of a long run would grow with its requests.
 * @param url the called URL; the connection may use another address
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
  // Status, headers and timing come from the answer.
  return Object.assign(Object.create(answer) as APIResponse<T>, own);
}
