import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attachment, Globals } from 'allure-js-commons';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';
import { ms } from '../../kernel/figures.ts';
import { exemplarFiles, exemplarPath } from '../../results/exemplar-files.ts';
import type { CrowdReport } from '../../results/summary/summarise-readable.ts';
import { linkOrCopy } from '../../run/one-copy.ts';
import { runFolder } from '../../run/run-folder.ts';
import type { ReportPart, WriteReport } from '../report-part.ts';
import { crowdResults, digest } from './crowd-results.ts';
import { environmentOf } from './environment.ts';
import { metricsOf } from './metrics.ts';

/** A file of the run as an attachment in Allure. */
interface Attached {
  readonly name: string;
  readonly type: string;
  readonly extension: string;
}

/** The attachments of the load test's result, by their names in the folder of the crowd. */
const ofCrowd: Readonly<Record<string, Attached>> = {
  'summary.md': { name: 'summary', type: 'text/markdown', extension: 'md' },
  'summary.json': { name: 'summary.json', type: 'application/json', extension: 'json' },
  'timings.csv': { name: 'timings.csv', type: 'text/csv', extension: 'csv' },
};

/** The attachments of the whole run. */
const ofRun: Readonly<Record<string, Attached>> = {
  'index.html': { name: 'performance page', type: 'text/html', extension: 'html' },
};

/**
 * `allure-results/`: the crowds, the figures for Allure's trends, and the performance page as a global attachment.
 * Allure's reporter for Playwright writes the results of experiments and benchmarks into the same folder.
 */
export const allureResults: ReportPart = {
  name: 'the Allure results',
  async write(report, write, files) {
    for (const crowd of report.crowds) {
      const attachments = [
        ...(await attach(ofCrowd, { files, write, folder: crowd.folder })),
        ...exemplarAttachments(crowd),
      ];
      for (const result of crowdResults(crowd, attachments))
        await write(`${FOLDER}/${result.uuid}-result.json`, JSON.stringify(result));
    }
    const [first] = report.crowds;
    if (first)
      await write(`${FOLDER}/environment.properties`, stringifyEnvInfo(environmentOf(first.evidence.facts)));
    const metrics = metricsOf(report);
    if (metrics.length > 0) await write(`${FOLDER}/performance.json`, JSON.stringify(metrics));
    const global = await attach(ofRun, { files, write, folder: '' });
    if (global.length > 0) await write(`${FOLDER}/run-globals.json`, JSON.stringify(globalsOf(global)));
  },
};

const FOLDER = 'allure-results';

interface Written {
  /** Paths of the written reports, by their names within the folder of the run. */
  readonly files: ReadonlyMap<string, string>;
  readonly write: WriteReport;
  /** The place of the reports within the folder of the run: empty, or a name with a slash. */
  readonly folder: string;
}

async function attach(
  attached: Readonly<Record<string, Attached>>,
  { files, write, folder }: Written,
): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  for (const [file, { name, type, extension }] of Object.entries(attached)) {
    const path = files.get(`${folder}${file}`);
    if (path === undefined) continue;
    const source = `${digest(path)}-attachment.${extension}`;
    await write(`${FOLDER}/${source}`, readFileSync(path, 'utf8'));
    attachments.push({ name, type, source });
  }
  return attachments;
}

/** The traces and screenshots of slow and failed sessions, each named by what it shows. */
function exemplarAttachments({ summary: { run }, evidence: { exemplars = [] } }: CrowdReport): Attachment[] {
  return exemplarFiles(exemplars).flatMap(({ name, file, contentType }): Attachment[] => {
    const path = exemplarPath(run.id, file);
    if (path === undefined) return [];
    const isTrace = name === 'trace';
    const source = `${digest(path)}-attachment.${isTrace ? 'zip' : 'png'}`;
    linkOrCopy(path, join(runFolder(run.id), FOLDER, source));
    const [first, ...others] = exemplars.filter(({ trace, screenshot }) =>
      [trace, screenshot].includes(file),
    );
    const what = `${isTrace ? 'trace' : 'screenshot'}: ${first!.operation} ${first!.ms === null ? first!.outcome : ms(first!.ms)}`;
    const shown = others.length > 0 ? `${what} and ${others.length} more` : what;
    return [{ name: shown, type: isTrace ? TRACE : contentType, source }];
  });
}

/** Allure opens this type in Playwright's trace viewer. */
const TRACE = 'application/vnd.allure.playwright-trace';

/** Allure sorts global attachments by their time, which has no meaning here. */
function globalsOf(attachments: readonly Attachment[]): Globals {
  return { attachments: attachments.map((one) => ({ ...one, timestamp: 0 })), errors: [] };
}
