import { defineConfig } from 'allure';
import { allureHistory } from './allure-history.ts';
import { categories } from './categories.ts';

/** How Allure shows our results; `npm run allure` names the results, the folder and the run. */
export default defineConfig({
  output: 'reports/allure',
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
  // As Playwright's exit code: whatever is neither passed nor skipped is a failure, and so is a run without a result.
  qualityGate: { rules: [{ maxFailures: 0, minTestsCount: 1 }] },
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
