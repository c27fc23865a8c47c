/** Variables that programs need to start, to find their files, and for their language. None contains a secret. */
const NEEDED = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LANGUAGE'],
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment of a child process: the variables that every program needs, and those in `also`. All others are left
 * out, because processes of the same user and of the child's user can read an environment. A list of allowed names
 * keeps secrets out, whatever their names are.
 */
export function childEnvironment(
  also: readonly string[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => NEEDED.has(name.toUpperCase()) || name.startsWith('LC_') || also.includes(name),
    ),
  );
}
