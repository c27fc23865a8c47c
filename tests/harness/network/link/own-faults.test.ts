import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { blackout } from '../../../../docs/examples/blackout.ts';
import { UserError } from '../../../../src/kernel/errors.ts';
import { importDefault } from '../../../../src/kernel/import-default.ts';
import { defineFault, type OwnFault } from '../../../../src/network/link/faults/define-fault.ts';
import { stalled } from '../../../../src/network/link/faults/stalled.ts';
import type { Path } from '../../../../src/network/link/path.ts';
import { numberFrom, oneOf } from '../../../../src/network/settings.ts';
import { arrivalOf, ByteService } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';

const slowUplink = defineFault({
  kind: 'slow-uplink',
  settings: { kbps: numberFrom(1, 1000), way: oneOf('up', 'down').optional() },
  describe: ({ kbps }) => `uplink of ${kbps} kbit/s`,
  apply(line, { kbps, way = 'up' }) {
    line.impairment = { [way]: { bandwidthKbps: kbps } };
  },
  prove: ({ up }) => ({ isReal: up.passedBytes > 0, message: `${up.passedBytes} bytes passed` }),
});

/** A fault whose parts are all valid, except for these. */
const broken = (parts: object) =>
  defineFault({
    kind: 'broken',
    describe: () => 'broken',
    apply: () => undefined,
    prove: () => ({ isReal: true, message: '' }),
    ...parts,
  })();

/** The message of the error with which a path refuses a fault; afterwards the path is as good as before. */
async function refusalOf(path: Path, fault: unknown): Promise<string> {
  const error = await path.inflict(fault as OwnFault).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((await path.stats()).faults).toEqual([]);
  return (error as UserError).message;
}

test.describe('What does a fault of a team do to a path?', () => {
  test('it has its effect, proves it, and is over after the heal', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client } = await service.pair(path);
    const fault = await path.inflict(blackout(), { ttlMs: 60_000 });
    expect(await fault.prove()).toEqual({ isReal: false, message: '0 bytes disappeared' });
    client.write('bytes');
    await expect.poll(() => fault.prove(), SOON).toEqual({ isReal: true, message: '5 bytes disappeared' });
    expect((await path.stats()).faults).toEqual([fault.describe()]);
    expect(fault.describe()).toBe('blackout: nothing gets through, unnoticed');
    await fault.heal();
    const { client: next, service: other } = await service.pair(path);
    next.write('again');
    await arrivalOf('again', other);
  });

  test('it ends with its time to live, without another call', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.inflict(blackout(), { ttlMs: 100 });
    await expect.poll(async () => (await path.stats()).faults, SOON).toEqual([]);
    const { client, service: other } = await service.pair(path);
    client.write('again');
    await arrivalOf('again', other);
  });

  test('of several faults the latest impairment counts, and the one before returns', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const set = async () => (await path.stats()).up.set;
    await path.inflict(slowUplink({ kbps: 500 }));
    const second = await path.inflict(slowUplink({ kbps: 100 }));
    await path.inflict(blackout());
    expect(await set()).toEqual({ bandwidthKbps: 100 });
    await second.heal();
    expect(await set()).toEqual({ bandwidthKbps: 500 });
    expect((await path.stats()).faults).toEqual([
      'uplink of 500 kbit/s',
      'blackout: nothing gets through, unnoticed',
    ]);
  });

  test('with replacesEarlier, only the latest fault of its kind is active', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { definition } = slowUplink;
    const only = defineFault({ ...definition, replacesEarlier: true });
    await path.inflict(only({ kbps: 500 }));
    await path.inflict(only({ kbps: 100 }));
    expect((await path.stats()).faults).toEqual(['uplink of 100 kbit/s']);
  });

  test('a kind of fullhouse can be called like one of a team', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const stall = await path.inflict(stalled({ direction: 'up' }));
    expect(stall.describe()).toBe('stalled up');
  });
});

test.describe('A file with a fault in the repository of a team', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faults-'));
  });
  test.afterEach(() => rmSync(folder, { recursive: true }));

  const library = join(import.meta.dirname, '../../../../src/network/link/faults/define-fault.ts');
  const rules = join(import.meta.dirname, '../../../../src/network/settings.ts');

  /** Writes a fault with this line in its `apply`, and loads it. */
  async function faultIn(file: string, line: string) {
    const isTyped = file.endsWith('ts');
    const text = [
      `import { defineFault } from '${library}';`,
      `import { numberFrom } from '${rules}';`,
      isTyped ? 'type Ms = number;' : '',
      'export default defineFault({',
      "  kind: 'late',",
      '  settings: { ms: numberFrom(1, 1000) },',
      "  describe: ({ ms }) => 'late by ' + ms + ' ms',",
      `  apply(line, { ms }${isTyped ? ': { ms: Ms }' : ''}) {`,
      `    ${line}`,
      '  },',
      "  prove: ({ up }) => ({ isReal: up.set.latencyMs > 0, message: up.set.latencyMs + ' ms' }),",
      '});',
    ];
    writeFileSync(join(folder, file), text.join('\n'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    return (await importDefault(join(folder, file))) as (settings: object) => OwnFault;
  }

  for (const file of ['late.ts', 'late.js', 'late.mjs']) {
    test(`${file}: its fault reaches the proxy, and wrong settings are listed`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const late = await faultIn(file, 'line.impairment = { up: { latencyMs: ms } };');
      const fault = await path.inflict(late({ ms: 40 }));
      expect(await fault.prove()).toEqual({ isReal: true, message: '40 ms' });
      expect(fault.describe()).toBe('late by 40 ms');
      await fault.heal();
      expect(await refusalOf(path, late({ ms: 0, kbps: 1 }))).toBe(
        'Fault "late": ms is 0, but must be a number from 1 to 1000; unknown field "kbps". Use some of: ms.',
      );
    });

    test(`${file}: an error in its code names the fault, the file and the line`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const late = await faultIn(file, "if (ms > 0) throw new Error('no such level');");
      expect(await refusalOf(path, late({ ms: 1 }))).toBe(
        `Fault "late": its apply threw "no such level" (${relative(process.cwd(), join(folder, file))}:9).`,
      );
    });
  }
});

