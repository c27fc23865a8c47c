/** Name, value, name, value: the form in which headers are written and read. */
export type FlatHeaders = string[];

/** The headers of the context, replaced by those of a call. Names are compared without case. */
export function mergeHeaders(
  base: Readonly<FlatHeaders>,
  own: Readonly<Record<string, string | undefined>>,
): FlatHeaders {
  const merged = base.slice();
  for (const name of Object.keys(own)) {
    const value = own[name];
    if (value === undefined) continue;
    const index = indexOfHeader(merged, name);
    if (index < 0) merged.push(name, value);
    else merged[index + 1] = value;
  }
  return merged;
}

/** The value of the first header with this name, compared without case. */
export function headerIn(headers: Readonly<FlatHeaders>, name: string): string | undefined {
  const index = indexOfHeader(headers, name);
  return index < 0 ? undefined : headers[index + 1];
}

/** The headers whose lower-case name is not in `names`. */
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
