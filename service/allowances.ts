/** Calls per user and window. */
export type Allowance = { max: number; windowMs: number };

/** The current limits; undefined means no limits. */
export type Allowances = Readonly<Record<Group, Allowance>> | undefined;

/** The limits of the contract: calls of one user within a window. */
export const LIMITS = {
  create: '10/900s',
  list: '30/60s',
  read: '60/60s',
  join: '20/300s',
  leave: '30/60s',
  hand: '20/60s',
  control: '30/60s',
  quality: '100/60s',
  chat: '60/60s',
};

/** Operations that share a limit. */
export type Group = keyof typeof LIMITS;
export const groups = Object.keys(LIMITS) as Group[];
