import { announcedOffers, announceOffers } from '../config/environment.ts';
import { describeOffers, type Offers } from '../meetings/offers.ts';
import { writeRunFile } from './run-folder.ts';

/** Sends the offers of the service to the workers, and saves them in the folder of the run. Throws a FileFailure. */
export async function keepOffers(runId: string, offers: Offers): Promise<void> {
  announceOffers(offers);
  const kept = { ...offers, inWords: describeOffers(offers) };
  await writeRunFile(runId, 'offers.json', `${JSON.stringify(kept, null, 2)}\n`);
}

/** The offers of the service of this run; empty outside of a run. */
export function currentOffers(): Offers {
  return JSON.parse(announcedOffers() ?? '{}') as Offers;
}

const COLUMNS = 78;
const LABEL = 'Offers   ';

/** The offers in lines for a terminal of 80 columns. */
export function offersBlock(offers: Offers): string {
  const lines = [''];
  for (const [index, words] of describeOffers(offers).entries()) {
    const added = index === 0 ? words : ` · ${words}`;
    if (lines.at(-1)!.length + added.length <= COLUMNS - LABEL.length) lines[lines.length - 1] += added;
    else lines.push(words);
  }
  return lines.map((line, index) => `${index === 0 ? LABEL : ' '.repeat(LABEL.length)}${line}`).join('\n');
}
