import { randomBytes } from 'node:crypto';
import {
  cutter,
  DEFAULT_GRACE_MS,
  DEFAULT_PING_MS,
  type ForeignKind,
  type ForeignOptions,
  portOf,
} from '../foreign-service.ts';
import { Conferences, type Tell } from './conferences.ts';
import { addresses, emptyApp } from './http.ts';
import { Sessions } from './sessions.ts';
import { openSockets, serveConferences, socketsOf, tellInside } from './sockets.ts';

/** A service with cookies from a login by password, and with acknowledged messages for conferences. */
export const cookieAcks: ForeignKind = {
  contract: 'docs/examples/contracts/cookie-acks.yaml',
  defects: {
    'full-overbooked': 'simultaneous joins get more seats than there are',
    'events-dropped': 'every third conf/hand event is not sent',
  },
  start,
};

async function start(options: ForeignOptions) {
  const { defects = [], port = 0, pingMs = DEFAULT_PING_MS, graceMs = DEFAULT_GRACE_MS } = options;
  const password = options.password ?? randomBytes(12).toString('base64url');
  const sessions = new Sessions(password);
  const app = emptyApp();
  const { io, meet } = openSockets(app.server, { pingMs, sessions });
  const cut = cutter(app.server, io);
  const tell: Tell = (conference, event, content, except) =>
    void tellInside(meet, conference, except).emit(event, content);
  const conferences = new Conferences({
    graceMs,
    overbooks: defects.includes('full-overbooked'),
    tell: defects.includes('events-dropped') ? withoutEveryThirdHand(tell) : tell,
    silence: ({ key }, person) => meet.in(socketsOf(person)).socketsLeave(key),
  });
  serveConferences(meet, conferences);
  const goodbye = (person: Parameters<typeof socketsOf>[0]) =>
    meet.in(socketsOf(person)).disconnectSockets(true);
  addresses(app, { sessions, conferences, goodbye });
  await app.listen({ host: '127.0.0.1', port });

  const url = `http://127.0.0.1:${portOf(app.server)}`;
  return {
    url,
    environment: { SERVICE_URL: url, LOAD_PASSWORD: password },
    close: async () => {
      const closed = app.close();
      cut();
      await closed;
      conferences.close();
    },
  };
}

function withoutEveryThirdHand(tell: Tell): Tell {
  let hands = 0;
  return (conference, event, content, except) => {
    if (event === 'conf/hand' && ++hands % 3 === 0) return;
    tell(conference, event, content, except);
  };
}
