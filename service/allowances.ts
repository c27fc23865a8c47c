/** Calls per user and window. */
export type Allowance = { max: number; windowMs: number };

/** The allowances in force; undefined: no limits. */
export type Allowances = Readonly<Record<Group, Allowance>> | undefined;

/** Calls of one user within a window, as the contract allows them. */
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

/** Operations that share an allowance. */
export type Group = keyof typeof LIMITS;
export const groups = Object.keys(LIMITS) as Group[];
