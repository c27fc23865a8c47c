import { expect, test } from '@playwright/test';
import { readSettings } from '../../../../src/config/read-settings.ts';
import type { Meetings } from '../../../../src/crowd/open-meetings.ts';
import { CrowdMeetings } from '../../../../src/steering/capacity/crowd-meetings.ts';
import { meetingService } from '../../crowd/meeting-service.ts';
import { accessOf } from '../../meetings/access-of.ts';

/** The meetings of a crowd whose slice has opened the first one. */
async function crowdMeetings(
  written: Record<string, string>,
  act: (meetings: CrowdMeetings) => Promise<void>,
) {
  await using service = await meetingService();
  let shared: Meetings | undefined = { ids: ['first'], hosts: ['host'] };
  const coordinator = {
    shared: () => shared,
    share: (_crowd: string, _key: string, value: unknown) => {
      shared = value as Meetings;
    },
  };
  const settings = readSettings({ MEETINGS_SERVICE_URL: service.url, ...written });
  const access = await accessOf();
  await act(new CrowdMeetings({ crowd: 'crowd', runId: 'run', settings, access, coordinator }));
  return shared;
}

test('the main process opens the meetings that a level of users needs besides the open ones', async () => {
  const all = await crowdMeetings({ MEETING_SIZE: '11' }, async (meetings) => {
    expect(await meetings.openFor(10)).toBeUndefined();
    expect(await meetings.openFor(25)).toEqual(['first', 'm', 'm']);
    // They stay open for a lower level.
    expect(await meetings.openFor(20)).toBeUndefined();
  });
  // Each has a host, who closes it at the end.
  expect(all).toMatchObject({
    ids: ['first', 'm', 'm'],
    hosts: ['host', expect.any(String), expect.any(String)],
  });
});

test('a level of arrivals needs meetings for the users that it keeps active', async () => {
  const settings = {
    CAPACITY_OF: 'arrivals',
    MEETING_SIZE: '11',
    REQUESTS_PER_USER: '2',
    THINK_TIME_MS: '500..1500',
  };
  await crowdMeetings(settings, async (meetings) => {
    // Two pauses of a second and two seconds for calls: 4 users for each arrival per second, and as many to spare.
    expect(await meetings.openFor(5)).toHaveLength(4);
    meetings.seen(5, 40);
    expect(await meetings.openFor(5)).toHaveLength(8);
  });
});

test('all members of one meeting are in the first one', async () => {
  await crowdMeetings({ CAPACITY_OF: 'meeting-size', MEETING_SIZE: '11' }, async (meetings) => {
    expect(await meetings.openFor(10)).toEqual(['first']);
  });
});
