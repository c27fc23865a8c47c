/** What a link to the page selects. Other pages write such links too: the keys and units stay as they are. */
export interface LinkState {
  /** The id of an element. */
  readonly section?: string;
  /** An operation by its name in the summary; absent for all requests. */
  readonly operation?: string;
  /** The shown part of the run, in seconds since its start; both or neither. */
  readonly from?: number;
  readonly to?: number;
  /** The marked second of the run. */
  readonly at?: number;
}

/** `section=load--x--charts&operation=meeting.join&from=34&to=44&at=40`, or the id of an element alone. */
export function readLink(hash: string): LinkState {
  const text = hash.replace(/^#/, '');
  if (!text.includes('=')) return text === '' ? {} : { section: decoded(text) };
  const values = new URLSearchParams(text);
  const [section, operation] = [values.get('section'), values.get('operation')];
  const [from, to, at] = [second(values.get('from')), second(values.get('to')), second(values.get('at'))];
  return {
    ...(section ? { section } : {}),
    ...(operation ? { operation } : {}),
    ...(from !== undefined && to !== undefined && from < to ? { from, to } : {}),
    ...(at === undefined ? {} : { at }),
  };
}

/** The link to a state, with `#`; seconds have at most one decimal. */
export function linkTo(state: LinkState): string {
  const values = new URLSearchParams();
  for (const [key, value] of Object.entries(state))
    if (value !== undefined && value !== '')
      values.set(key, typeof value === 'number' ? String(Number(value.toFixed(1))) : value);
  return `#${values}`;
}

/** Undefined for everything that is not a second of a run. */
function second(text: string | null): number | undefined {
  if (text === null || !/^\d+(\.\d+)?$/.test(text)) return undefined;
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that escapes nothing
  }
}
