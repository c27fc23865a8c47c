/** A sentence if this Node is too old for `engines`; otherwise undefined. Supports ranges such as `>=20.19`. */
export function nodeMistake(version, range) {
  const wanted = /^>=\s*(\d+(?:\.\d+)*)$/.exec(range ?? '');
  if (!wanted)
    return `engines.node in package.json is "${range}". It must be ">=" and a version, such as ">=20.19".`;
  if (compare(version, wanted[1]) >= 0) return undefined;
  return `Node ${version} is too old. Install Node ${wanted[1]} or newer (https://nodejs.org), then run this again.`;
}

function compare(left, right) {
  const [ours, theirs] = [left, right].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, part] of theirs.entries()) {
    const difference = (ours[index] || 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}
