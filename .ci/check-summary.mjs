// Usage: check-summary.mjs FOLDER SINCE CODE OUTPUT. Checks the newest summary.json of a load run below FOLDER, which
// must have been written after SINCE (milliseconds since 1970). CODE is the exit code of that run, OUTPUT the file with
// its output. The counts must add up, and the verdict, the output and the exit code must agree.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isMain } from './is-main.mjs';

const sum = (counts) => counts.reduce((total, count) => total + count, 0);
const differs = (what, one, other) => (one === other ? [] : [`${what}: ${one} and ${other}`]);

/** Checks the newest run below `folder`. @returns whether it is correct, and the lines to print */
export function checkSummary({ folder, since, code, output }) {
  const path = newestSummary(folder, since);
  if (path === undefined) return { ok: false, lines: [`No summary.json of this run below ${folder}.`] };
  let summary;
  try {
    summary = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, lines: [path, `wrong: it is not JSON (${error.message})`] };
  }
  const wrong = [...countMistakes(summary), ...verdictMistakes(summary, { code, output })];
  if (wrong.length > 0) return { ok: false, lines: [path, ...wrong.map((mistake) => `wrong: ${mistake}`)] };
  const { verdict, reasons, totals, sessions } = summary;
  const added = `${verdict}; ${totals.total} calls of ${sessions.started} sessions add up.`;
  return { ok: true, lines: [path, added, ...reasons.map((reason) => `  ${reasonText(reason)}`)] };
}

/** The counts that do not add up. */
export function countMistakes({ schema, totals, operations, latency, sessions, slices, timeline }) {
  const all = Object.entries(operations);
  const actions = all.filter(([, { kind }]) => kind === 'action');
  const every = all.flatMap(([, { outcomes }]) => Object.values(outcomes));
  const ended =
    sessions.completed + sum(Object.values(sessions.gaveUp)) + sessions.cutShort + (sessions.limited ?? 0);
  // Calls that the harness ended, or could not make because of its own limit, show nothing about the service.
  const others = (outcomes) => (outcomes.aborted ?? 0) + (outcomes['generator limit'] ?? 0);
  return [
    ...differs('schema', schema, 'fullhouse/summary/2'),
    ...all.flatMap(([name, { total, outcomes }]) =>
      differs(`${name}, total and outcomes`, total, sum(Object.values(outcomes)) - others(outcomes)),
    ),
    ...differs('successful and failed, and total', totals.successful + totals.failed, totals.total),
    ...differs('actions and total', sum(actions.map(([, { total }]) => total)), totals.total),
    ...differs('seconds and total', sum(timeline.map(({ total }) => total)), totals.total),
    // Calls of the drain can succeed, but their latencies are stored separately.
    ...differs('latencies and successes', (latency?.count ?? 0) + (totals.drained ?? 0), totals.successful),
    ...differs(
      'what the slices recorded and all outcomes',
      sum(slices.map(({ recorded }) => recorded)),
      sum(every),
    ),
    ...differs('sessions that started and that ended', sessions.started, ended),
    ...(totals.total > 0 ? [] : ['nothing was measured']),
    ...(sessions.completed > 0 ? [] : ['no session was completed']),
    ...(slices.some(({ state }) => state !== 'finished') ? ['a slice did not finish'] : []),
  ];
}

/**
 * The mistakes of the verdict. A run on a healthy service passes. On a busy machine it may be inconclusive, and then
 * the self-check must have the reason, or a target must have its limit inside its bracket. The output and the exit code
 * must match the verdict.
 */
export function verdictMistakes(summary, { code, output }) {
  const { verdict } = summary;
  const excused = { passed: passedMistakes, inconclusive: inconclusiveMistakes }[verdict];
  const found = excused
    ? excused(summary)
    : [`verdict: ${verdict}`, ...summary.reasons.map((reason) => `reason: ${reasonText(reason)}`)];
  return [
    ...found,
    ...differs(`verdict ${verdict}, exit code`, code, { passed: 0, inconclusive: 2 }[verdict] ?? 1),
    ...printedMistakes(summary, stripVTControlCharacters(output).split('\n')),
  ];
}

function passedMistakes({ reasons, targets, selfCheck }) {
  return [
    ...reasons.map((reason) => `passed, with the reason: ${reasonText(reason)}`),
    ...differs('passed, and selfCheck.ok', selfCheck.ok, true),
    ...failing(selfCheck, targets).map(({ check }) => `passed, though the self-check found: ${check}`),
    ...targets.filter(({ state }) => state !== 'met').map(({ target }) => `passed without target ${target}`),
    ...(targets.length > 0 ? [] : ['passed without a target']),
  ];
}

