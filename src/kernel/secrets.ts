/** A shorter one is guessed at once, and would be found in words that have nothing to do with it. */
const SHORTEST = 6;

/** JSON Web Tokens, and whatever stands behind "Bearer". */
const jwt = /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g;
const bearer = /\b(bearer\s+)[\w.~+/-]{16,}=*/gi;

/** As it is written, within JSON, and within an address. */
const hidden = new Map<string, readonly string[]>();

/** From now on `withoutSecrets` of this process leaves the value out. */
export function hideSecret(secret: string): void {
  if (secret.length < SHORTEST || hidden.has(secret)) return;
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  hidden.set(secret, [...new Set(forms)]);
}

/** The text without tokens and without any secret that this process was told of: for everything that others may read. */
export function withoutSecrets(text: string): string {
  let shown = text;
  for (const forms of hidden.values()) for (const form of forms) shown = shown.replaceAll(form, '[secret]');
  // Before the words around them: a token is also what follows "Bearer".
  return shown.replace(jwt, '[token]').replace(bearer, '$1[token]');
}
