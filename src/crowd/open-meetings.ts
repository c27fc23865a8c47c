import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { MEETINGS, type Meeting } from '../meetings/contract.ts';
import { identity } from '../meetings/identity.ts';
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
    const meeting = await asHost(options, userId, (context) => create(context, options, number));
    ids.push(meeting);
    hosts.push(userId);
  }
  return { ids, hosts };
}

/** The hosts leave, which ends meetings that nobody else is in. What cannot be closed is the service's to end. */
export async function closeMeetings(host: Host, { ids, hosts }: Meetings): Promise<void> {
  await Promise.allSettled(
    ids.map((id, number) =>
      asHost(host, hosts[number]!, (context) => context.post(`${MEETINGS}/${id}/leave`)),
    ),
  );
}

async function create(
  context: RequestContext,
  { crowd, runId, meetingSize }: Host & { meetingSize: number },
  number: number,
) {
  const title = `fullhouse ${crowd} ${number + 1} (${runId})`;
  const failed = (why: string) =>
    new UserError(`The service did not create a meeting for the crowd: ${why}. Nothing was loaded.`);
  const response = await context
    .post(MEETINGS, { data: { title, maxParticipants: meetingSize } })
    .catch((error: unknown) => {
      throw failed(causeOfError(error));
    });
  const text = await response.text();
  const excerpt = withoutSecrets(text).slice(0, 200);
  if (!response.ok()) throw failed(`it answered ${response.status()} ${excerpt}`);
  const id = idIn(text);
  if (id === undefined) throw failed(`its answer has no data.id: ${excerpt}`);
  return id;
}

function idIn(text: string): string | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: Partial<Meeting> };
    return typeof data?.id === 'string' ? data.id : undefined;
  } catch {
    return undefined; // an HTML page, for example
  }
}

async function asHost<T>(
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
