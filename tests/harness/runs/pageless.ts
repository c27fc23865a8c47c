import { type PassingOn, passingOn } from './passing-on.ts';

/** A meetings service that answers `/` with 404, so that browsers have no page. */
export function withoutPage(upstream: string): Promise<PassingOn> {
  return passingOn(upstream, {
    answers({ url }, outgoing) {
      if (url !== '/') return false;
      outgoing.writeHead(404).end('no page here');
      return true;
    },
  });
}
