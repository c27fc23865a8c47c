/**
 * Lets this process go on when nobody reads what it prints (`| head -1`, a closed terminal), or when the disk is full on
 * which it is written: an error of these streams without a listener would end the process, and the run with it. What is
 * printed is in the reports as well.
 */
export function outliveOutput(
  streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams) stream.on('error', () => undefined);
}
