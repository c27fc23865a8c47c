const TIMES = [
  'timestamp',
  'scheduledStart',
  'startedAt',
  'endedAt',
  'createdAt',
  'joinedAt',
  'leftAt',
] as const;

/** The fields that differ from the reference style, with their writers. `undefined` removes a field. */
const FIELDS: Record<string, (value: unknown) => unknown> = {
  ...Object.fromEntries(TIMES.map((name) => [name, inWholeSeconds])),
  isMuted: Number,
  hasRaisedHand: Number,
  isLocked: Number,
  // Optional in the contract, and omitted if false.
  backgroundMusicEnabled: (value) => (value ? 1 : undefined),
  recordingEnabled: (value) => (value ? 1 : undefined),
  // Not part of the contract.
  isConnected: () => undefined,
  networkQuality: () => undefined,
  participantCount: () => undefined,
};

/** Rewrites the fields at every depth in the deployed style. */
export function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      Object.hasOwn(FIELDS, name) ? FIELDS[name]!(field) : written(field),
    ]),
  );
}

/** Removes the roster from an answer about one meeting. */
export function withoutRoster(answer: unknown): unknown {
  const { data } = answer as { data?: object };
  if (!data || Array.isArray(data)) return answer;
  const { participants: _, ...rest } = data as { participants?: unknown };
  return { ...(answer as object), data: rest };
}

function inWholeSeconds(time: unknown): unknown {
  return typeof time === 'string' ? time.replace(/\.\d+(?=Z$)/, '') : time;
}
