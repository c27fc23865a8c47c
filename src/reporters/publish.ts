import { writeRunFile } from '../run/run-folder.ts';
import { markdown } from './markdown.ts';
import { performancePage } from './page/page.ts';
import type { Summary } from './summary/schema.ts';

/** Writes the reports of a run into its folder; returns their paths. */
export async function publish(summary: Summary): Promise<{ json: string; markdown: string; page: string }> {
  const { id } = summary.run;
  return {
    json: await writeRunFile(id, 'summary.json', `${JSON.stringify(summary, null, 2)}\n`),
    markdown: await writeRunFile(id, 'summary.md', markdown(summary)),
    page: await writeRunFile(id, 'index.html', await performancePage({ runId: id, crowds: [summary] })),
  };
}
