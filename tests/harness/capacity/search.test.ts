import { expect, test } from '@playwright/test';
import { capacitySchema } from '../../../src/capacity/evidence.ts';
import {
  begin,
  interrupt,
  interruptGone,
  observe,
  type Search,
  type SearchOptions,
  type Step,
  toCapacity,
} from '../../../src/capacity/search.ts';
import { OPTIONS, P95, secondWith, type Told } from './levels.ts';

/** A service that holds up to its capacity, without noise; `told` adds to its seconds. */
type Service = (level: number) => Told;

const capacity =
  (users: number): Service =>
  (level) =>
    level <= users ? { calls: 100 } : { calls: 100, slow: 1 };

interface Searched {
  readonly search: Search;
  readonly steps: readonly Step[];
}

/** Leads a search in virtual time; users arrive and leave at once. */
function lead(service: Service, over: Partial<SearchOptions> = {}, until = 3600): Searched {
  let search = begin({ ...OPTIONS, ...over });
  const steps: Step[] = [search.step];
  for (let at = 0; at < until && search.step.kind !== 'answer'; at++) {
    const { step } = search;
    const told =
      step.kind === 'level' ? { users: step.level, ...service(step.level) } : { users: 0, calls: 0 };
    search = observe(search, secondWith({ at, step: step.number, ...told }));
    if (search.step.number !== step.number) steps.push(search.step);
  }
  return { search, steps };
}

const answerOf = ({ search }: Searched) => {
  if (search.step.kind !== 'answer') throw new Error('the search has no answer');
  return search.step.answer;
};
const tried = ({ search }: Searched) => search.levels.map(({ level, purpose }) => `${purpose} ${level}`);

