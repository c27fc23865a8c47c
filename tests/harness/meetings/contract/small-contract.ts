// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import type { Contract } from '../../../../src/meetings/contract/contract.ts';
import { contractOf } from '../../../../src/meetings/contract/load.ts';
import type { Environment } from '../../../../src/meetings/identities/written.ts';

/** A contract with all sections, for tests that change one part of it. */
export const smallContract = `contract: fullhouse/1
name: small
service:
  url: http://127.0.0.1:9
  base: /v2
  socket: {}
identity:
  none: { user: socket.id }
operations:
  meeting.create:
    post: /rooms
    meeting: body.id
  meeting.join:
    put: "/rooms/\${meeting}/members/\${user}"
    causes: participant-joined
  meeting.get: { get: "/rooms/\${meeting}" }
  room.enter: { emit: enter, json: { room: "\${meeting}" }, reply: entered }
events:
  participant-joined: { on: joined, user: payload.user }
limits: { meeting.join: 20/5m }
journey: { mix: { meeting.get: 1, listen: 1 } }
`;

/**
 * The contract with some of its parts replaced; each part must exist, because the test would test nothing otherwise.
 */
export function edited(...edits: readonly (readonly [part: string | RegExp, by: string])[]): string {
  let text = smallContract;
  for (const [part, by] of edits) {
    const next = text.replace(part, () => by);
    if (next === text) throw new Error(`the small contract has no ${String(part)}`);
    text = next;
  }
  return text;
}

/** @throws {UserError} for a contract that is refused */
export function contractFrom(text: string, environment: Environment = {}): Contract {
  return contractOf(text, 'contract.yaml', environment);
}

const usual = {
  service: 'service: { socket: {} }',
  identity: 'identity: { none: {} }',
  meetings: 'meetings: { fixed: [room-1] }',
};

/** A contract of these YAML sections. Missing default sections are added. */
export function contractWith(sections: string, environment: Environment = {}): Contract {
  const isThere = (name: string) =>
    new RegExp(`^${name}:`, 'm').test(sections) ||
    (name === 'meetings' && sections.includes('meeting.create'));
  const added = Object.entries(usual).flatMap(([name, section]) => (isThere(name) ? [] : [section]));
  return contractFrom(['contract: fullhouse/1', ...added, sections].join('\n'), environment);
}
