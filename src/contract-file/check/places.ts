/** A value and where it stands: `body.room.id`. */
type Found = readonly [path: string, value: unknown];

/** The most places that are looked at: an answer may be long. */
const MOST = 5000;

/** Where in an answer this id stands, as an expression reads it; the shortest path first. Numbers count as texts. */
export function placesOf(root: string, value: unknown, id: string): string[] {
  return walk(root, value)
    .filter(([, one]) => (typeof one === 'string' || typeof one === 'number') && String(one) === id)
    .map(([path]) => path)
    .sort((one, other) => one.length - other.length);
}

/** Where in an answer a list has an entry with this id: the list, and the id in its entry. */
export function listsWith(root: string, value: unknown, id: string): { list: string; user: string }[] {
  return walk(root, value).flatMap(([list, one]) => {
    if (!Array.isArray(one)) return [];
    const users = one.flatMap((entry: unknown) => placesOf('item', entry, id));
    return users.length === 0 ? [] : [{ list, user: users[0]! }];
  });
}

/** Where an answer has something that is called an id or a key, the shortest path first. */
export function idsIn(root: string, value: unknown): string[] {
  return walk(root, value)
    .filter(
      ([path, one]) => /(?:\b|_)(?:id|key|uuid|code)$|(?:Id|Key|Uuid)$/.test(path) && typeof one !== 'object',
    )
    .map(([path]) => path)
    .sort((one, other) => one.length - other.length);
}

function walk(root: string, value: unknown): Found[] {
  const found: Found[] = [[root, value]];
  for (let at = 0; at < found.length && found.length < MOST; at++) {
    const [path, one] = found[at]!;
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, inner] of Object.entries(one)) found.push([below(path, key, Array.isArray(one)), inner]);
  }
  return found;
}

function below(path: string, key: string, isList: boolean): string {
  if (isList) return `${path}[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
}
