/** The key of the token in the storage of this tab. The token is never in `localStorage`, a cookie or the address. */
const TOKEN = 'meeting-room.token';
const MEETING = 'meeting-room.meeting';
const AUDIO = 'meeting-room.audio';

/** The data of the tab that survive a reload. */
export const session = {
  get token(): string | undefined {
    return sessionStorage.getItem(TOKEN) ?? undefined;
  },
  set token(token: string | undefined) {
    keep(TOKEN, token);
  },
  /** The meeting of this tab. */
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
