/**
 * The meeting room page.
 *
 * For test tools, in addition to roles and accessible names:
 * - every `<li>` of the list "Participants" has `data-user-id`;
 * - the status "Connection" has `data-state`: connecting, catching-up, connected, offline, reconnecting; the status
 *   "Network quality" has `data-quality`, a level of the contract;
 * - the performance timeline has these marks:
 *   `room:join-clicked`;
 *   `room:painted`, when the room and its roster are on the screen, with the measure `room:join` since the click;
 *   `room:hand-visible`, when a raised hand is on the screen (detail: userId, and the timestamp of the service if an
 *   event reported the hand);
 *   `room:connection-lost`;
 *   `room:reconnected`, when the current roster is on the screen again;
 *   `room:audio-connected`, when audio can flow to and from a user (detail: userId);
 * - `meetingRoom.network()` returns the latest network figures, frozen: see `network/figures.ts`.
 *
 * The buttons "Leave audio" and "Join audio" open the audio connections again.
 */
import { addressOf, readAddress } from './address.ts';
import { meetingsApi, type Refusal, signIn } from './api.ts';
import { mark } from './marks.ts';
import { exposeFigures } from './network/figures.ts';
import { session } from './session.ts';
import { userOf } from './token.ts';
import { Entrance } from './view/entrance.ts';
import { Visit } from './visit.ts';
import { inWords, isAboutToken } from './words.ts';

let visit: Visit | undefined;

const entrance = new Entrance({
  onJoin: (token, meetingId) => void join(token, meetingId),
  onCreate: (token, title) => void create(token, title),
  onSignOut: () => {
    session.token = undefined;
  },
});

arrive();
exposeFigures(() => visit?.networkState);
// The browser does not reload the page for a link that differs only in its fragment.
addEventListener('hashchange', arrive);

function arrive() {
  const { token, signInKey, meetingId = visit?.meetingId } = readAddress(location.href);
  // Removes the token or key from the address at once, so that it cannot be read, bookmarked or shared.
  history.replaceState(null, '', addressOf(meetingId));
  if (visit) return;
  if (token) session.token = token;
  entrance.signedInWith(session.token);
  entrance.wantsAudio = session.wantsAudio;
  entrance.open(meetingId ?? session.meetingId);
  if (signInKey) return void enter(signInKey);
  // A reload returns to the meeting.
  const isBack = session.meetingId !== undefined && session.meetingId === (meetingId ?? session.meetingId);
  if (session.token && session.meetingId && isBack) void join(session.token, session.meetingId);
}

/** Signs in with the key of a link, and joins the meeting to which the link leads. */
async function enter(key: string) {
  entrance.busyWith('Signing in…');
  const { data, refusal } = await signIn(key);
  if (refusal) return stayOutside(undefined, refusal);
  session.token = data.token;
  entrance.signedInWith(data.token);
  await join(data.token, data.meetingId);
}

async function create(token: string, title: string) {
  entrance.say(undefined);
  entrance.busyWith('Starting…');
  const { data, refusal } = await meetingsApi(token).create(title);
  if (refusal) stayOutside(undefined, refusal);
  else await join(token, data.id);
}

async function join(token: string, meetingId: string) {
  mark('room:join-clicked');
  entrance.say(undefined);
  entrance.busyWith('Joining…');
  const api = meetingsApi(token);
  const { data, refusal } = await api.join(meetingId);
  if (refusal) return stayOutside(meetingId, refusal);

  session.token = token;
  session.meetingId = meetingId;
  session.wantsAudio = entrance.wantsAudio;
  entrance.signedInWith(token);
  history.replaceState(null, '', addressOf(meetingId));
  const { meeting, participant } = data;
  visit = new Visit({
    api,
    token,
    meeting,
    participant,
    userId: userOf(token) ?? participant.userId,
    wantsAudio: session.wantsAudio,
    onInside: () => entrance.close(),
    onOver: (refusal) => goOutside(meetingId, refusal),
  });
}

function goOutside(meetingId: string, refusal: Refusal | undefined) {
  visit = undefined;
  session.meetingId = undefined;
  document.title = 'Meeting room';
  if (refusal) stayOutside(meetingId, refusal);
  else entrance.open(meetingId, 'You have left the meeting.');
  entrance.focus();
}

function stayOutside(meetingId: string | undefined, refusal: Refusal) {
  if (isAboutToken(refusal)) {
    session.token = undefined;
    entrance.signedInWith(undefined);
  }
  entrance.open(meetingId, inWords(refusal));
}
