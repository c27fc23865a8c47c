import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import { levelText } from '../capacity/axis.ts';
import {
  announceLoadTests,
  crowdPhaseOf,
  crowdPhases,
  currentRun,
  loadSettings,
  type Run,
} from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { clock, counted } from '../kernel/figures.ts';
import { concludedExperiment, measuredBenchmark } from '../live/live-results.ts';
import { type Conclusion, LiveRun } from '../live/live-run.ts';
import { loadTestsOf, projectOf } from '../results/annotations.ts';
import { attachedResults } from '../results/attached.ts';
import type { Summary } from '../results/summary/schema.ts';
import { runningCoordinator } from '../run/global-setup.ts';
import { crowdSettings } from '../run/load-test-settings.ts';
import { highestLevel } from '../run/search-settings.ts';
import { sliceNumbers } from '../run/slices.ts';
import { soakDivision } from '../run/soak-division.ts';

let current: LiveRun | undefined;

/** The live run of this process; undefined in workers, and when tests are only listed. */
export function liveRun(): LiveRun | undefined {
  return current;
}

/** Passes Playwright's events to the live run. Runs before all reporters that show the run. */
export default class LiveReporter implements Reporter {
  #verdicts: string[] = [];

  onBegin(_config: FullConfig, suite: Suite): void {
    const [run, coordinator] = [currentRun(), runningCoordinator()];
    if (!run || !coordinator) return;
    const loadTests = loadTestsOf(suite.allTests());
    announceLoadTests(loadTests);
    const settings = loadSettings();
    const { schedule, targets, MEETINGS_SERVICE_URL: serviceUrl = '' } = settings;
    const ofCrowd = (crowd: string) => crowdSettings(coordinator, crowd);
    current = new LiveRun({
      id: run.id,
      serviceUrl,
      schedule,
      targets,
      ofCrowd,
      slices: sliceNumbers(run),
      loadTests: loadTests.length,
      limitS: limitOf(run, settings),
      load: loadOf(run, settings),
    });
    for (const test of suite.allTests()) current.phases.expect(projectOf(test));
    current.follow(coordinator);
  }

  onTestBegin(test: TestCase): void {
    const project = projectOf(test);
    if (current?.phases.began(project, test.id, test.title, performance.now()))
      current.log.add('run', `${current.phases.current?.name} begins`);
    if (project === 'chaos') current?.results.experiment(test.id, begun(test, null));
  }

  onStepBegin(test: TestCase, _result: TestResult, step: TestStep): void {
    if (step.category !== 'test.step' || projectOf(test) !== 'chaos') return;
    current?.results.experiment(test.id, begun(test, step.title));
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const isFailed = result.status !== test.expectedStatus && result.status !== 'skipped';
    current?.phases.ended(projectOf(test), test.id, isFailed);
    // Verdicts and experiments report their findings themselves.
    const isSlice = crowdPhases.some((phase) => phase === projectOf(test));
    if (isFailed && isSlice) current?.log.add('problem', `${test.title}: ${result.status}`, 'bad');
    const { journal, benchmark, summary } = attachedResults(result);
    if (journal) current?.results.experiment(test.id, concludedExperiment(journal));
    else if (projectOf(test) === 'chaos')
      current?.results.experiment(test.id, { ...begun(test, null), state: 'broken' });
    if (journal) this.#verdicts.push(journal.fullhouse.verdict);
    if (benchmark) current?.results.benchmark(measuredBenchmark(benchmark));
    if (!summary) return;
    this.#verdicts.push(summary.verdict);
    current?.conclude(conclusionOf(summary));
  }

  onEnd({ status }: FullResult): void {
    current?.end(status === 'interrupted' ? 'interrupted' : status === 'passed' ? 'passed' : this.#unlucky());
  }

  printsToStdio(): boolean {
    return false;
  }

  /** A run without a single proof against the service is inconclusive. */
  #unlucky(): 'failed' | 'inconclusive' {
    const isUnsure = this.#verdicts.some((verdict) => verdict === 'inconclusive');
    return isUnsure && !this.#verdicts.includes('failed') ? 'inconclusive' : 'failed';
  }
}

/** The longest time of a capacity search or a soak, in seconds. */
function limitOf(run: Run, { CAPACITY_FOR, SOAK_FOR }: Settings): number | undefined {
  const phase = crowdPhaseOf(run);
  if (phase === 'soak') return SOAK_FOR / 1000;
  return phase === 'capacity' ? CAPACITY_FOR / 1000 : undefined;
}

/** The load of a capacity search or a soak, in words: it has no schedule of its own. */
function loadOf(run: Run, settings: Settings): string | undefined {
  const { CAPACITY_OF, CAPACITY_FOR, SOAK_FOR } = settings;
  switch (crowdPhaseOf(run)) {
    case 'capacity':
      return `a search: levels of up to ${levelText(CAPACITY_OF, highestLevel(settings))}, for at most ${clock(CAPACITY_FOR / 1000)}`;
    case 'soak':
      return `a soak: ${counted(soakDivision(settings).rounds, 'round')} in ${clock(SOAK_FOR / 1000)}, each with its rest`;
    default:
      return undefined;
  }
}

function conclusionOf({ run, verdict, answer }: Summary): Conclusion {
  return { name: run.crowd, verdict, sentences: [answer.sentence] };
}

function begun(test: TestCase, act: string | null) {
  const question = test.parent.title;
  return {
    name: test.title,
    question,
    title: test.title,
    state: 'running' as const,
    act,
    seconds: null,
    findings: [],
  };
}
