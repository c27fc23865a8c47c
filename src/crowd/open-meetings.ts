import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { MEETINGS, type Meeting } from '../meetings/contract.ts';
import { identity } from '../meetings/identity.ts';
import { leaveMeeting } from '../meetings/leave-meeting.ts';
import type { Offers } from '../meetings/offers.ts';
import { askForRoster, participantsIn } from '../meetings/roster.ts';
import { causeOfError } from '../request-context/failure.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import { hostId } from './user-ids.ts';

export interface Host {
  readonly runId: string;
  readonly crowd: string;
  readonly serviceUrl: string;
  readonly jwtSecret: string;
  readonly requestTimeoutMs: number;
}

/** The meetings that a crowd attends, and the users who host them. */
export interface Meetings {
  readonly ids: readonly string[];
  readonly hosts: readonly string[];
}

/** A host may create ten meetings in a quarter of an hour. */
const MEETINGS_PER_HOST = 10;

/** Creates as many meetings as a crowd of `users` needs, with room for everybody and the host. */
export async function openMeetings(
  options: Host & { readonly users: number; readonly meetingSize: number },
): Promise<Meetings> {
  const seats = options.meetingSize - 1;
  const count = Math.max(1, Math.ceil(options.users / seats));
  const ids: string[] = [];
  const hosts: string[] = [];
  for (let number = 0; number < count; number++) {
    const userId = hostId(options.runId, options.crowd, Math.floor(number / MEETINGS_PER_HOST));
    const meeting = await asUser(options, userId, (context) => create(context, options, number));
    ids.push(meeting);
    hosts.push(userId);
  }
  return { ids, hosts };
}

/**
 * Everybody of this run who is still in a meeting leaves, such as those whose service was away when they wanted to; the
 * hosts last, which ends meetings that nobody else is in. Answers with the users whom the service has in a meeting all
 * the same; undefined where it returns no roster, or does not answer.
 */
export async function closeMeetings(
  host: Host,
  { ids, hosts }: Meetings,
  offers: Pick<Offers, 'roster'>,
): Promise<string[] | undefined> {
  const left = await Promise.all(
    ids.map((id, number) =>
      closeMeeting(host, { id, hostId: hosts[number]! }, offers).catch(() => undefined),
    ),
  );
  const known = left.filter((userIds) => userIds !== undefined);
  return known.length === 0 ? undefined : known.flat();
}

async function closeMeeting(
  host: Host,
  { id, hostId }: { id: string; hostId: string },
  offers: Pick<Offers, 'roster'>,
): Promise<string[] | undefined> {
  return asUser(host, hostId, async (context) => {
    const others = async () => {
      const participants = participantsIn(await askForRoster(context, id, offers));
      return participants?.map(({ userId }) => userId).filter((userId) => userId !== hostId);
    };
    try {
      const inside = await others();
      // Others than ours are not ours to send away.
      const ours = inside?.filter((userId) => userId.startsWith(host.runId)) ?? [];
      if (ours.length === 0) return inside;
      for (const userId of ours) await asUser(host, userId, (own) => leaveMeeting(own, id));
      return await others();
    } finally {
      await leaveMeeting(context, id);
    }
  });
}

async function create(
  context: RequestContext,
  { crowd, runId, meetingSize }: Host & { meetingSize: number },
  number: number,
) {
  const title = `fullhouse ${crowd} ${number + 1} (${runId})`;
  const failed = (why: string) => new UserError(`${why}. Nothing was loaded.`);
  const response = await context
    .post(MEETINGS, { data: { title, maxParticipants: meetingSize } })
    .catch((error: unknown) => {
      throw failed(`The service did not create the meeting: ${causeOfError(error)}`);
    });
  const text = await response.text();
  const excerpt = withoutSecrets(text).slice(0, 200);
  if (!response.ok()) throw failed(refusalOf(response, excerpt));
  const id = idIn(text);
  if (id === undefined)
    throw failed(
      `The service created a meeting without saying which: its answer has no data.id (${excerpt})`,
    );
  return id;
}

function refusalOf(response: Awaited<ReturnType<RequestContext['post']>>, excerpt: string): string {
  const retryAfter = response.headers()['retry-after'];
  const details = [
    ...(retryAfter === undefined ? [] : [`Retry-After: ${withoutSecrets(retryAfter).slice(0, 40)}`]),
    ...(excerpt.trim() === '' ? [] : [excerpt.trim()]),
  ];
  const why = details.length === 0 ? '' : ` (${details.join('; ')})`;
  return `The service refused to create the meeting: ${response.status()}${why}`;
}

function idIn(text: string): string | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: Partial<Meeting> };
    return typeof data?.id === 'string' ? data.id : undefined;
  } catch {
    return undefined; // an HTML page, for example
  }
}

async function asUser<T>(
  host: Host,
  userId: string,
  act: (context: RequestContext) => Promise<T>,
): Promise<T> {
  const { token } = identity(userId, host.jwtSecret);
  const context = await openRequestContext('wire', {
    baseURL: host.serviceUrl,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
    timeoutMs: host.requestTimeoutMs,
  });
  try {
    return await act(context);
  } finally {
    await context.dispose();
  }
}
