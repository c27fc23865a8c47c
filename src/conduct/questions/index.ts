import type { Question } from '../question.ts';
import { actingForOthers } from './acting-for-others.ts';
import { answerHeaders } from './answer-headers.ts';
import { badAddresses } from './bad-addresses.ts';
import { badBodies } from './bad-bodies.ts';
import { badValues } from './bad-values.ts';
import { foreignOrigins } from './foreign-origins.ts';
import { fullMeeting } from './full-meeting.ts';
import { health } from './health.ts';
import { httpTokens } from './http-tokens.ts';
import { idleConnections } from './idle-connections.ts';
import { joiningTwice } from './joining-twice.ts';
import { rateLimits } from './rate-limits.ts';
import { socketTokens } from './socket-tokens.ts';
import { strangers } from './strangers.ts';
import { textsAsTexts } from './texts.ts';
import { wrongPayloads } from './wrong-payloads.ts';

/** The questions in their order. The last question may end the service. */
export const questions: readonly Question[] = [
  actingForOthers,
  answerHeaders,
  badAddresses,
  badBodies,
  badValues,
  foreignOrigins,
  fullMeeting,
  health,
  httpTokens,
  idleConnections,
  joiningTwice,
  rateLimits,
  socketTokens,
  strangers,
  textsAsTexts,
  wrongPayloads,
];
