import type { Benchmark } from '../benchmark.ts';
import { createMeeting, getMeeting, healthCheck, joinMeeting, listMeetings, reportNetwork } from './http.ts';
import { connectSocket, deliverEvent, enterRoom } from './realtime.ts';

/** All benchmarks, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
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
