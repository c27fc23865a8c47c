import type { NetworkAdvice, Participant, Role } from './schemas.ts';

/** The fields of room events in addition to `meetingId`, `userId` and `timestamp`, which every event has. */
export type RoomEvents = {
  'meeting:participant-joined': { participant: Participant };
  'meeting:participant-left': object;
  'meeting:participant-reconnected': object;
  'meeting:hand-raised': object;
  'meeting:hand-lowered': object;
  'meeting:host-promoted': { role: Role };
  'meeting:network-quality-update': { recommendations: NetworkAdvice };
  'meeting:locked': object;
  'meeting:unlocked': object;
  'chat:message': { id: string; text: string };
};

/** A room event as it is sent. */
export type RoomEvent = {
  [Name in keyof RoomEvents]: RoomEvents[Name] & {
    name: Name;
    meetingId: string;
    userId: string;
    timestamp: string;
  };
}[keyof RoomEvents];
