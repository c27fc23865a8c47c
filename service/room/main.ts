/**
 * The page of a meeting room.
 *
 * For test tools, beside roles and accessible names:
 * - every `<li>` of the list "Participants" has `data-user-id`;
 * - the status "Connection" has `data-state`: connecting, catching-up, connected, offline, reconnecting; the status
 *   "Network quality" has `data-quality`, a level of the contract;
 * - the performance timeline has the marks
 *   `room:join-clicked`, `room:painted` (in the room, its roster on the screen) and between them the measure `room:join`,
 *   `room:hand-visible` (a hand went up and is on the screen; detail: userId, and the timestamp of the service if
 *   an event reported it), `room:connection-lost`, `room:reconnected` (in the room again, the present roster on the screen),
 *   `room:audio-connected` (sound can flow to and from a user; detail: userId);
 * - `meetingRoom.network()` has the figures of the network as they were measured last, frozen: see `network/figures.ts`.
 *
 * The buttons "Leave audio" and "Join audio" open the audio connections again.
 */
import { addressOf, readAddress } from './address.ts';
import { meetingsApi, type Refusal } from './api.ts';
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
// A link that differs in its fragment only is opened without a new page.
addEventListener('hashchange', arrive);

function arrive() {
  const { token, meetingId = visit?.meetingId } = readAddress(location.href);
  // At once, so that the token cannot be read from the screen, bookmarked or shared.
  history.replaceState(null, '', addressOf(meetingId));
  if (visit) return;
  if (token) session.token = token;
  entrance.signedInWith(session.token);
  entrance.wantsAudio = session.wantsAudio;
  entrance.open(meetingId ?? session.meetingId);
  // A reload comes back to where it was.
  const isBack = session.meetingId !== undefined && session.meetingId === (meetingId ?? session.meetingId);
  if (session.token && session.meetingId && isBack) void join(session.token, session.meetingId);
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
