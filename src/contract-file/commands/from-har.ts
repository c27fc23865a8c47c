// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { basename } from 'node:path';
import { parse } from 'yaml';
import type { Command } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { isEngineIo } from '../har/connections.ts';
import { harDraft } from '../har/har-draft.ts';
import { type HarEntry, readHar } from '../har/read-har.ts';
import { serviceIn } from '../har/recording.ts';
import { sameUser } from '../har/same-user.ts';
import { mergeDraft } from '../merge-draft.ts';
import { valueAt } from '../shape.ts';
import { writeDraft } from '../write-draft.ts';
import { readArguments } from './arguments.ts';
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

  --contract FILE  a contract to complete: what it says stays, and its TODOs
                   are answered from the recordings
  --out FILE       where to write it; without it, the contract is printed

Example:
  ${NAME} anna.har ben.har \\
    --contract contract.yaml --out contract.yaml`;

/** `npx fullhouse contract from-har`. */
export const fromHar: Command = async (args, io) => {
  const { options, files, isHelp } = readArguments(args, NAME, ['contract', 'out']);
  if (isHelp) {
    io.out(USAGE);
    return 0;
  }
  const [one, other] = files;
  if (one === undefined || other === undefined || files.length > 2)
    throw new UserError(
      `Give two recordings, of two users${files.length === 1 ? ': only their differences show what belongs to one user' : ''}.\n${USAGE}`,
    );
  const existing = options.contract === undefined ? undefined : readInput(options.contract);
  const address = existing === undefined ? undefined : addressIn(existing, options.contract!);
  const [recorded, otherRecorded] = [readInput(one), readInput(other)];
  const read = (name: string, written: string) => ({
    name,
    entries: readHar(written, name).map((entry) => belowPrefix(entry, address?.prefix ?? '')),
  });
  const recordings = [read(one, recorded), read(other, otherRecorded)] as const;
  if (recorded === otherRecorded) throw sameUser('the two files are equal');
  const service = serviceIn(recordings);
  const { draft, notes, secrets, stateNote } = harDraft(service, address?.base);
  const merged = existing === undefined ? undefined : mergeDraft(existing, draft);
  const head = `Written from ${basename(one)} and ${basename(other)}. docs/your-service.md explains each entry.`;
  const text = withoutValues(merged?.text ?? writeDraft(draft, head), secrets);
  const kept = merged?.kept ?? [];
  const all = [
    ...notes,
    ...(merged?.notes ?? []),
    ...(stateNote === undefined || text.includes('? "ended"') ? [] : [stateNote]),
    ...(kept.length > 0
      ? [`The recordings do this in another way, and the contract stays as it is: ${kept.join(', ')}.`]
      : []),
  ];
  finish({ text, out: options.out, mayReplace: options.out === options.contract, notes: all }, io);
  return 0;
};

interface Address {
  /** The path in `service.url`: `/meet` of `https://host/meet`. */
  readonly prefix: string;
  readonly base: string;
}

/** Where the contract that is completed has its paths. */
function addressIn(text: string, name: string): Address {
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

/** Paths as a contract has them: below its `service.url`. */
function belowPrefix(entry: HarEntry, prefix: string): HarEntry {
  if (prefix === '' || entry.isSocket || isEngineIo(entry) || !entry.url.pathname.startsWith(`${prefix}/`))
    return entry;
  const url = new URL(entry.url);
  url.pathname = url.pathname.slice(prefix.length);
  return { ...entry, url };
}

/** Valid wherever a value may stand in YAML. */
const LEFT_OUT = 'SECRET-LEFT-OUT';

/** The last look: nothing secret of the recordings may stand in a contract, wherever it came from. */
function withoutValues(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.filter(isUnmistakable).sort((one, other) => other.length - one.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, LEFT_OUT), text);
}

/** A word may stand in a contract for other reasons; where it was a password, its field was left out already. */
function isUnmistakable(secret: string): boolean {
  return secret.length >= 16 || (secret.length >= 8 && /\d/.test(secret) && /[a-z]/i.test(secret));
}
