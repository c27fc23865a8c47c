import { readFileSync } from 'node:fs';
import type { Attachment } from 'allure-js-commons';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';
import type { CrowdReport } from '../../results/summary/summarise-readable.ts';
import type { ReportPart, WriteReport } from '../report-part.ts';
import { crowdResults, digest } from './crowd-results.ts';
import { environmentOf } from './environment.ts';
import { metricsOf } from './metrics.ts';

/** The attachments of the load test's result, by their names in the folder of the run. */
const attached: Readonly<Record<string, { name: string; type: string; extension: string }>> = {
  'index.html': { name: 'performance page', type: 'text/html', extension: 'html' },
  'summary.md': { name: 'summary', type: 'text/markdown', extension: 'md' },
  'summary.json': { name: 'summary.json', type: 'application/json', extension: 'json' },
  'timings.csv': { name: 'timings.csv', type: 'text/csv', extension: 'csv' },
};

/**
 * `allure-results/`: the crowds, and the figures for Allure's trends. Allure's reporter for Playwright writes the results
 * of experiments and benchmarks into the same folder.
 */
export const allureResults: ReportPart = {
  name: 'the Allure results',
  async write(report, write, files) {
    for (const crowd of report.crowds) {
      const attachments = await attach(crowd, write, files);
      for (const result of crowdResults(crowd, attachments))
        await write(`allure-results/${result.uuid}-result.json`, JSON.stringify(result));
    }
    const [first] = report.crowds;
    if (first)
      await write(
        'allure-results/environment.properties',
        stringifyEnvInfo(environmentOf(first.evidence.facts)),
      );
    const metrics = metricsOf(report);
    if (metrics.length > 0) await write('allure-results/performance.json', JSON.stringify(metrics));
  },
};

async function attach(
  { folder, summary }: CrowdReport,
  write: WriteReport,
  files: ReadonlyMap<string, string>,
): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  for (const [file, { name, type, extension }] of Object.entries(attached)) {
    // The page covers the whole run, so it is not in the folder of a crowd.
    const path = files.get(`${folder}${file}`) ?? files.get(file);
    if (path === undefined) continue;
    const source = `${digest(`${summary.run.id} ${summary.run.crowd} ${file}`)}-attachment.${extension}`;
    await write(`allure-results/${source}`, readFileSync(path, 'utf8'));
    attachments.push({ name, type, source });
  }
  return attachments;
}