test.describe('a search', () => {
  test('doubles, bisects and confirms', () => {
    const searched = lead(capacity(430));
    expect(tried(searched)).toEqual([
      ...[10, 20, 40, 80, 160, 320, 640].map((level) => `double ${level}`),
      ...['bisect 453', 'bisect 381', 'bisect 415', 'bisect 434'],
      'confirm 415',
    ]);
    expect(answerOf(searched)).toMatchObject({ holds: 415, breaks: 434, endedBy: 'found' });
    expect(answerOf(searched).sentence).toBe('415 users hold, 434 do not (95% confidence)');
  });

  test('cools down after a level that broke, and only then', () => {
    const { steps } = lead(capacity(430));
    const kinds = steps.map((step) => (step.kind === 'level' ? step.level : step.kind));
    expect(kinds.slice(0, 12)).toEqual([
      ...[10, 20, 40, 80, 160, 320, 640],
      'cool down',
      453,
      'cool down',
      381,
      415,
    ]);
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
  });

  test('waits until its participants have left, at most 30 s', () => {
    for (const [leftAfterS, waitsS] of [
      [0, 3],
      [8, 10],
      [1000, 30],
    ] as const) {
      let search = begin(OPTIONS);
      let at = 0;
      for (; search.step.kind === 'level'; at++)
        search = observe(search, secondWith({ at, step: search.step.number, users: 10, slow: 1 }));
      const from = at;
      for (; search.step.kind === 'cool down'; at++) {
        const users = at - from < leftAfterS ? 10 : 0;
        search = observe(search, secondWith({ at, step: search.step.number, users, calls: users }));
      }
      expect(at - from).toBe(waitsS);
      expect(search.step).toMatchObject({ kind: 'level', level: 5, purpose: 'bisect' });
    }
  });

  test('ignores seconds of an earlier step', () => {
    let search = begin(OPTIONS);
    for (let at = 0; search.step.number === 1; at++) search = observe(search, secondWith({ at, users: 10 }));
    const late = observe(search, secondWith({ at: 30, step: 1, slow: 1 }));
    expect(late).toEqual(search);
  });

  test('changes no state that it was given', () => {
    const first = begin(OPTIONS);
    const before = JSON.stringify(first);
    observe(first, secondWith({ users: 10 }));
    expect(JSON.stringify(first)).toBe(before);
    expect(first.seconds).toEqual([]);
  });

  test('goes down if the first level breaks', () => {
    const searched = lead(capacity(3));
    expect(tried(searched)).toEqual([
      'double 10',
      'bisect 5',
      'bisect 2',
      'bisect 3',
      'bisect 4',
      'confirm 3',
    ]);
    expect(answerOf(searched).sentence).toBe('3 users hold, 4 do not (95% confidence)');
  });

  test('answers if not even one user holds', () => {
    const answer = answerOf(lead(capacity(0)));
    expect(answer).toMatchObject({ holds: null, breaks: 1, endedBy: 'nothing holds' });
    expect(answer.sentence).toMatch(/^1 user does not hold: only 0% within latency p95 < 500 ms/);
  });

  test('steps down by 5% while a winner is refused', () => {
    let tries = 0;
    const searched = lead((level) => {
      if (level <= 380) return { calls: 100 };
      // 415 holds for a short time only.
      return level <= 415 && tries++ < 15 ? { calls: 100 } : { calls: 100, slow: 1 };
    });
    expect(searched.search.levels.some(({ purpose }) => purpose === 'step down')).toBe(true);
    const { holds, endedBy } = answerOf(searched);
    expect(endedBy).toBe('found');
    expect(holds!).toBeLessThanOrEqual(380);
    expect(holds!).toBeGreaterThan(345);
  });

  test('tries once more a level that broke, if all levels since then held', () => {
    let slowS = 0;
    const searched = lead((level) => (level === 640 && slowS++ < 9 ? { slow: 1 } : capacity(700)(level)));
    const verdicts = searched.search.levels
      .filter(({ level }) => level === 640)
      .map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['breaks', 'holds']);
    const { holds, endedBy } = answerOf(searched);
    expect(endedBy).toBe('found');
    expect(holds!).toBeGreaterThan(640);
    expect(holds!).toBeLessThanOrEqual(700);
  });

  test('does not try it again if it breaks once more', () => {
    const searched = lead(capacity(630));
    expect(searched.search.levels.filter(({ level }) => level === 640).map(({ verdict }) => verdict)).toEqual(
      ['breaks', 'breaks'],
    );
    expect(answerOf(searched)).toMatchObject({ breaks: 640, endedBy: 'found' });
  });

  for (const [axis, first] of [
    ['users', 10],
    ['arrivals', 5],
    ['meeting-size', 5],
  ] as const)
    test(`begins small with ${axis}, and lower if no more are possible`, () => {
      expect(begin({ ...OPTIONS, axis }).step).toMatchObject({ kind: 'level', level: first });
      expect(begin({ ...OPTIONS, axis, atMost: 2 }).step).toMatchObject({ kind: 'level', level: 2 });
    });
});

test.describe('a generator that was busy for a while', () => {
  /** A service that holds 436 users, and a generator that is busy with 434 users for this time. */
  const busyAt434 = (busyS: number): Service => {
    let left = busyS;
    return (level) => ({
      ...capacity(436)(level),
      generator: level === 434 && left-- > 0 ? 'a slice' : null,
    });
  };
  const at434 = ({ search }: Searched) =>
    search.levels.filter(({ level }) => level === 434).map(({ verdict }) => verdict);

  test('is no limit, because the level is tried once more', () => {
    const searched = lead(busyAt434(15));
    expect(at434(searched)).toEqual(['generator', 'holds', 'holds']);
    expect(answerOf(searched)).toMatchObject({ holds: 434, breaks: 453, endedBy: 'found' });
  });

  test('is no limit if the service breaks just above it', () => {
    const searched = lead(busyAt434(1000));
    expect(at434(searched)).toEqual(['generator', 'generator']);
    expect(answerOf(searched)).toMatchObject({ holds: 415, breaks: 453, endedBy: 'found' });
    expect(answerOf(searched).sentence).toBe('415 users hold, 453 do not (95% confidence); 434 undecided');
  });
});

