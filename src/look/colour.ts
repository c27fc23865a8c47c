/** Colours of lines, by the names that `style/colours.css` gives them. */
export type Colour =
  | 'ok'
  | 'bad'
  | 'limited'
  | 'faint'
  | 'p50'
  | 'p90'
  | 'p95'
  | 'p99'
  | `c${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`;
