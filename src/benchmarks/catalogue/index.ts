import { wordHint } from '../../kernel/errors.ts';
import type { Contract } from '../../meetings/contract/contract.ts';
import type { AnyOperation } from '../../meetings/contract/operation.ts';
import type { Target } from '../../targets/target.ts';
import { standardOperations } from '../../timings/catalogue.ts';
import type { Benchmark } from '../benchmark.ts';
import {
  byMembers,
  createMeeting,
  getMeeting,
  healthCheck,
  joinMeeting,
  listMeetings,
  reportNetwork,
} from './http.ts';
import { connectSocket, deliverEvent, enterRoom } from './realtime.ts';

/** The benchmarks of operations that the harness knows by name, in the order of the run. */
const standard: readonly Benchmark[] = [
  healthCheck,
  createMeeting,
  getMeeting,
  joinMeeting,
  listMeetings,
  reportNetwork,
  connectSocket,
  enterRoom,
  deliverEvent,
];

/** The operations of these benchmarks. */
export const measurable: ReadonlySet<string> = new Set(standard.map(({ operation }) => operation));

/** The benchmarks of a service. For an operation that only its contract has, members of meetings call it in turn. */
export function benchmarksOf(contract: Contract): readonly Benchmark[] {
  const { operations, socket } = contract;
  const isThere = ({ operation }: Benchmark) => {
    if (operation === 'socket.connect') return socket !== undefined;
    if (operation === 'event.delivery') return hasHandEvents(contract);
    const found = operations.get(operation);
    return found !== undefined && isAnswered(found);
  };
  const own = [...operations.values()]
    .filter(({ name, only }) => !standardOperations.has(name) && only === undefined)
    .filter(isAnswered);
  return [...standard.filter(isThere), ...own.map(({ name }) => byMembers(name, `call ${name}`))];
}

/** An operation without an answer has no latency. */
function isAnswered(operation: AnyOperation): boolean {
  if (operation.over === 'disconnect') return false;
  return operation.over === 'http' || operation.reply.kind !== 'none';
}

function hasHandEvents({ operations }: Contract): boolean {
  const [raise, lower] = [operations.get('hand.raise'), operations.get('hand.lower')];
  return raise?.causes !== undefined && lower?.causes !== undefined;
}

/**
 * A sentence for each target whose operation no benchmark measures. A standard operation that the contract lacks is not a
 * mistake, because the default targets name all standard operations.
 */
export function unmeasured(
  targets: readonly Target[],
  benchmarks: readonly Pick<Benchmark, 'operation'>[],
  placeOf: (text: string) => string = () => 'BENCH_TARGETS',
): string[] {
  const operations = benchmarks.map(({ operation }) => operation);
  return targets
    .filter(({ operation = '' }) => !operations.includes(operation) && !measurable.has(operation))
    .map(
      ({ text, operation = '' }) =>
        `${placeOf(text)}: target "${text}": no benchmark measures "${operation}". ${wordHint(operation, operations)}`,
    );
}
