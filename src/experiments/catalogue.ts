import type { Contract } from '../meetings/contract/contract.ts';
import type { Offers } from '../meetings/offers.ts';
import type { HookTarget } from '../run/hooks.ts';

/** The requirements of an experiment. */
export type Need = keyof typeof missing;

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

/** The experiment of a test; undefined for tests outside the specs of the project. */
export function experimentOf(file: string, title: string): ExperimentKind | undefined {
  return experiments.find((one) => one.file === file && title.includes(one.title));
}

/** Why an experiment is not applicable to a service; undefined if it is. */
export function whyNot(
  { needs }: ExperimentKind,
  contract: Contract,
  offers: Pick<Offers, 'page' | 'sockets'>,
): string | undefined {
  for (const need of needs) {
    const reason = missing[need](contract, offers);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Joins at once, up to the limit of one user; more would test the capacity of the service. */
const MOST_JOINS = 200;

type Missing = (contract: Contract, offers: Pick<Offers, 'page' | 'sockets'>) => string | undefined;

/** Why a service does not meet a requirement; undefined if it does. */
const missing = {
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
} satisfies Record<string, Missing>;

export const needs: readonly string[] = Object.keys(missing);

function without({ operations }: Contract, names: readonly string[]): string | undefined {
  const absent = names.filter((name) => !operations.has(name));
  return absent.length === 0 ? undefined : `the contract has no ${absent.join(', no ')}`;
}
