/** The failures that a caller may get, each with its code, HTTP status and sentence. */
const ERRORS = {
  VALIDATION_ERROR: [400, 'The request is not valid'],
  INVALID_JSON: [400, 'The body is not valid JSON'],
  INVALID_ACTION: [400, 'This action does not exist or lacks its participantId'],
  MEETING_ENDED: [400, 'The meeting has ended'],
  // Socket.IO clients also get the three sentences below as `connect_error`. They are part of the contract.
  AUTHENTICATION_REQUIRED: [401, 'Authentication required'],
  AUTHENTICATION_FAILED: [401, 'Authentication failed'],
  INVALID_TOKEN: [401, 'Invalid token'],
  LINK_EXPIRED: [401, 'The sign-in link has expired, or is of another start of the service'],
  MEETING_LOCKED: [403, 'The meeting is locked'],
  MEETING_FULL: [403, 'The meeting is full'],
  NOT_PARTICIPANT: [403, 'You are not a participant of this meeting'],
  INSUFFICIENT_PERMISSIONS: [403, 'Your role in this meeting does not allow this'],
  AUDIO_FULL: [403, 'The audio of this meeting is full'],
  NOT_IN_AUDIO: [403, 'You have no audio in this meeting'],
  NOT_FOUND: [404, 'There is nothing at this address'],
  MEETING_NOT_FOUND: [404, 'There is no such meeting'],
  PARTICIPANT_NOT_FOUND: [404, 'There is no such participant in this meeting'],
  PAYLOAD_TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body must be JSON'],
  TOO_MANY_SIGNALS: [429, 'Too many messages; wait a moment'],
  TOO_MANY_MESSAGES: [429, 'Too many chat messages; wait a moment'],
  INTERNAL_ERROR: [500, 'Something went wrong on our side'],
  DATABASE_UNAVAILABLE: [503, 'The database does not answer; try again later'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** A mistake in one field of a request. */
export type FieldMistake = { path: string; message: string };

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly details?: FieldMistake[],
  ) {
    super(ERRORS[code][1]);
    this.status = ERRORS[code][0];
  }

  toReply() {
    return { success: false as const, error: this.code, message: this.message, details: this.details };
  }
}
