import { allSockets } from './all-sockets/main.ts';
import { cookieAcks } from './cookie-acks/main.ts';
import type { ForeignKind } from './foreign-service.ts';
import { restV2 } from './rest-v2/main.ts';

export const foreignServices = {
  'rest-v2': restV2,
  'cookie-acks': cookieAcks,
  'all-sockets': allSockets,
} as const satisfies Record<string, ForeignKind>;

export type ForeignName = keyof typeof foreignServices;
