import { expect, test } from '@playwright/test';
import { type Case, describeKill, planOf, signals } from './plan.ts';
import { programNames, programs } from './programs.ts';
import { roles } from './roles.ts';

const many = planOf({ seed: 'test', count: 1000 });

test('a plan repeats for the same seed, and a longer plan starts with the shorter one', () => {
  expect(planOf({ seed: 'test', count: 50 })).toEqual(many.slice(0, 50));
  expect(planOf({ seed: 'other', count: 50 })).not.toEqual(many.slice(0, 50));
});

test('a plan covers each program, process, signal, reach and number of signals', () => {
  const drawn = <T>(of: (one: Case) => T) => [...new Set(many.map(of))].sort();
  expect(drawn(({ program }) => program)).toEqual([...programNames].sort());
  expect(drawn(({ whom }) => whom)).toEqual([...roles].sort());
  expect(drawn(({ signal }) => signal)).toEqual([...signals].sort());
  expect(drawn(({ reach }) => reach)).toEqual(['alone', 'group']);
  expect(drawn(({ pauseS }) => pauseS !== undefined)).toEqual([false, true]);
});

test('a plan kills and awaits only processes of its program', () => {
  const wrong = many.filter(({ program, variant, whom, after }) => {
    const offered = programs.find(({ name }) => name === program)!.roles;
    const there = new Set([...offered, ...(variant.roles ?? [])]);
    return !there.has(whom) || !there.has(after.role) || after.seconds <= 0;
  });
  expect(wrong).toEqual([]);
});

test('a plan signals a group only by its main process', () => {
  expect(many.filter(({ reach, whom }) => reach === 'group' && whom !== 'main')).toEqual([]);
});

test('a plan can contain one program only, without processes that the machine cannot run', () => {
  const only = planOf({ seed: 'test', count: 200, only: 'chaos', without: ['kernel keeper', 'far end'] });
  expect(new Set(only.map(({ program }) => program))).toEqual(new Set(['chaos']));
  expect(only.filter(({ variant }) => variant.settings.NETWORK_LAYER === 'kernel')).toEqual([]);
});

test('describeKill() names process, signal and reach', () => {
  const one = { ...many[0]!, whom: 'main', signal: 'SIGTERM', pauseS: 0.5, reach: 'group' } as const;
  expect(describeKill(one)).toBe('main SIGTERM twice to its group');
  expect(describeKill({ ...one, whom: 'link', pauseS: undefined, reach: 'alone' })).toBe('link SIGTERM');
});
