import { createHmac } from 'node:crypto';

/**
 * Shaped and signed like the token of a media service, so that clients handle one; no media server accepts it.
 * This reference has no media service behind it.
 */
export function mediaToken(secret: string, meetingId: string, uid: number): string {
  const claims = Buffer.from(JSON.stringify({ channel: meetingId, uid, issuedAt: Date.now() })).toString(
    'base64url',
  );
  return `007${createHmac('sha256', secret).update(claims).digest('base64url')}${claims}`;
}
