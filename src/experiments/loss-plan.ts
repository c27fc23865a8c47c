import { adviceFitsContract } from '../checks/catalogue.ts';
import { type Finding, foundInTime } from '../checks/check.ts';
import type { LossLayer } from '../faults/loss-layer.ts';
import type { Cohort } from './cohort.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import { figuresOf, levelRows } from './loss-figures.ts';
import { type Conduct, LOSS, LossLevel } from './loss-level.ts';
import type { Plan } from './plan.ts';
import { connected, serves } from './probes.ts';

export interface LossOptions {
  readonly experiment: ExperimentRecord;
  readonly cohort: Cohort;
  readonly layer: LossLayer;
  readonly conduct: Conduct;
  /** The loss of the layer in percent. */
  readonly levels: readonly number[];
  /** Up to this level operations must succeed; beyond it they only must do no harm. */
  readonly liveUpTo: number;
}

/** All levels side by side, each with a meeting of its own; the one without loss is the control of the others. */
export async function lossPlan(options: LossOptions): Promise<Plan> {
  const { experiment, cohort, layer, conduct, liveUpTo } = options;
  const { users, attempts, deadlineMs, areThereBefore } = conduct;
  experiment.fact('layer', `${layer.name}: ${layer.unit} are lost`);
  experiment.fact('deadline', `${deadlineMs / 1000} s per operation, ${attempts} calls at most`);
  const levels: LossLevel[] = [];
  const each = (act: (level: LossLevel) => Promise<void>) => Promise.all(levels.map(act));
  const open = (percent: number) => LossLevel.open(percent, layer, cohort, conduct);
  await experiment.act(
    'the users and their routes to the service',
    async () => {
      levels.push(...(await Promise.all(options.levels.map(open))));
    },
    () => each((level) => level.close()),
  );
  const linked = levels.flatMap((level) => [level.observer, ...(areThereBefore ? level.users : [])]);
  return {
    steady: [...levels.map((level) => serves(level.cohort, level.meetingId)), connected(linked)],
    fault: {
      damage: `${layer.unit} are lost`,
      inject: { [LOSS[0]]: () => each((level) => level.begin()) },
      during: {
        [`${users} users at each level join, raise hands, report and leave`]: () =>
          each((level) => level.takePart()),
      },
      heal: { [LOSS[1]]: () => each((level) => level.end()) },
    },
    recoverWithinMs: 10_000,
    compare: levels.map((level) => level.compared),
    checks: () => [
      ...levels.map((level) => level.safety),
      ...levels.map((level) => level.liveness(liveUpTo)),
      // Over all levels together, because few or no reports arrive at 90% and 100%.
      adviceFitsContract(),
    ],
    async findings() {
      const again = await answeredAgain(experiment, levels);
      const { entries } = experiment.ledger;
      await experiment.act('the figures', async () =>
        Object.fromEntries(levels.map((level) => [level.title, figuresOf(level, entries)])),
      );
      experiment.tableFact('levels', levelRows(levels, entries));
      return [again, ...levels.map((level) => level.proof)];
    },
  };
}

async function answeredAgain(experiment: ExperimentRecord, levels: readonly LossLevel[]): Promise<Finding> {
  const all = levels.flatMap((level) => level.users);
  const answered = await experiment.act('all users ask for the meeting once more', async () => {
    const answers = await Promise.all(all.map((user) => user.getMeeting()));
    return answers.filter(({ outcome }) => outcome === 'ok').length;
  });
  return foundInTime('all users are answered again', answered === all.length, `${answered} of ${all.length}`);
}