test.describe('the end of a search', () => {
  test('is its highest level', () => {
    const searched = lead(capacity(5000), { atMost: 100, atMostReason: 'the service has 100 accounts' });
    expect(tried(searched).slice(-3)).toEqual(['double 80', 'double 100', 'confirm 100']);
    const answer = answerOf(searched);
    expect(answer).toMatchObject({ holds: 100, breaks: null, endedBy: 'at most', first: null });
    expect(answer.sentence).toBe(
      'at least 100 users: no higher level was tried (the service has 100 accounts)',
    );
  });

  test('is the load generator', () => {
    const answer = answerOf(
      lead((level) => ({ calls: 100, generator: level > 430 ? 'a slice used 99% of its core' : null })),
    );
    expect(answer).toMatchObject({ holds: 415, breaks: null, endedBy: 'generator' });
    expect(answer.sentence).toBe(
      'at least 415 users: the load generator was the limit (a slice used 99% of its core)',
    );
    expect(answer.first).toMatchObject({ name: 'load generator' });
  });

  test('is the service, if it breaks before the generator', () => {
    const answer = answerOf(
      lead((level) => ({ ...capacity(300)(level), generator: level > 500 ? 'a slice' : null })),
    );
    expect(answer).toMatchObject({ endedBy: 'found' });
    expect(answer.holds!).toBeLessThanOrEqual(300);
  });

  test('is no promise, if the generator is the limit from the first level on', () => {
    const answer = answerOf(lead(() => ({ calls: 100, generator: 'a slice used 99% of its core' })));
    expect(answer).toMatchObject({ holds: null, endedBy: 'generator' });
    expect(answer.sentence).toContain('no level could be judged: the load generator was the limit');
  });

  test('comes in time, and keeps enough of it for the confirmation', () => {
    for (const minutes of [1, 2, 3]) {
      const { search } = lead(capacity(430), { forMs: minutes * 60_000 });
      const last = search.levels.at(-1)!;
      expect(last.purpose).toBe('confirm');
      expect(last.endedAtMs).toBeLessThanOrEqual(minutes * 60_000);
      const answer = answerOf({ search, steps: [] });
      expect(answer.endedBy).toBe('time');
      expect(answer.holds!).toBeLessThanOrEqual(430);
      expect(answer.sentence).toContain(
        `at least ${answer.holds} users: the time of ${minutes}:00 was too short`,
      );
    }
  });

  test('is its highest level, although its time ends too', () => {
    const whole = lead(capacity(5000), { atMost: 20, forMs: 90_000 });
    expect(tried(whole)).toEqual(['double 10', 'double 20', 'confirm 20']);
    expect(whole.search.levels.at(-1)!.endedAtMs).toBe(90_000);
    expect(answerOf(whole)).toMatchObject({ holds: 20, endedBy: 'at most' });
    const refused = lead(capacity(5), { atMost: 20, forMs: 90_000 });
    expect(answerOf(refused).endedBy).toBe('time');
  });

  test('comes in time although no second of the step arrives', () => {
    let search = begin({ ...OPTIONS, forMs: 60_000 });
    for (let at = 0; at < 60; at++) search = observe(search, secondWith({ at, step: 99 }));
    expect(search.step).toMatchObject({ kind: 'answer', answer: { holds: null, endedBy: 'time' } });
  });

  test('is an interruption, with what held so far', () => {
    const { search } = lead(capacity(430), {}, 80);
    const { answer } = interrupt(search).step as Extract<Step, { kind: 'answer' }>;
    expect(answer).toMatchObject({ holds: 160, breaks: null, endedBy: 'interrupted' });
    expect(answer.sentence).toBe(
      'at least 160 users: the search was interrupted; no longer test confirmed it',
    );
    const gone = interrupt(begin(OPTIONS), 'No meetings service').step as Extract<Step, { kind: 'answer' }>;
    expect(gone.answer).toMatchObject({
      failure: 'No meetings service',
      sentence: 'the search could not go on (No meetings service) before a level held',
    });
    expect(answer).not.toHaveProperty('failure');
    const early = interrupt(begin(OPTIONS)).step as Extract<Step, { kind: 'answer' }>;
    expect(early.answer).toMatchObject({
      holds: null,
      sentence: 'the search was interrupted before a level held',
    });
  });

  test('says nothing of a level at whose end the service was gone', () => {
    const { search } = lead(capacity(430), {}, 80);
    const held = search.levels.at(-1)!;
    const after = (verdict: 'breaks' | 'generator') => {
      const spoiled = { ...held, level: 320, verdict, message: 'only 12% within the limit' };
      return interruptGone({ ...search, levels: [...search.levels, spoiled] }, 'No meetings service');
    };
    const ended = after('breaks');
    expect(ended.levels.at(-1)).toMatchObject({
      level: 320,
      verdict: 'undecided',
      message: 'the service did not answer any more',
    });
    // Users that the service lost are missing in the level, as if the load generator had been its limit.
    expect(after('generator').levels).toEqual(ended.levels);
    const { answer } = ended.step as Extract<Step, { kind: 'answer' }>;
    expect(answer).toMatchObject({ holds: 160, breaks: null, failure: 'No meetings service' });
    expect(answer.sentence).toBe(
      'at least 160 users: the search could not go on (No meetings service); the service did not answer any more at 320 users; no longer test confirmed it',
    );
    // A level that held, held.
    expect(interruptGone(search, 'No meetings service').levels).toEqual(search.levels);
    expect(interruptGone(ended, 'again')).toBe(ended);
  });

  test('changes no more', () => {
    const { search } = lead(capacity(0));
    expect(observe(search, secondWith({ at: 9999 }))).toBe(search);
    expect(interrupt(search)).toBe(search);
  });

  test('is undecided with too few calls for a confirmation', () => {
    const answer = answerOf(
      lead(() => ({ calls: 1 }), { atMost: 20, limits: [{ ...P95, required: 0.999 }] }),
    );
    expect(answer).toMatchObject({ holds: null, endedBy: 'time' });
    expect(answer.sentence).toMatch(/^no level could be judged: too few calls for latency p95 < 500 ms/);
  });
});

