import { defineConfig } from 'allure';
import { currentRun } from '../../config/environment.ts';
import { allureHistory } from './allure-history.ts';
import { categories } from './categories.ts';
import { qualityGate } from './quality-gate.ts';
import { allureReportFolder, allureResultsFolder } from './results-folder.ts';

const run = currentRun();

/** How Allure shows our results; `npm run allure` names the results, the folder and the run. */
export default defineConfig({
  ...(run ? { output: allureReportFolder(run.id) } : {}),
  historyPath: allureHistory(),
  historyLimit: 50,
  categories: {
    rules: categories.map(({ name, statuses, message }, index) => ({
      // Names may be there twice, with other messages.
      id: `${index}`,
      name,
      matchers: { statuses, ...(message ? { message } : {}) },
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
