// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are those of a contract
import { createHmac } from 'node:crypto';
import { defineContract, type Values } from 'fullhouse';

const secret = process.env.SIGNING_SECRET ?? '';

/** The service wants each join signed. */
const signature = ({ user, meeting }: Values) =>
  createHmac('sha256', secret).update(`${user}:${meeting}`).digest('hex');

export default defineContract({
  contract: 'fullhouse/1',
  service: { url: '${env.SERVICE_URL}', base: '/rooms' },
  identity: { jwt: { secret: '${env.JWT_SECRET}' } },
  operations: {
    'meeting.create': { post: '', json: { title: '${input.title}' }, meeting: 'body.id' },
    'meeting.join': { post: '/${meeting}/join', header: { 'x-signature': signature } },
    'meeting.get': {
      get: '/${meeting}',
      // The people of a room are an object with their ids as keys.
      roster: { list: ({ body }: Values) => Object.keys(body.people), user: 'item' },
    },
  },
});
