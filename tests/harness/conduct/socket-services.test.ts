import type { Answered } from '../../../src/conduct/answered.ts';
import { ask } from '../../../src/conduct/ask.ts';
import type { Question } from '../../../src/conduct/question.ts';
import { actingForOthers } from '../../../src/conduct/questions/acting-for-others.ts';
import { foreignOrigins } from '../../../src/conduct/questions/foreign-origins.ts';
import { httpTokens } from '../../../src/conduct/questions/http-tokens.ts';
import { joiningTwice } from '../../../src/conduct/questions/joining-twice.ts';
import { socketTokens } from '../../../src/conduct/questions/socket-tokens.ts';
import { strangers } from '../../../src/conduct/questions/strangers.ts';
import { wrongPayloads } from '../../../src/conduct/questions/wrong-payloads.ts';
import { accessByText } from './access.ts';
import { said } from './found.ts';
import { contract, expect, SECRET, type SocketFault, test } from './small-sockets.ts';

async function askOne(question: Question, url: string, text = contract): Promise<Answered> {
  const access = await accessByText(text, { SERVICE_URL: url, JWT_SECRET: SECRET });
  return ask(question, {
    serviceUrl: url,
    socketUrl: url,
    access,
    timeoutMs: 2000,
    idleConnection: () => Promise.reject(new Error('not asked')),
    stoppableDatabase: async () => '',
  });
}

const good = [actingForOthers, foreignOrigins, joiningTwice, socketTokens, strangers, wrongPayloads];

test('conduct finds nothing in a good socket service with a hello message and acknowledgements', async ({
  serveSockets,
}) => {
  const url = await serveSockets();
  for (const question of good)
    expect(said(await askOne(question, url)), question.id).toEqual(['passed', null]);
});

/** Services with one fault each, and all findings about them. */
const faulty: readonly (readonly [SocketFault, Question, readonly string[]])[] = [
  [
    'accepts any token',
    socketTokens,
    ['expired', 'forged', 'unsigned', 'wrong-audience'].map((one) => `socket-accepts-${one}-token`),
  ],
  [
    'accepts clients without a token',
    socketTokens,
    [...['expired', 'forged', 'garbage', 'missing', 'unsigned'], ...['without-user', 'wrong-audience']].map(
      (one) => `socket-accepts-${one}-token`,
    ),
  ],
  ['creates rooms that do not exist', strangers, ['room-of-nothing-opens']],
  ['creates rooms that do not exist', wrongPayloads, ['room-of-nothing-opens']],
  ['raises the hand of another user', actingForOthers, ['hand-of-others']],
  ['removes another user', actingForOthers, ['leave-of-others']],
  ['raises hands of strangers', actingForOthers, ['stranger-raises-hand']],
  ['acknowledges hands of strangers', actingForOthers, ['stranger-hand-acknowledged']],
  ['allows any origin', foreignOrigins, ['foreign-origin-with-credentials']],
  ['adds a row for each join', joiningTwice, ['user-has-several-rows']],
  ['sends raw database text', wrongPayloads, ['raw-database-text']],
  ['ends on a message without content', wrongPayloads, ['empty-payload-crashes-the-service']],
  ['ends without an acknowledgement', wrongPayloads, ['wrong-payload-crashes-the-service']],
  ['ends on a wrong type', wrongPayloads, ['wrong-payload-crashes-the-service']],
];

for (const [fault, question, findings] of faulty)
  test(`the question ${question.id} finds this fault of a socket service: ${fault}`, async ({
    serveSockets,
  }) => {
    const answered = await askOne(question, await serveSockets(fault));
    expect(answered.findings.map(({ name }) => name).sort()).toEqual(findings);
  });

test('conduct reports the status of a refused handshake', async ({ serveSockets }) => {
  const answered = await askOne(socketTokens, await serveSockets('refuses handshakes'));
  expect(said(answered)).toEqual(['inconclusive', 'a socket with a good token did not connect: HTTP 400']);
});

test('a conduct question is not applicable without its operation in the contract', async ({
  serveSockets,
}) => {
  const url = await serveSockets();
  const withoutActs = contract
    .replace(/^ {2}hand.raise: .*\n/m, '')
    .replace(', causes: participant-left', '');
  for (const [question, text, reason] of [
    [actingForOthers, withoutActs, 'the contract has no act in a meeting that others could notice'],
    [httpTokens, contract, 'the contract has no call over HTTP of: '],
    [
      socketTokens,
      contract.replace(/ {2}socket: \{ first.*\n/, '  socket: {}\n'),
      'users show no token to the socket',
    ],
    [joiningTwice, contract.replace(/ {4}roster: .*\n/, ''), 'the service returns no roster'],
    [strangers, `${contract}meetings: { fixed: [one] }\n`, 'a user may enter any meeting'],
  ] as const) {
    const [state, why] = said(await askOne(question, url, text));
    expect(state, question.id).toBe('not applicable');
    expect(why, question.id).toContain(reason);
  }
});
