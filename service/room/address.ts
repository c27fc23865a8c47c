/** The id of a meeting, which is a GUID, alone or in a link. */
const MEETING_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

export type Address = {
  meetingId: string | undefined;
  token: string | undefined;
  /** The key of a link that `npx fullhouse service` printed. */
  signInKey: string | undefined;
};

/**
 * Reads the meeting and the token from the address of the page: `/?meeting=<id>` or `/#meeting=<id>`, and
 * `#token=<token>` or `#sign-in=<key>`. Tokens and keys are valid only in the fragment, which browsers do not send.
 */
export function readAddress(href: string): Address {
  const { searchParams, hash } = new URL(href);
  const fragment = new URLSearchParams(hash.slice(1));
  return {
    meetingId: meetingIdIn(fragment.get('meeting') ?? searchParams.get('meeting') ?? ''),
    token: fragment.get('token') || undefined,
    signInKey: fragment.get('sign-in') || undefined,
  };
}

/** The id in typed or pasted text: the id itself, or a link to the meeting. */
export function meetingIdIn(text: string): string | undefined {
  return MEETING_ID.exec(text)?.[0].toLowerCase();
}

/** The address that invites to a meeting. It contains nothing else. */
export function addressOf(meetingId: string | undefined): string {
  return meetingId ? `/?meeting=${meetingId}` : '/';
}
