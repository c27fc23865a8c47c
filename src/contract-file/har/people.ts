import { PacketType } from 'socket.io-parser';
import { placeOf } from '../classify.ts';
import { mostInBoth, tally } from '../counts.ts';
import type { Known } from '../reads.ts';
import type { LeafShape } from '../shape.ts';
import { isIdOf, isOnly, isPlainId, means, mentions, wordsOf } from '../words.ts';
import { endpointOf, meetingIdOf } from './api-calls.ts';
import { type Credentials, credentialsIn } from './credentials.ts';
import { isId, type Mention, mentionsIn, receivedIn, sentIn } from './mentions.ts';
import type { Recording } from './recording.ts';

export interface Person {
  readonly recording: Recording;
  readonly credentials: Credentials;
  /** The id of the user at the service; undefined if it was not found. */
  readonly id: string | undefined;
  /** The name that other users see; undefined if none was sent. */
  readonly displayName: string | undefined;
}

export interface People {
  readonly persons: readonly [Person, Person];
  readonly meetingId: string | undefined;
  /** Where the id of a user was found first. The contract reads it in the same place. */
  readonly idSource: IdSource | undefined;
}

export type IdSource = 'claims' | 'login' | 'answer' | 'sent' | 'socket' | 'name';

interface Candidate {
  readonly source: IdSource;
  readonly key: string;
  readonly value: string;
}

/** The users of two recordings and the meeting in which they met. */
export function peopleIn(recordings: readonly [Recording, Recording]): People {
  const credentials = recordings.map(credentialsIn);
  const meetingId = meetingIn(recordings);
  const chosen = chooseIds(recordings, credentials, meetingId);
  const persons = recordings.map(
    (recording, index): Person => ({
      recording,
      credentials: credentials[index]!,
      id: chosen?.ids[index],
      displayName: displayNameIn(recording, chosen?.ids[index]),
    }),
  );
  return { persons: persons as [Person, Person], meetingId, idSource: chosen?.source };
}

/** The meeting id that both users mention most often. */
function meetingIn(recordings: readonly [Recording, Recording]): string | undefined {
  const [one, other] = recordings.map((recording) => {
    const sent: [string, number][] = [
      ...recording.calls.flatMap((call) => meetingIdOf(call) ?? []).map((id) => [id, 2] as [string, number]),
      ...sentIn(recording).flatMap(({ name, value }): [string, number][] =>
        isIdOf(name, 'meeting') || isOnly(name, 'meeting') ? [[value, 2]] : [],
      ),
      ...recording.sent.flatMap(({ args: [first] }): [string, number][] =>
        typeof first === 'string' && first.length > 3 ? [[first, 1]] : [],
      ),
    ];
    const known = new Set(sent.map(([value]) => value));
    const received = receivedIn(recording).filter(
      ({ name, value }) => known.has(value) && (isPlainId(name) || mentions(name, 'meeting')),
    );
    return tally([...sent, ...received.map(({ value }) => [value, 1] as const)]);
  });
  return mostInBoth(one!, other!);
}

function chooseIds(
  recordings: readonly [Recording, Recording],
  credentials: readonly Credentials[],
  meetingId: string | undefined,
) {
  const [ones, others] = recordings.map((recording, index) =>
    candidatesIn(recording, credentials[index]!),
  ) as [Candidate[], Candidate[]];
  const received = recordings.map(receivedIn) as [Mention[], Mention[]];
  const count = (value: string, among: readonly Mention[]) =>
    among.filter((mention) => isId(mention, value)).length;
  const pairs = ones.flatMap((one) => {
    const other = others.find(({ source, key }) => source === one.source && key === one.key);
    if (!other || one.value === other.value || one.value === meetingId || other.value === meetingId)
      return [];
    const seen = count(one.value, received[1]) + count(other.value, received[0]);
    return [{ source: one.source, ids: [one.value, other.value], seen }];
  });
  const isFixed = ({ source }: { source: IdSource }) => source === 'claims' || source === 'login';
  const announced = pairs.filter(({ seen }) => seen > 0);
  return (
    announced.find(isFixed) ??
    mostSeen(announced) ??
    pairs.find(isFixed) ??
    pairs.find(({ source }) => source === 'answer')
  );
}

