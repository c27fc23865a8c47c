import { type PassingOn, passingOn } from './passing-on.ts';

/** A meetings service without a page: there is nothing at `/`, which is what a browser asks for. */
export function withoutPage(upstream: string): Promise<PassingOn> {
  return passingOn(upstream, {
    answers({ url }, outgoing) {
      if (url !== '/') return false;
      outgoing.writeHead(404).end('no page here');
      return true;
    },
  });
}
