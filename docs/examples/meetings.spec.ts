import { loadTest } from 'fullhouse';

loadTest({
  name: 'meetings',
  question: 'Does the service carry this crowd for the whole time?',
  // Three of four participants attend a meeting; the others run the journey of this repository.
  journey: 'attend-meeting:3,./journeys/chat.ts:1',
  // The settings of the run decide the rest: CONCURRENT_USERS, TEST_DURATION, SCHEDULE, TARGETS.
});
