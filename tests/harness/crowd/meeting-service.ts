import { type RoomService, roomService } from '../meetings/room-service.ts';

export interface MeetingService extends RoomService {
  /** The number of connections from each address. */
  readonly sources: ReadonlyMap<string, number>;
}

/** A service that admits the user `me` to every meeting, and answers each call as the contract requires. */
export async function meetingService(): Promise<MeetingService> {
  const service = await roomService();
  const sources = new Map<string, number>();
  service.http.on('connection', ({ remoteAddress = '' }) => {
    sources.set(remoteAddress, (sources.get(remoteAddress) ?? 0) + 1);
  });
  const agreed = { success: true, data: { id: 'm', meeting: { id: 'm' }, participant: { userId: 'me' } } };
  service.http.on('request', ({ url = '' }, response) => {
    if (url.startsWith('/socket.io')) return;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(agreed));
  });
  return Object.assign(service, { sources });
}
