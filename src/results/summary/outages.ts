import { clock, counted, number, seconds } from '../../kernel/figures.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';
import { outagesIn } from '../../timings/outages.ts';

/**
 * One line for each outage, and one about the lost connections of the whole run:
 * `No answer from 0:17 to 0:24 (112 calls).` and `20 connections were lost, 18 participants came back (last after 6.1 s).`
 */
export function outageNotes(timings: MergedTimings, connectionsLost: number): string[] {
  const outages = outagesIn(timings.windows).map(({ fromS, toS, unanswered }) => {
    const until = toS === null ? 'until the end' : `to ${clock(toS)}`;
    return `No answer from ${clock(fromS)} ${until} (${counted(unanswered, 'call')}).`;
  });
  if (connectionsLost === 0) return outages;
  const returned = timings.operations.get('room.return');
  const back = returned?.outcomes.ok ?? 0;
  const last = back === 0 ? '' : ` (the slowest after ${seconds(returned!.ok.maxMs / 1000)})`;
  const lost = `${counted(connectionsLost, 'connection')} ${connectionsLost === 1 ? 'was' : 'were'} lost`;
  return [...outages, `${lost}, ${number(back)} came back${last}.`];
}
