import { UserError } from '../kernel/errors.ts';
import type { Access } from '../meetings/access.ts';
import { meetingIn, meetingWithoutCreating, whyNotCreated } from '../meetings/new-meeting.ts';
import type { Offers } from '../meetings/offers.ts';
import { reportedIn, rosterSource } from '../meetings/roster.ts';
import { SideUser } from '../meetings/side-user.ts';
import { hostId } from './open-identity.ts';

export interface Host {
  readonly runId: string;
  readonly crowd: string;
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  readonly requestTimeoutMs: number;
}

/** The meetings that a crowd attends, and the users who host those that were created for it. */
export interface Meetings {
  readonly ids: readonly string[];
  readonly hosts: readonly string[];
}

/** A host may create ten meetings in a quarter of an hour. */
const MEETINGS_PER_HOST = 10;

/** The host takes a seat too. */
function seatsOf(meetingSize: number): number {
  return meetingSize - 1;
}

/**
 * The meeting of the participant at this place, counted from 0 over the whole crowd. Meetings fill one after the
 * other, so a crowd below its peak also meets. With fewer meetings than needed, for
 * example given ones, the places begin again at the first meeting.
 */
export function meetingAt({ ids }: Pick<Meetings, 'ids'>, place: number, meetingSize: number): string {
  return ids[Math.floor(place / seatsOf(meetingSize)) % ids.length]!;
}

/**
 * Creates or reads as many meetings as a crowd of `users` needs, with a seat for each user and the host, as the
 * contract says.
 * @param open the meetings that the crowd has already; the result contains them
 */
export async function openMeetings(
  options: Host & { readonly users: number; readonly meetingSize: number },
  open: Meetings = { ids: [], hosts: [] },
): Promise<Meetings> {
  const { contract } = options.access;
  const { meetings } = contract;
  if (meetings.kind === 'fixed') return { ids: meetings.ids, hosts: [] };
  const count = Math.max(1, Math.ceil(options.users / seatsOf(options.meetingSize)));
  if (open.ids.length >= count) return open;
  const numbers = Array.from({ length: count - open.ids.length }, (_, further) => open.ids.length + further);
  const unique = (number: number) => `${options.runId}-${hostId('m', options.crowd, number)}`;
  const there = numbers.flatMap((number) => meetingWithoutCreating(contract, number, unique(number)) ?? []);
  if (meetings.kind !== 'created') return { ids: [...open.ids, ...there], hosts: [] };
  const ids = [...open.ids];
  const hosts = [...open.hosts];
  for (const number of numbers) {
    const name = hostId(options.runId, options.crowd, Math.floor(number / MEETINGS_PER_HOST));
    ids.push(await asUser(options, name, (host) => create(host, options, number)));
    hosts.push(name);
  }
  return { ids, hosts };
}

/**
 * Makes all users of this run leave that are still in a meeting, for example because the service was down when they
 * left; the hosts leave last, which ends meetings without other members. Returns the users that the service still has
 * in a meeting afterwards; undefined if it returns no roster or does not answer.
 */
export async function closeMeetings(
  host: Host,
  { ids, hosts }: Meetings,
  offers: Pick<Offers, 'roster'>,
): Promise<string[] | undefined> {
  const left = await Promise.all(
    ids.map((id, number) =>
      closeMeeting(host, { id, hostName: hosts[number] }, offers).catch(() => undefined),
    ),
  );
  const known = left.filter((userIds) => userIds !== undefined);
  return known.length === 0 ? undefined : known.flat();
}

async function closeMeeting(
  options: Host,
  { id, hostName }: { id: string; hostName: string | undefined },
  offers: Pick<Offers, 'roster'>,
): Promise<string[] | undefined> {
  // A meeting that existed before may have other members.
  if (hostName === undefined) return undefined;
  return asUser(options, hostName, async (host) => {
    const others = async () => {
      const inside = await participantsOf(host, id, options, offers);
      return inside?.filter((userId) => userId !== host.userId);
    };
    try {
      const inside = await others();
      // Only users of this run may be removed.
      const ours = inside?.filter((userId) => userId.startsWith(options.runId)) ?? [];
      if (ours.length === 0) return inside;
      for (const userId of ours) await asUser(options, userId, (own) => own.leave(id));
      return await others();
    } finally {
      await host.leave(id);
    }
  });
}

async function participantsOf(
  user: SideUser,
  meetingId: string,
  { access: { contract } }: Host,
  offers: Pick<Offers, 'roster'>,
): Promise<string[] | undefined> {
  const source = rosterSource(contract, offers);
  if (source === undefined) return undefined;
  const answer = await user.call(source, { meetingId });
  if (answer.outcome !== 'ok') throw new Error(`the service refused ${source}: ${answer.cause}`);
  return reportedIn(contract, source, answer)?.participants?.map(({ userId }) => userId);
}

async function create(
  host: SideUser,
  { crowd, runId, meetingSize, access }: Host & { meetingSize: number },
  number: number,
): Promise<string> {
  const title = `fullhouse ${crowd} ${number + 1} (${runId})`;
  const created = await host.call('meeting.create', { input: { title, capacity: meetingSize } });
  const id = meetingIn(access, created);
  if (id !== undefined) return id;
  throw new UserError(`${whyNotCreated(created)}. Nothing was loaded.`);
}

async function asUser<T>(
  { access, serviceUrl: url, socketUrl, requestTimeoutMs: timeoutMs }: Host,
  name: string,
  act: (user: SideUser) => Promise<T>,
): Promise<T> {
  const user = await SideUser.open({ access, name, url, socketUrl, timeoutMs });
  try {
    return await act(user);
  } finally {
    await user.close();
  }
}
