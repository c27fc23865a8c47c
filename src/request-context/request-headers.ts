/** Name, value, name, value: the form in which they are written and read. */
export type FlatHeaders = string[];

/** The headers of a call over those of the context, names compared without case. */
export function mergeHeaders(
  base: Readonly<FlatHeaders>,
  own: Readonly<Record<string, string | undefined>>,
): FlatHeaders {
  const merged = base.slice();
  for (const name of Object.keys(own)) {
    const value = own[name];
    if (value !== undefined) setHeader(merged, name, value);
  }
  return merged;
}

function setHeader(headers: FlatHeaders, name: string, value: string): void {
  const index = indexOfHeader(headers, name);
  if (index < 0) headers.push(name, value);
  else headers[index + 1] = value;
}

export function hasHeader(headers: Readonly<FlatHeaders>, name: string): boolean {
  return indexOfHeader(headers, name) >= 0;
}

/** The headers whose lower-cased name is not in `names`. */
export function withoutHeaders(headers: Readonly<FlatHeaders>, names: ReadonlySet<string>): FlatHeaders {
  const kept: FlatHeaders = [];
  for (let index = 0; index < headers.length; index += 2) {
    if (!names.has(headers[index]!.toLowerCase())) kept.push(headers[index]!, headers[index + 1]!);
  }
  return kept;
}

function indexOfHeader(headers: Readonly<FlatHeaders>, name: string): number {
  for (let index = 0; index < headers.length; index += 2) {
    const known = headers[index]!;
    if (known === name || (known.length === name.length && known.toLowerCase() === name.toLowerCase())) {
      return index;
    }
  }
  return -1;
}