function inconclusiveMistakes({ reasons, targets, selfCheck }) {
  const findings = failing(selfCheck, targets);
  const isFinding = (reason) => (finding) =>
    reason.kind === 'load generator' && reason.subject === finding.check;
  const isUnjudged = ({ kind, subject }) =>
    targets.some(
      (target) =>
        target.target === subject &&
        ((kind === 'target inconclusive' && target.state === 'inconclusive') ||
          (kind === 'target missed' && findings.some((finding) => isSpoilt(target, finding)))),
    );
  return [
    ...differs('inconclusive, and selfCheck.ok', selfCheck.ok, findings.length === 0),
    ...(findings.length > 0 || targets.some(isWithinBracket)
      ? []
      : [
          'inconclusive, and neither a finding of the self-check nor the bracket of a target gives the reason',
        ]),
    ...findings
      .filter((finding) => !reasons.some((reason) => isFinding(reason)(finding)))
      .map(({ check }) => `inconclusive, and no reason names the finding: ${check}`),
    ...reasons
      .filter((reason) => !findings.some(isFinding(reason)) && !isUnjudged(reason))
      .map(
        (reason) => `inconclusive, with a reason that the self-check does not explain: ${reasonText(reason)}`,
      ),
  ];
}

/** The findings that make the verdict inconclusive. */
const failing = ({ findings }, targets) =>
  findings.filter(
    (finding) =>
      !finding.ok && (finding.spoils === 'load' || targets.some((target) => isSpoilt(target, finding))),
  );

/** A reason in one line, as the console prints it. */
const reasonText = ({ scope, message, hint }) =>
  `${scope === undefined ? '' : `${scope}: `}${message}${hint === undefined ? '' : `. ${hint}`}`;

/**
 * Whether a slow generator can be the cause: it delays its own pages and its answers to pings, but causes no service
 * errors.
 */
const isSpoilt = ({ state, operation, statistic }, { spoils }) =>
  state === 'missed' &&
  ((spoils === 'pages' && operation?.startsWith('page.') === true) ||
    (spoils === 'connections' && statistic === 'connections lost'));

/** Whether the limit is inside the bracket of the latency. */
const isWithinBracket = ({ state, bracket, limit }) =>
  state === 'inconclusive' && bracket !== undefined && bracket.low <= limit && limit <= bracket.high;

/** The console lists the first reasons only. */
const MOST_REASONS = 10;

/** The output ends with the verdict and its reasons, in lines of 80 columns, and names the report. */
function printedMistakes({ verdict, reasons, run }, lines) {
  const words = lines.flatMap(
    (line) => /^\S+ (PASSED|FAILED|INCONCLUSIVE|INTERRUPTED)\b/.exec(line)?.[1] ?? [],
  );
  const printed = [...new Set(words)].join(', ').toLowerCase();
  const text = lines.join(' ').replace(/\s+/g, ' ');
  return [
    ...differs('verdict, and what was printed', verdict, printed || 'nothing'),
    ...reasons
      .slice(0, MOST_REASONS)
      .map((reason) => reasonText(reason).replace(/\.$/, ''))
      .filter((reason) => !text.includes(reason.replace(/\s+/g, ' ')))
      .map((reason) => `not printed: ${reason}`),
    ...(lines.some((line) => line.startsWith('Report ') && line.includes(`/${run.id}/summary.md`))
      ? []
      : [`the output names no report of run ${run.id}`]),
  ];
}

/** The path of the newest summary. */
export function newestSummary(folder, since) {
  return summariesBelow(folder)
    .map((path) => ({ path, writtenAt: statSync(path).mtimeMs }))
    .filter(({ writtenAt }) => writtenAt >= since)
    .sort((one, other) => other.writtenAt - one.writtenAt)[0]?.path;
}

/** Finds reports/runs/RUN/summary.json, which is one folder deeper if a run has several crowds. */
function summariesBelow(path, depth = 2) {
  const entries = readEntries(path);
  return entries.flatMap((entry) => {
    const child = join(path, entry.name);
    if (entry.isDirectory()) return depth > 0 ? summariesBelow(child, depth - 1) : [];
    return entry.name === 'summary.json' ? [child] : [];
  });
}

function readEntries(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

if (isMain(import.meta)) {
  const [folder, since, code, output] = process.argv.slice(2);
  const { ok, lines } = checkSummary({
    folder,
    since: Number(since),
    code: Number(code),
    output: readFileSync(output, 'utf8'),
  });
  console.log(lines.join('\n'));
  process.exitCode = ok ? 0 : 1;
}
