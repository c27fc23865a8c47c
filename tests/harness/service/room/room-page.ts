import { expect, type Page } from '@playwright/test';
import type { NetworkState } from '../../../../service/room/network/state.ts';
import type { User } from '../user.ts';

/** The page object of the meeting room, by visible text and accessible names. */
export class RoomPage {
  readonly participants;
  readonly connection;
  readonly news;
  readonly chat;
  readonly message;
  readonly alert;
  readonly audio;
  readonly quality;
  readonly audioOnly;
  readonly joinButton;

  constructor(readonly page: Page) {
    this.participants = page.getByRole('list', { name: 'Participants' });
    this.connection = page.getByRole('status', { name: 'Connection' });
    this.news = page.getByRole('log', { name: 'News' });
    this.chat = page.getByRole('log', { name: 'Chat' });
    this.message = page.getByLabel('Message', { exact: true });
    this.alert = page.getByRole('alert');
    this.audio = page.getByRole('status', { name: 'Audio', exact: true });
    this.quality = page.getByRole('status', { name: 'Network quality' });
    this.audioOnly = page.getByRole('status', { name: 'Audio only' });
    this.joinButton = page.getByRole('button', { name: 'Join', exact: true });
  }

  /** Opens the link to the meeting, which also signs the user in. */
  async goto(user: User, meetingId: string) {
    await this.page.goto(`${user.url}/?meeting=${meetingId}#token=${user.token}`);
  }

  /** Joins and waits until the room is on the screen. */
  async join() {
    await this.joinButton.click();
    await expect(this.connection).toHaveText('Connected');
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  person({ id }: User) {
    return this.participants.locator(`[data-user-id="${id}"]`);
  }

  /** The shown participants, in the order of the page. */
  async roster(): Promise<{ userId: string | null; hasRaisedHand: boolean }[]> {
    const items = await this.participants.getByRole('listitem').all();
    return Promise.all(
      items.map(async (item) => ({
        userId: await item.getAttribute('data-user-id'),
        hasRaisedHand: await item.getByText('Hand raised').isVisible(),
      })),
    );
  }

  /** The network figures that the page has measured. */
  network(): Promise<NetworkState | undefined> {
    return this.page.evaluate('meetingRoom.network()');
  }

  /** The entries of the performance timeline with this name. */
  marks(name: string): Promise<{ startTime: number; detail: Record<string, unknown> | null }[]> {
    return this.page.evaluate(
      `performance.getEntriesByName(${JSON.stringify(name)}).map(({ startTime, detail }) => ({ startTime, detail }))`,
    );
  }
}

/** The roster that the service has, in the form of `RoomPage.roster`. */
export async function rosterOf(user: User, meetingId: string) {
  const { participants } = (await user.get(`/${meetingId}`)).body.data;
  return (participants as { userId: string; hasRaisedHand: boolean }[]).map(({ userId, hasRaisedHand }) => ({
    userId,
    hasRaisedHand,
  }));
}
