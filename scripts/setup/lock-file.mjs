/** The packages of a lock file that are not installed in the same version; what is too many does no harm. */
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
      // What npm leaves out elsewhere is not missed; a package for this platform is.
      os || cpu ? fits(os, platform) && fits(cpu, arch) && !libc : !optional && !devOptional && !peer,
    )
    .map(([path]) => path.slice('node_modules/'.length));
}

/**
 * The optional packages that a lock file names as dependencies and does not list. npm leaves out those of other
 * platforms when it writes the file where they are not to be had, and `npm ci` then refuses the file.
 */
export function leftOut({ packages }) {
  const listed = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const named = Object.values(packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}),
  );
  return named.filter((name) => !listed.has(name));
}

/** Does the output of a failed `npm ci` complain of nothing but packages that were left out? */
export function complainsOfLeftOutOnly(output, lock) {
  const names = [...output.matchAll(/Missing: (@?[^@\s]+)@\S* from lock file/g)].map(([, name]) => name);
  const allowed = new Set(leftOut(lock));
  return names.length > 0 && !/Invalid:/.test(output) && names.every((name) => allowed.has(name));
}
