import { defineConfig } from 'allure';
import { currentRun } from '../../config/environment.ts';
import { allureHistory } from './allure-history.ts';
import { categories, FAILURE_LABEL } from './categories.ts';
import { qualityGate } from './quality-gate.ts';
import { allureReportFolder, allureResultsFolder } from './results-folder.ts';

const run = currentRun();

/** Allure's configuration; `npx fullhouse allure` passes the results, the folder and the run. */
export default defineConfig({
  ...(run ? { output: allureReportFolder(run.id) } : {}),
  historyPath: allureHistory(),
  historyLimit: 50,
  categories: {
    rules: categories.map(({ name, statuses, kind }, index) => ({
      id: `${index}`,
      name,
      matchers: { statuses, ...(kind ? { labels: { [FAILURE_LABEL]: kind } } : {}) },
      groupByMessage: true,
    })),
  },
  qualityGate: qualityGate(run && allureResultsFolder(run.id)),
  plugins: {
    awesome: {
      options: {
        reportName: 'fullhouse',
        reportLanguage: 'en',
        groupBy: ['parentSuite', 'suite', 'subSuite'],
      },
    },
  },
});
