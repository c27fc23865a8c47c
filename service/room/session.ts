/** For this tab alone, and removed with it; never in `localStorage`, a cookie or the address. */
const TOKEN = 'meeting-room.token';
const MEETING = 'meeting-room.meeting';
const AUDIO = 'meeting-room.audio';

/** What a reload of the tab comes back with. */
export const session = {
  get token(): string | undefined {
    return sessionStorage.getItem(TOKEN) ?? undefined;
  },
  set token(token: string | undefined) {
    keep(TOKEN, token);
  },
  /** The meeting that this tab is in. */
  get meetingId(): string | undefined {
    return sessionStorage.getItem(MEETING) ?? undefined;
  },
  set meetingId(meetingId: string | undefined) {
    keep(MEETING, meetingId);
  },
  get wantsAudio(): boolean {
    return sessionStorage.getItem(AUDIO) !== 'no';
  },
  set wantsAudio(wantsAudio: boolean) {
    keep(AUDIO, wantsAudio ? undefined : 'no');
  },
};

function keep(key: string, value: string | undefined) {
  if (value === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, value);
}
