import type { Contract } from '../../meetings/contract/contract.ts';
import type { AnyOperation } from '../../meetings/contract/operation.ts';
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

/** The benchmarks of operations that the harness knows by name, in the order in which they run. */
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

/** The operations that these benchmarks measure, of any service. */
export const measurable: ReadonlySet<string> = new Set(standard.map(({ operation }) => operation));

/** The benchmarks of a service. An operation that only its contract has is called by members of meetings in turn. */
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
