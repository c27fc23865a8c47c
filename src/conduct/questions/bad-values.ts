import { type BadRequest, sendBadRequests } from '../bad-request.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';
import { signed } from '../tokens.ts';

const wrongTypes: readonly object[] = [
  {},
  { title: 5 },
  { title: null },
  { title: {} },
  { title: ['conduct'] },
  { title: true },
  { title: 'conduct', description: { text: 'x' } },
  { title: 'conduct', maxParticipants: 'many' },
  { title: 'conduct', maxParticipants: {} },
  { title: 'conduct', maxParticipants: 2.5 },
  { title: 'conduct', scheduledStart: 'tomorrow' },
  { title: 'conduct', scheduledStart: {} },
  { title: 'conduct', recordingEnabled: 'perhaps' },
];

const outOfRange: readonly object[] = [
  { title: '' },
  { title: 'conduct', maxParticipants: -1 },
  { title: 'conduct', maxParticipants: 1 },
  { title: 'conduct', maxParticipants: 1001 },
  { title: 'conduct', maxParticipants: 1e99 },
];

const tooLong: readonly (readonly [remark: string, body: object])[] = [
  ['a title of 101 characters', { title: 'x'.repeat(101) }],
  ['a title of 10,000 characters', { title: 'x'.repeat(10_000) }],
  ['a description of 501 characters', { title: 'conduct', description: 'x'.repeat(501) }],
];

const goodReport = { quality: 'good', rtt: 100, packetLoss: 1, bandwidth: 800 };
const badReports: readonly object[] = [
  {},
  { ...goodReport, quality: 'superb' },
  { ...goodReport, quality: 5 },
  { ...goodReport, rtt: 'slow' },
  { ...goodReport, packetLoss: 101 },
  { ...goodReport, packetLoss: -1 },
  { ...goodReport, bandwidth: {} },
];

const badActions: readonly object[] = [{}, { action: 5 }, { action: 'explode' }, { action: ['mute'] }];

/** The column of a deployed service holds 36. */
const LONG_USER_ID = `conduct-${'x'.repeat(40)}`;

/** The contract's limits, each passed by one; each request is the user's first, or among the first few. */
export const badValues: Question = {
  id: 'bad-values',
  question: 'Does HTTP refuse values of a wrong type, out of range or too long?',
  async ask(interview) {
    const host = interview.newUser();
    const meetingId = await interview.openMeeting(host);
    await sendBadRequests(interview, [
      ...creations(interview),
      ...[5, 'king', {}].map(
        (role): BadRequest => ({
          method: 'POST',
          path: `/${meetingId}/join`,
          token: interview.newUser().token,
          body: { role },
          broken: 'wrong-types-are-500',
          accepted: 'wrong-types-accepted',
        }),
      ),
      ...badReports.map(
        (body): BadRequest => ({
          method: 'POST',
          path: `/${meetingId}/network/quality`,
          token: host.token,
          body,
          broken: 'wrong-types-are-500',
          accepted: 'bad-network-report-accepted',
        }),
      ),
      ...badActions.map(
        (body): BadRequest => ({
          method: 'POST',
          path: `/${meetingId}/control`,
          token: host.token,
          body,
          broken: 'wrong-types-are-500',
          accepted: 'unknown-action-accepted',
        }),
      ),
      {
        method: 'GET',
        path: '?limit=1',
        token: tokenOfLongId(interview),
        remark: `a user id of ${LONG_USER_ID.length} characters`,
        broken: 'long-text-is-500',
      },
      {
        method: 'POST',
        path: `/${meetingId}/join`,
        token: tokenOfLongId(interview),
        body: {},
        remark: `a user id of ${LONG_USER_ID.length} characters`,
        broken: 'long-text-is-500',
      },
    ]);
  },
};

function creations(interview: Interview): BadRequest[] {
  const create = (request: Pick<BadRequest, 'body' | 'remark' | 'broken' | 'accepted'>): BadRequest => ({
    method: 'POST',
    path: '',
    token: interview.newUser().token,
    ...request,
  });
  return [
    ...wrongTypes.map((body) =>
      create({ body, broken: 'wrong-types-are-500', accepted: 'wrong-types-accepted' }),
    ),
    ...outOfRange.map((body) =>
      create({ body, broken: 'wrong-types-are-500', accepted: 'out-of-range-accepted' }),
    ),
    ...tooLong.map(([remark, body]) =>
      create({ body, remark, broken: 'long-text-is-500', accepted: 'long-text-accepted' }),
    ),
  ];
}

function tokenOfLongId({ options }: Interview): string {
  const claims = {
    userId: LONG_USER_ID,
    sub: LONG_USER_ID,
    type: 'access',
    exp: Math.floor(Date.now() / 1000) + 600,
  };
  return signed(claims, options.jwtSecret);
}