function mostSeen<Pair extends { seen: number }>(pairs: readonly Pair[]): Pair | undefined {
  return [...pairs].sort((one, other) => other.seen - one.seen)[0];
}

/** Values that may be the id of the user who was recorded, the surest first. */
function candidatesIn(recording: Recording, { jwt, login }: Credentials): Candidate[] {
  const claims = mentionsIn(jwt?.claims).filter(
    ({ name }) => /^(sub|uid)$/.test(name) || isIdOf(name, 'user') || isPlainId(name),
  );
  const joins = recording.calls.filter((call) =>
    ['meeting.join', 'meeting.reconnect'].includes(placeOf(endpointOf(call)).purpose ?? ''),
  );
  const acks = recording.sent.filter(({ name }) => wordsOf(name).some((word) => means(word, 'join')));
  const answers = [...joins.map(({ answer }) => answer), ...acks.map(({ ack }) => ack?.[0])].flatMap(
    userFieldsIn,
  );
  const sid = recording.connections.flatMap(({ messages }) =>
    messages.flatMap(({ isSent, packet }) =>
      !isSent && packet.type === PacketType.CONNECT
        ? mentionsIn(packet.data).filter(({ name }) => name === 'sid')
        : [],
    ),
  );
  const as = (source: IdSource, found: readonly Mention[]): Candidate[] =>
    found.map(({ path, value }) => ({ source, key: path.join('.'), value }));
  return [
    ...as('claims', claims),
    ...as('login', userFieldsIn(login?.answer)),
    ...as('answer', answers.sort(bySureness)),
    ...as(
      'sent',
      sentIn(recording).filter(({ name }) => isIdOf(name, 'user') || isIdOf(name, 'person')),
    ),
    ...as('socket', sid.slice(-1)),
    ...as(
      'name',
      sentIn(recording).filter(({ name }) => mentions(name, 'display')),
    ).map((one) => ({ ...one, key: 'name' })),
  ];
}

/** `userId` is surer than the `id` of a participant, which may identify only this visit. */
function bySureness(one: Mention, other: Mention): number {
  return Number(isIdOf(other.name, 'user')) - Number(isIdOf(one.name, 'user'));
}

/** Fields of an answer that may be the id of its user. Lists are skipped, because they also contain other users. */
export function userFieldsIn(answer: unknown): Mention[] {
  return mentionsIn(answer).filter(
    (mention) => mention.path.every((step) => typeof step === 'string') && isUserField(mention),
  );
}

function isUserField({ path, name }: Mention): boolean {
  const parent = String(path.at(-2) ?? '');
  if (isIdOf(name, 'user') || isIdOf(name, 'person')) return true;
  return (
    isPlainId(name) && (parent === '' || isOnly(parent, 'person', 'self', 'user', 'account', 'envelope'))
  );
}

function displayNameIn(recording: Recording, id: string | undefined): string | undefined {
  return sentIn(recording).find(
    ({ name, value }) =>
      isOnly(name, 'display', 'person') && mentions(name, 'display') && value !== id && !value.includes('@'),
  )?.value;
}

/** Recognises the meeting and the users in answers to these users. */
export function knownIn({ persons, meetingId }: People, askers: readonly Person[]): Known {
  const ids = persons.flatMap(({ id }) => id ?? []);
  const own = new Set(askers.flatMap(({ id }) => id ?? []));
  const valuesOf = ({ values }: LeafShape) => new Set(values.filter((value) => value !== null).map(String));
  const isAll = (values: ReadonlySet<string>, name: string) =>
    [...values].every((value) => isId({ name, value }, value));
  return {
    isMeeting: (leaf) => {
      const values = valuesOf(leaf);
      return meetingId !== undefined && values.size === 1 && values.has(meetingId);
    },
    isUser: (leaf, name) => {
      const values = valuesOf(leaf);
      return (
        own.size > 0 &&
        values.size === own.size &&
        [...values].every((value) => own.has(value)) &&
        isAll(values, name)
      );
    },
    isOneOfUsers: (leaf, name) => {
      const values = valuesOf(leaf);
      return ids.some((id) => values.has(id)) && isAll(values, name);
    },
  };
}
