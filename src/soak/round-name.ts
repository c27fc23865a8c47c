/** The name of the crowd of one round: `soak round 3`. */
export function roundName(soak: string, number: number): string {
  return `${soak} round ${number}`;
}

/** The soak and the number in the name of a crowd; undefined if it is no round. */
export function roundIn(crowd: string): { readonly soak: string; readonly number: number } | undefined {
  const [, soak, number] = /^(.+) round ([1-9]\d*)$/.exec(crowd) ?? [];
  return soak === undefined ? undefined : { soak, number: Number(number) };
}
