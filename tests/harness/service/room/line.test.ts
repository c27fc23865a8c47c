import { expect, test } from '@playwright/test';
import { Line, type Sample } from '../../../../service/room/network/line.ts';
import { ownLine } from '../../../../service/room/network/own-line.ts';

const nothing: Sample = {
  atMs: 0,
  isExpecting: true,
  received: 0,
  lost: 0,
  sentBytes: 0,
  jitterMs: undefined,
  rttMs: undefined,
  availableKbps: undefined,
  lossUp: undefined,
};

/** A line with one sample per second. `each` returns the counts of a second. */
function lineOf(seconds: number, each: (second: number) => Partial<Sample>): Line {
  const line = new Line();
  const sums = { received: 0, lost: 0, sentBytes: 0 };
  for (let second = 0; second <= seconds; second++) {
    const sample = { ...nothing, ...each(second), atMs: second * 1000 };
    sums.received += sample.received;
    sums.lost += sample.lost;
    sums.sentBytes += sample.sentBytes;
    line.add({ ...sample, ...sums });
  }
  return line;
}

const figuresOf = (seconds: number, each: Parameters<typeof lineOf>[1]) => lineOf(seconds, each).figures;

test.describe('the figures of a line', () => {
  test('the figures of a line cover the last five seconds', () => {
    const figures = figuresOf(20, (second) => ({
      received: second <= 15 ? 50 : 35,
      lost: second <= 15 ? 0 : 15,
      sentBytes: 5_000,
    }));
    expect(figures).toMatchObject({ received: 175, lost: 75, lossDownPercent: 30, sentKbps: 40 });
  });

  test('the figures of a line need two samples, and enough packets for a loss in percent', () => {
    expect(new Line().figures).toBeUndefined();
    expect(figuresOf(0, () => ({ received: 50 }))).toBeUndefined();
    expect(figuresOf(1, () => ({ received: 10, lost: 10 }))?.lossDownPercent).toBeUndefined();
    expect(figuresOf(1, () => ({ received: 25, lost: 25 }))?.lossDownPercent).toBe(50);
  });

  test('unexpected silence shows 100% loss, and expected silence shows none', () => {
    const flowUntil = (end: number) => (second: number) => ({ received: second <= end ? 50 : 0 });
    expect(figuresOf(10, flowUntil(8))?.lossDownPercent).toBe(0);
    expect(figuresOf(10, flowUntil(7))?.lossDownPercent).toBe(100);
    expect(figuresOf(30, flowUntil(7))?.lossDownPercent).toBe(100);
    expect(figuresOf(10, () => ({ received: 0 }))?.lossDownPercent).toBeUndefined();
    const listener = (second: number) => ({ ...flowUntil(5)(second), isExpecting: second <= 5 });
    expect(figuresOf(20, listener)?.lossDownPercent).toBeUndefined();
  });

  test('the loss of a line is never negative, and starts from zero with a new connection', () => {
    expect(figuresOf(5, (second) => ({ received: 50, lost: second ? -1 : 20 }))?.lossDownPercent).toBe(0);
    const line = lineOf(10, () => ({ received: 50, lost: 50 }));
    line.add({ ...nothing, atMs: 11_000 });
    line.add({ ...nothing, atMs: 12_000, received: 50 });
    expect(line.figures).toMatchObject({ received: 50, lost: 0, lossDownPercent: 0 });
  });

  test('a recent loss report of the other end counts', () => {
    const said = (atMs: number) => () => ({ received: 50, lossUp: { percent: 12, atMs } });
    expect(figuresOf(20, said(15_000))?.lossUpPercent).toBe(12);
    expect(figuresOf(20, said(5_000))?.lossUpPercent).toBeUndefined();
  });
});

test.describe("the user's own line", () => {
  const good = figuresOf(5, () => ({ received: 50, rttMs: 20, jitterMs: 2 }))!;
  const lossy = figuresOf(5, () => ({ received: 40, lost: 10, rttMs: 400, jitterMs: 30 }))!;

  test("the user's own line has a problem only if most lines have it", () => {
    expect(ownLine([good, lossy, good])).toMatchObject({ lossPercent: 0, rttMs: 20, jitterMs: 2 });
    expect(ownLine([good, lossy])).toMatchObject({ lossPercent: 0 });
    expect(ownLine([lossy, good, lossy])).toMatchObject({ lossPercent: 20, rttMs: 400 });
    expect(ownLine([lossy])).toMatchObject({ lossPercent: 20, packets: { received: 200, lost: 50 } });
    expect(ownLine([])).toMatchObject({ lossPercent: undefined, rttMs: undefined, narrowKbps: undefined });
  });

  test("the user's own line has the worse loss of both directions", () => {
    const up = { ...good, lossUpPercent: 8 };
    expect(ownLine([up])).toMatchObject({ lossPercent: 8, lossDownPercent: 0, lossUpPercent: 8 });
  });

  test('a line is narrow if the estimate is close to the sent bitrate on every line', () => {
    const sending = (availableKbps: number | undefined) => ({ ...good, sentKbps: 50, availableKbps });
    expect(ownLine([sending(62)]).narrowKbps).toBe(62);
    expect(ownLine([sending(62), sending(60)]).narrowKbps).toBe(122);
    // Chromium's estimate for a wide line that carries sound.
    expect(ownLine([sending(108)]).narrowKbps).toBeUndefined();
    expect(ownLine([sending(62), sending(108)]).narrowKbps).toBeUndefined();
    expect(ownLine([sending(undefined)]).narrowKbps).toBeUndefined();
    expect(ownLine([{ ...sending(62), sentKbps: 0 }]).narrowKbps).toBeUndefined();
  });

  test('one low estimate does not make a line narrow', () => {
    const figures = figuresOf(5, (second) => ({
      received: 50,
      sentBytes: 6_250,
      availableKbps: second === 3 ? 60 : 130,
    }))!;
    expect(ownLine([figures]).narrowKbps).toBeUndefined();
  });
});
