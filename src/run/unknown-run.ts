/** The number of runs that a message lists, the latest first. */
const LISTED = 5;

/** Words for runs that commands about the history understand. */
const WORDS = ['last', 'previous', 'baseline'];

/**
 * The message about a run that a command cannot use.
 * @param about what is wrong with the run: a sentence
 * @param known the ids of the runs that the command can use, the oldest first
 */
export function unknownRun(written: string | undefined, about: string, known: readonly string[]): string {
  if (known.length === 0) return `${about} Start a run with \`npx playwright test\`.`;
  const latest = known.slice(-LISTED).reverse().join(', ');
  return written !== undefined && WORDS.includes(written)
    ? `"${written}" is not the id of a run. Without an id, this command takes the newest run. The latest are: ${latest}.`
    : `${about} Use one of: ${latest}.`;
}