test.describe('a search that cannot be judged', () => {
  test('stays at a small load if no call ends that a limit is about', () => {
    const searched = lead(() => ({ calls: 0 }));
    expect(tried(searched)).toEqual(['double 10', 'double 20', 'double 40']);
    const { holds, endedBy, sentence } = answerOf(searched);
    expect([holds, endedBy]).toEqual([null, 'time']);
    expect(sentence).toBe('no level could be judged: no call ended that latency p95 < 500 ms is about');
  });

  test('stays interrupted if the generator was the limit of a level', () => {
    const { search } = lead(() => ({ generator: 'a slice used 99% of its core' }), {}, 40);
    expect(search.levels.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['generator']));
    const { answer } = interrupt(search).step as Extract<Step, { kind: 'answer' }>;
    expect(answer).toMatchObject({ holds: null, endedBy: 'interrupted' });
  });
});

test('the evidence is valid after each level, and at the end', () => {
  let { search } = lead(capacity(430), { atLeast: 200 }, 100);
  const early = capacitySchema.parse(toCapacity(search));
  expect(early).toMatchObject({ axis: 'users', atLeast: 200, answer: null, scalability: null });
  expect(early.levels.length).toBe(search.levels.length);
  ({ search } = lead(capacity(430)));
  expect(capacitySchema.parse(toCapacity(search)).answer).toMatchObject({ holds: 415 });
});
