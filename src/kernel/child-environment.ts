/** Without these, programs do not start, do not find their files, or write in another language. None holds a secret. */
const NEEDED = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LANGUAGE'],
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment of a child process: the variables that every program needs, and those that this one needs (`also`, by
 * name). Everything else stays here, since other processes can read an environment: those of the same user, and of the
 * user as whom the child runs. What is not on a list cannot leak, whatever it is called.
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
