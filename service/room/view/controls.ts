import { addressOf } from '../address.ts';
import type { Room } from '../room.ts';
import { inWords } from '../words.ts';
import { element } from './elements.ts';
import type { RoomView } from './room-view.ts';

/** Connects the buttons of the room, until the signal aborts. */
export function listenToControls(
  room: Room,
  view: RoomView,
  { signal, onLeave }: { signal: AbortSignal; onLeave: () => void },
) {
  onClick('hand-button', async () => {
    const refusal = await room.moveHand(view.isOwnHandRaised ? 'lower' : 'raise');
    view.say(refusal && inWords(refusal));
  });
  onClick('audio-button', () => {
    if (room.audio.state.kind === 'off') void room.audio.join();
    else room.audio.leave();
  });
  onClick('mute-button', () => {
    const { state } = room.audio;
    if (state.kind === 'on' && !state.listensOnly) room.audio.mute(!state.isMuted);
  });
  onClick('invite-button', async () => {
    const link = new URL(addressOf(room.meeting.id), location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      view.tell('The link to this meeting is copied.');
    } catch {
      // The browser may refuse access to the clipboard.
      view.say(`The link to this meeting: ${link}`);
    }
  });
  onClick('leave-button', onLeave);
  const message = element('message', HTMLInputElement);
  message.value = '';
  element('chat-form').addEventListener('submit', (event) => void send(event), { signal });

  async function send(event: Event) {
    event.preventDefault();
    const text = message.value.trim();
    if (text === '') return;
    const refusal = await room.sendMessage(text);
    view.say(refusal && inWords(refusal));
    // The user may already write the next message.
    if (!refusal && message.value.trim() === text) message.value = '';
  }

  function onClick(id: string, action: () => void | Promise<void>) {
    const button = element(id, HTMLButtonElement);
    const click = async () => {
      view.acted({ leaves: id === 'leave-button' });
      const hadFocus = document.activeElement === button;
      button.disabled = true;
      await action();
      button.disabled = false;
      // A disabled button loses the focus.
      if (hadFocus && document.activeElement === document.body) button.focus();
    };
    button.disabled = false;
    button.addEventListener('click', () => void click(), { signal });
  }
}
