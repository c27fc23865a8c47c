import { basename, dirname, join } from 'node:path';
import { UserError, wordHint } from '../kernel/errors.ts';
import { packageFolder } from '../kernel/folders.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Offers } from '../meetings/offers.ts';
import type { HookTarget } from '../run/hooks.ts';

/** What an experiment needs of the service. */
export type Need =
  | 'sockets'
  | 'hands'
  | 'leaving'
  | 'calls over HTTP'
  | 'ids of ours'
  | 'seats'
  | 'a limit of joins'
  | 'network reports'
  | 'a web page';

export interface ExperimentKind {
  /** Name of its spec file, without the ending. */
  readonly file: string;
  /** A part of the title of its test, and of no other test of the file. */
  readonly title: string;
  readonly needs: readonly Need[];
  /** The part that is stopped: for an attached service, by commands of its owners. */
  readonly takesAway?: HookTarget;
}

const forLoss: readonly Need[] = ['calls over HTTP', 'hands', 'leaving', 'network reports', 'ids of ours'];
const forOutages: readonly Need[] = ['sockets', 'hands', 'leaving'];

/** Every experiment with its requirements. */
export const experiments: readonly ExperimentKind[] = [
  { file: 'high-concurrency-join', title: 'join at one barrier', needs: [] },
  { file: 'high-concurrency-join', title: 'seats at once', needs: ['seats'] },
  { file: 'high-concurrency-join', title: 'asks too often', needs: ['a limit of joins'] },
  { file: 'rapid-join-leave', title: 'cycles of join and leave', needs: ['leaving'] },
  { file: 'rapid-join-leave', title: 'three times at once', needs: [] },
  { file: 'rapid-join-leave', title: 'vanish without leaving', needs: ['sockets'] },
  { file: 'packet-loss', title: 'HTTP exchanges are lost', needs: forLoss },
  { file: 'packet-loss', title: 'TCP loses and sends again', needs: forLoss },
  { file: 'reconnection-storm', title: 'cut and held down', needs: ['sockets', 'hands', 'leaving'] },
  { file: 'websocket-drops', title: 'drops each, of every kind', needs: ['sockets', 'hands'] },
  { file: 'service-restart', title: 'the service is away', needs: forOutages, takesAway: 'service' },
  { file: 'database-down', title: 'the database is away', needs: forOutages, takesAway: 'database' },
  { file: 'database-down', title: 'the redis is away', needs: forOutages, takesAway: 'redis' },
  { file: 'browser-connection', title: '', needs: ['a web page'] },
  { file: 'browser-loss', title: '', needs: ['a web page'] },
  { file: 'browser-media', title: '', needs: ['a web page'] },
  { file: 'browser-throttling', title: '', needs: ['a web page'] },
];

/** The folder of the specs of these experiments. */
const STANDARD = join(packageFolder, 'tests', 'chaos');

/**
 * The experiment of fullhouse that a test is, also where a file of a team imports its spec. Undefined for a test of a
 * team, whatever the name of its file is: it declares its needs with `experiment.needs`.
 * @param file the path of the file that declares the test
 */
export function experimentOf(file: string, title: string): ExperimentKind | undefined {
  if (dirname(file) !== STANDARD) return undefined;
  const name = specName(file);
  return experiments.find((one) => one.file === name && title.includes(one.title));
}

/** The name of a spec file, without its ending: `packet-loss`. The build of the package names `packet-loss.spec.js.ts`. */
export function specName(file: string): string {
  return basename(file).replace(/(\.(spec|test))?(\.js)?\.[cm]?[jt]sx?$/, '');
}

/** The most characters of a title in the name of an experiment. */
const LONGEST_TITLE = 60;

/**
 * The name of an experiment, for the names of its files: the spec and the title, in letters, digits and hyphens. Several
 * experiments of one file have different names.
 * @param id letters of the id of the test, for titles of a team whose difference the name would not show
 */
export function experimentName(file: string, title: string, id: string): string {
  const whole = plain(title.toLowerCase());
  const short = whole.slice(0, LONGEST_TITLE);
  const isUnclear = short !== whole || /[^\x20-\x7e]/.test(title);
  const suffix = isUnclear && experimentOf(file, title) === undefined ? `-${id}` : '';
  return `${plain(specName(file))}-${short}${suffix}`;
}

function plain(text: string): string {
  return text.replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/**
 * Why an experiment is not applicable to a service; undefined if it is.
 * @throws {UserError} for an unknown need, which plain JavaScript may name
 */
export function whyNot(
  { needs }: Pick<ExperimentKind, 'needs'>,
  contract: Contract,
  offers: Pick<Offers, 'page' | 'sockets'>,
): string | undefined {
  for (const need of needs) {
    if (!Object.hasOwn(missing, need))
      throw new UserError(
        `Unknown need ${JSON.stringify(need)}. ${wordHint(String(need), Object.keys(missing))}`,
      );
    const reason = missing[need](contract, offers);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Joins at once, up to the limit of one user; more would test the capacity of the service. */
const MOST_JOINS = 200;

type Missing = (contract: Contract, offers: Pick<Offers, 'page' | 'sockets'>) => string | undefined;

/** Why a service does not meet a requirement; undefined if it does. */
const missing: Readonly<Record<Need, Missing>> = {
  sockets: ({ socket }, { sockets }) =>
    socket === undefined || (typeof sockets === 'string' && sockets !== 'ok')
      ? 'participants have no lasting connection to the service'
      : undefined,
  hands: (contract) => without(contract, ['hand.raise', 'hand.lower']),
  leaving: (contract) => without(contract, ['meeting.leave']),
  'calls over HTTP': (contract) => {
    const over = ['meeting.join', 'hand.raise', 'hand.lower', 'meeting.leave'].filter(
      (name) => contract.operations.get(name)?.over !== 'http',
    );
    return over.length === 0 ? undefined : `in the contract, ${over.join(', ')} are not HTTP calls`;
  },
  'ids of ours': ({ identity }) =>
    identity.jwt && !identity.jwt.users ? undefined : 'the service chooses the ids of its users',
  seats: (contract) =>
    contract.meetings.kind === 'created'
      ? undefined
      : 'the contract does not create meetings with a number of seats',
  'a limit of joins': ({ operations }) => {
    const calls = operations.get('meeting.join')?.allowance?.calls;
    if (calls === undefined) return 'the contract has no limit for meeting.join';
    if (calls > MOST_JOINS)
      return `the contract allows a user ${calls} calls of meeting.join, but the experiment makes at most ${MOST_JOINS}`;
    return undefined;
  },
  'network reports': (contract) => without(contract, ['network.report']),
  'a web page': (_, { page }) => (page === false ? 'the service has no web page for meetings' : undefined),
};

export const needs: readonly string[] = Object.keys(missing);

function without({ operations }: Contract, names: readonly string[]): string | undefined {
  const absent = names.filter((name) => !operations.has(name));
  return absent.length === 0 ? undefined : `the contract has no ${absent.join(', no ')}`;
}
