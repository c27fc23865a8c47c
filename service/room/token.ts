/**
 * The user that the token names, for display only, because only the service can verify it; undefined for an invalid
 * token.
 */
export function userOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(fromBase64Url(token.split('.')[1] ?? ''));
    const { userId } = claims as { userId?: unknown };
    return typeof userId === 'string' && userId !== '' ? userId : undefined;
  } catch {
    return undefined;
  }
}

function fromBase64Url(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
