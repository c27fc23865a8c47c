import { createHmac } from 'node:crypto';

/**
 * A token in the form of a media service, so that clients handle such a token. No media server accepts it, because the
 * reference service has none.
 */
export function mediaToken(secret: string, meetingId: string, uid: number): string {
  const claims = Buffer.from(JSON.stringify({ channel: meetingId, uid, issuedAt: Date.now() })).toString(
    'base64url',
  );
  return `007${createHmac('sha256', secret).update(claims).digest('base64url')}${claims}`;
}
