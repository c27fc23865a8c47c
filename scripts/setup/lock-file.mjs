/** The packages of a lock file that are not installed in the same version. Additional packages do not matter. */
export function missing(lock, installed, { platform, arch } = process) {
  const fits = (list, value) =>
    list === undefined ||
    list.includes(value) ||
    (list.every((one) => one.startsWith('!')) && !list.includes(`!${value}`));
  return Object.entries(lock.packages)
    .filter(([path]) => path.startsWith('node_modules/'))
    .filter(
      ([path, { version }]) =>
        installed.packages?.[path] === undefined || installed.packages[path].version !== version,
    )
    .filter(([, { optional, devOptional, peer, os, cpu, libc }]) =>
      // A package of this platform must be installed. Packages that npm omits on this platform need not.
      os || cpu ? fits(os, platform) && fits(cpu, arch) && !libc : !optional && !devOptional && !peer,
    )
    .map(([path]) => path.slice('node_modules/'.length));
}

/**
 * The optional packages that a lock file names as dependencies but does not list. npm omits packages of other platforms
 * if they are not available when it writes the file, and `npm ci` then refuses the file.
 */
export function leftOut({ packages }) {
  const listed = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const named = Object.values(packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}),
  );
  return named.filter((name) => !listed.has(name));
}

/** Whether the output of a failed `npm ci` reports only packages that the lock file omits. */
export function complainsOfLeftOutOnly(output, lock) {
  const names = [...output.matchAll(/Missing: (@?[^@\s]+)@\S* from lock file/g)].map(([, name]) => name);
  const allowed = new Set(leftOut(lock));
  return names.length > 0 && !/Invalid:/.test(output) && names.every((name) => allowed.has(name));
}
