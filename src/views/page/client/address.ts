import { type LinkState, linkTo, readLink } from '../link.ts';
import type { Phases } from './phases.ts';

/** Replaces the address when the reader changes what is shown, so that it can be copied at any time. */
export function keepInAddress(state: LinkState): void {
  history.replaceState(history.state, '', linkTo(state));
}

/**
 * Shows what the address names: at first, after a click on a link, and after "back" and "forward". The id of an element
 * alone moves the page, and changes nothing in the charts; the address then has what they show, for "back".
 */
export function followAddress(phases: Phases): void {
  const follow = () => {
    const state = readLink(location.hash);
    if (location.hash.includes('=')) phases.show(state);
    else if (state.section === undefined) phases.reset();
    else keepIfKnown(phases.goTo(state.section));
  };
  addEventListener('hashchange', follow);
  // A second click on the same link does not change the address.
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link?.hash === location.hash) follow();
  });
  if (location.hash.length > 1) follow();
}

/** An id without an element stays in the address as it is. */
function keepIfKnown(state: LinkState): void {
  if (state.section !== undefined) keepInAddress(state);
}
