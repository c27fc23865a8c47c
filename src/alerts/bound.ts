/** An abort that comes after `ms`, or with `outer`. Unlike `AbortSignal.timeout`, nothing of it is left after `end()`. */
export function bound(ms: number, outer?: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const follow = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('too late', 'TimeoutError')), ms);
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}
