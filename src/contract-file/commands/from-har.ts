// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { basename } from 'node:path';
import { parse } from 'yaml';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { guide } from '../../kernel/folders.ts';
import { valueAt } from '../../meetings/contract/mistakes.ts';
import { isEngineIo } from '../har/connections.ts';
import { harDraft } from '../har/har-draft.ts';
import { type HarEntry, readHar } from '../har/read-har.ts';
import { serviceIn } from '../har/recording.ts';
import { sameUser } from '../har/same-user.ts';
import { mergeDraft } from '../merge-draft.ts';
import { writeDraft } from '../write-draft.ts';
import { finish, readInput } from './output.ts';

const NAME = 'npx fullhouse contract from-har';
const USAGE = `Usage:
  ${NAME} A.har B.har [--contract FILE] [--out FILE]

Writes a contract from two recordings of two users, who do the same in one
meeting at the same time: log in, join, raise and lower the hand, write, leave.
Values that differ between the two become variables. Wait for a second between
two actions.

In Chrome: developer tools, Settings, Network, "Allow to generate HAR with
sensitive data"; then record, and "Export HAR (with sensitive data)" in the
Network panel.
With Playwright: recordHar: { path, content: 'embed' }.

  --contract FILE  a contract to complete: its entries stay, and its TODOs
                   are answered from the recordings
  --out FILE       where to write it; without it, the contract is printed

Example:
  ${NAME} anna.har ben.har \\
    --contract contract.yaml --out contract.yaml`;

export const fromHar = commandWith({
  name: NAME,
  usage: USAGE,
  options: ['contract', 'out'],
  mostFiles: Number.POSITIVE_INFINITY,
  run({ options: { contract, out }, files: [one, other, ...more] }, io) {
    if (one === undefined || other === undefined || more.length > 0) {
      const why = one && !other ? ': the contract is written from their differences' : '';
      throw new UserError(`Give two recordings of two users${why}.\n${USAGE}`);
    }
    const existing = contract === undefined ? undefined : readInput(contract);
    const { prefix, base } = addressIn(existing, contract);
    const texts = [readInput(one), readInput(other)] as const;
    const read = (name: string, text: string) => ({
      name,
      entries: readHar(text, name).map((entry) => belowPrefix(entry, prefix)),
    });
    const recordings = [read(one, texts[0]), read(other, texts[1])] as const;
    if (texts[0] === texts[1]) throw sameUser('the two files are equal');
    const { draft, notes, secrets, stateNote } = harDraft(serviceIn(recordings), base);
    const head = `Written from ${basename(one)} and ${basename(other)}. ${guide('docs/contract-file.md')} explains each entry.`;
    const merged =
      existing === undefined
        ? { text: writeDraft(draft, head), kept: [], notes: [] }
        : mergeDraft(existing, draft);
    const text = withoutValues(merged.text, secrets);
    const all = [...notes, ...merged.notes];
    if (stateNote !== undefined && !text.includes('? "ended"')) all.push(stateNote);
    if (merged.kept.length > 0)
      all.push(
        `The contract keeps its own call for ${merged.kept.join(', ')}: the recordings use another one.`,
      );
    finish({ text, out, mayReplace: out === contract, notes: all }, io);
    return 0;
  },
});

interface Address {
  /** The path in `service.url`: `/meet` of `https://host/meet`. */
  readonly prefix: string;
  readonly base: string | undefined;
}

/** The base paths of the contract that is completed. */
function addressIn(text: string | undefined, name = ''): Address {
  if (text === undefined) return { prefix: '', base: undefined };
  let written: unknown;
  try {
    written = parse(text, { logLevel: 'error' });
  } catch (error) {
    throw new UserError(`"${name}" is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  if (valueAt(written, ['contract']) === undefined)
    throw new UserError(
      `"${name}" is not a contract: it does not begin with \`contract: fullhouse/1\`. Give the file that from-openapi wrote.`,
    );
  const url = String(valueAt(written, ['service', 'url']) ?? '');
  const base = valueAt(written, ['service', 'base']);
  return {
    prefix: URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, '') : '',
    base: typeof base === 'string' ? base : '',
  };
}

/** Makes the path of an entry relative to `service.url`. */
function belowPrefix(entry: HarEntry, prefix: string): HarEntry {
  if (prefix === '' || entry.isSocket || isEngineIo(entry) || !entry.url.pathname.startsWith(`${prefix}/`))
    return entry;
  const url = new URL(entry.url);
  url.pathname = url.pathname.slice(prefix.length);
  return { ...entry, url };
}

/** A placeholder that is valid for any value in YAML. */
const LEFT_OUT = 'SECRET-LEFT-OUT';

/** Replaces all remaining secrets of the recordings in the contract. */
function withoutValues(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.filter(isUnmistakable).sort((one, other) => other.length - one.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, LEFT_OUT), text);
}

/** A short word may be in the contract for other reasons. If it was a password, its field was left out already. */
function isUnmistakable(secret: string): boolean {
  return secret.length >= 16 || (secret.length >= 8 && /\d/.test(secret) && /[a-z]/i.test(secret));
}