test.describe('A fault that cannot be used is refused before it damages a path', () => {
  const cases: readonly [title: string, fault: () => unknown, message: string | RegExp][] = [
    [
      'its apply throws',
      () =>
        broken({
          apply() {
            throw new Error('no such level');
          },
        }),
      /^Fault "broken": its apply threw "no such level" \(tests\/harness\/network\/link\/own-faults\.test\.ts:\d+\)\.$/,
    ],
    [
      'its describe throws something else than an error',
      () =>
        broken({
          describe() {
            throw 'no words';
          },
        }),
      'Fault "broken": its describe threw "no words".',
    ],
    [
      'its apply is asynchronous',
      () => broken({ apply: async () => undefined }),
      'Fault "broken": its apply is asynchronous, but must change the line at once.',
    ],
    [
      'its apply names an unknown direction',
      () => broken({ apply: ({ swallowed }: { swallowed: Set<string> }) => swallowed.add('both') }),
      'Fault "broken": its apply adds "both", but a direction must be "up" or "down".',
    ],
    [
      'its apply sets an impossible impairment',
      () =>
        broken({
          apply(line: { impairment: unknown }) {
            line.impairment = { up: { latencyMs: -1 } };
          },
        }),
      'Fault "broken": its apply sets a line whose up.latencyMs is -1, but must be a number from 0 to 60000.',
    ],
    [
      'it has a setting and needs none',
      () => (blackout as (settings: object) => OwnFault)({ ms: 5 }),
      'Fault "blackout": unknown field "ms". There are no fields.',
    ],
    [
      'its name belongs to fullhouse',
      () => broken({ kind: 'stalled' }),
      'Fault "stalled": fullhouse has a fault of this name. Give yours another name.',
    ],
    [
      'its kind was not called',
      () => blackout,
      'Fault "blackout": its kind was passed. Call it, with its settings if it has any.',
    ],
    [
      'its kind is unknown',
      () => ({ kind: 'staled', direction: 'up' }),
      'Unknown fault "staled". Did you mean "stalled"? For a fault of your own, pass the result of its kind: path.inflict(blackout()).',
    ],
    ['it is no fault', () => 'stalled', /^"stalled" is not a fault\. Use one of: half-open, impaired, /],
  ];
  for (const [title, fault, message] of cases) {
    test(title, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const refusal = await refusalOf(path, fault());
      if (typeof message === 'string') expect(refusal).toBe(message);
      else expect(refusal).toMatch(message);
      const { client, service: other } = await service.pair(path);
      client.write('still');
      await arrivalOf('still', other);
    });
  }

  test('its proof throws, or is not a proof', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const throwing = await path.inflict(
      broken({
        async prove() {
          throw new Error('no counts');
        },
      }),
    );
    await expect(throwing.prove()).rejects.toThrow(
      /^Fault "broken": its prove threw "no counts" \(tests\/harness\/.*own-faults\.test\.ts:\d+\)\.$/,
    );
    const wordless = await path.inflict(broken({ prove: () => true }));
    await expect(wordless.prove()).rejects.toThrow(
      new UserError('Fault "broken": its prove returned true, but must return { isReal, message }.'),
    );
  });

  test('its definition has mistakes: all are named, with their place', () => {
    const wrong = { kind: 'Big Bang', apply: 'yes', prove: () => ({}), settings: { ms: 5 } };
    expect(() => defineFault(wrong as never)).toThrow(
      /^tests\/harness\/network\/link\/own-faults\.test\.ts:\d+: defineFault: kind is "Big Bang", but must be words of small letters and digits, joined by hyphens; describe must be a function; apply must be a function; settings\.ms must be a rule, such as numberFrom\(1, 1000\) or a schema of zod 4\.$/,
    );
    expect(() => defineFault(undefined as never)).toThrow(/defineFault: a fault must be an object with kind/);
  });
});

/** The compiler checks these lines: each `@ts-expect-error` is itself an error if its line is accepted. */
export async function typesAreExact(path: Path): Promise<void> {
  await path.inflict(blackout());
  await path.inflict(slowUplink({ kbps: 5, way: 'down' }));
  await path.inflict({ kind: 'half-open', direction: 'up' });
  // @ts-expect-error: a setting is missing
  await path.inflict(slowUplink());
  // @ts-expect-error: a setting has another type
  await path.inflict(slowUplink({ kbps: '5' }));
  // @ts-expect-error: no such word
  await path.inflict(slowUplink({ kbps: 5, way: 'both' }));
  // @ts-expect-error: no such setting
  await path.inflict(slowUplink({ kbps: 5, ms: 1 }));
  // @ts-expect-error: it has no settings
  await path.inflict(blackout({ ms: 1 }));
  // @ts-expect-error: the kind itself is no fault
  await path.inflict(blackout);
  // @ts-expect-error: no such kind
  await path.inflict({ kind: 'blackout' });
}
