import type { FullConfig } from '@playwright/test/reporter';
import { AllureReporter } from 'allure-playwright';

/** Allure's own reporter, as this harness needs it. */
export default class FullhouseAllureReporter extends AllureReporter {
  /** Of reports that are merged, the projects are told only later; they are needed for screenshots that differ, alone. */
  override onConfigure(config: FullConfig): void {
    const [project] = config.projects;
    super.onConfigure(project ? config : { ...config, projects: [noProject as typeof project & object] });
  }
}

const noProject = { outputDir: '', snapshotDir: '' };
