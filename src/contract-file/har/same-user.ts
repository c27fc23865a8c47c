import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../kernel/errors.ts';
import { isSecretName } from '../words.ts';
import { mentionsIn } from './mentions.ts';
import { type People, type Person, userFieldsIn } from './people.ts';

/** Refuses two recordings of one user: they show no differences between users. @throws {UserError} */
export function refuseOneUser({ persons: [one, other] }: People): void {
  const why = sameClaims(one, other) ?? sameId(one, other) ?? sameAccount(one, other);
  if (why !== undefined) throw sameUser(why);
}

export function sameUser(why: string): UserError {
  return new UserError(
    `Both recordings are of the same user: ${why}. Record two users, who log in with two accounts in two browser profiles.`,
  );
}

/** Claims that are different in each token of one user. */
const OF_ONE_TOKEN = new Set(['iat', 'exp', 'nbf', 'jti', 'sid', 'auth_time', 'nonce']);

function sameClaims(one: Person, other: Person): string | undefined {
  const [claims, others] = [one, other].map(({ credentials }) =>
    Object.entries(credentials.jwt?.claims ?? {}).filter(([name]) => !OF_ONE_TOKEN.has(name)),
  );
  const isSame = claims!.length > 0 && isDeepStrictEqual(new Map(claims), new Map(others));
  return isSame ? 'their tokens have the same claims' : undefined;
}

function sameId(one: Person, other: Person): string | undefined {
  const others = userFieldsIn(other.credentials.login?.answer);
  const shared = userFieldsIn(one.credentials.login?.answer).flatMap(({ path, value }) => {
    const same = others.find((mention) => isDeepStrictEqual(mention.path, path));
    return same ? [{ place: path.join('.'), isSame: same.value === value }] : [];
  });
  if (shared.length === 0 || !shared.every(({ isSame }) => isSame)) return undefined;
  return `the answer to the login has the same ${shared.map(({ place }) => `\`${place}\``).join(', ')}`;
}

/** A login without a password may be that of guests, who are different users. */
function sameAccount(one: Person, other: Person): string | undefined {
  const [request, others] = [one, other].map(({ credentials }) => credentials.login?.request);
  const hasPassword = mentionsIn(request).some(({ name }) => isSecretName(name));
  return hasPassword && isDeepStrictEqual(request, others) ? 'they log in with the same account' : undefined;
}
