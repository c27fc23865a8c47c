/**
 * The page of a meeting room.
 *
 * For test tools, beside roles and accessible names:
 * - every `<li>` of the list "Participants" has `data-user-id`;
 * - the status "Connection" has `data-state`: connecting, catching-up, connected, offline, reconnecting;
 * - the performance timeline has the marks
 *   `room:join-clicked`, `room:painted` (in the room, its roster on the screen), `room:hand-visible` (detail: userId,
 *   and the service's timestamp of the event), `room:connection-lost`, `room:reconnected` (in the room again, the present roster on the screen).
 */
import { addressOf, readAddress } from './address.ts';
import { meetingsApi, type Refusal } from './api.ts';
import { mark, markPainted } from './marks.ts';
import { Room } from './room.ts';
import { session } from './session.ts';
import { userOf } from './token.ts';
import { element } from './view/elements.ts';
import { Entrance } from './view/entrance.ts';
import { RoomView } from './view/room-view.ts';
import { inWords, isAboutToken } from './words.ts';

type Visit = { room: Room; view: RoomView };

let visit: Visit | undefined;

const entrance = new Entrance({
  onJoin: (token, meetingId) => void join(token, meetingId),
  onCreate: (token, title) => void create(token, title),
  onSignOut: () => {
    session.token = undefined;
  },
});

arrive();
addControls();
// A link that differs in its fragment only is opened without a new page.
addEventListener('hashchange', arrive);

function arrive() {
  const { token, meetingId = visit?.room.meeting.id } = readAddress(location.href);
  // At once: nobody may read it over somebody's shoulder, bookmark or share it.
  history.replaceState(null, '', addressOf(meetingId));
  if (visit) return;
  if (token) session.token = token;
  entrance.signedInWith(session.token);
  entrance.open(meetingId ?? session.meetingId);
  // A reload comes back to where it was.
  if (session.token && session.meetingId && session.meetingId === (meetingId ?? session.meetingId)) {
    void join(session.token, session.meetingId);
  }
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
  entrance.signedInWith(token);
  history.replaceState(null, '', addressOf(meetingId));
  const userId = userOf(token) ?? data.participant.userId;
  const room = new Room(data.meeting, userId, api, token, {
    onConnection: (state) => visit?.view.showConnection(state),
    onChange: (event) => (event ? visit?.view.showEvent(event) : visit?.view.showAll()),
    onCaughtUp: (isReturn) => (isReturn ? comeBack() : enter()),
    onOver: (refusal) => goOutside(meetingId, refusal),
  });
  visit = { room, view: new RoomView(room) };
  room.open();
}

function enter() {
  entrance.close();
  visit?.view.open();
  document.title = `${visit?.room.meeting.title} – Meeting room`;
  void markPainted('room:painted').then(() =>
    performance.measure('room:join', 'room:join-clicked', 'room:painted'),
  );
}

function comeBack() {
  visit?.view.tell('Connected again.');
  void markPainted('room:reconnected');
}

function stayOutside(meetingId: string | undefined, refusal: Refusal) {
  if (isAboutToken(refusal)) {
    session.token = undefined;
    entrance.signedInWith(undefined);
  }
  entrance.open(meetingId, inWords(refusal));
}

function goOutside(meetingId: string, refusal: Refusal | undefined) {
  visit?.room.close();
  visit?.view.close();
  visit = undefined;
  session.meetingId = undefined;
  document.title = 'Meeting room';
  if (refusal) stayOutside(meetingId, refusal);
  else entrance.open(meetingId, 'You have left the meeting.');
  element('entrance').querySelector('h1')!.focus();
}

function addControls() {
  const hand = element('hand-button', HTMLButtonElement);
  hand.addEventListener('click', async () => {
    if (!visit) return;
    const { room, view } = visit;
    hand.disabled = true;
    const refusal = await room.moveHand(view.isOwnHandRaised ? 'lower' : 'raise');
    hand.disabled = false;
    hand.focus();
    view.say(refusal && inWords(refusal));
  });
  element('invite-button').addEventListener('click', async () => {
    if (!visit) return;
    const link = new URL(addressOf(visit.room.meeting.id), location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      visit.view.tell('The link to this meeting is copied.');
    } catch {
      visit.view.say(`The link to this meeting: ${link}`);
    }
  });
  element('leave-button').addEventListener('click', async () => {
    if (!visit) return;
    const { room, view } = visit;
    const refusal = await room.leave();
    if (refusal) view.say(inWords(refusal));
    else goOutside(room.meeting.id, undefined);
  });
}
