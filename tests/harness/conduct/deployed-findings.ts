/** The findings about a service in the deployed style that need only calls, by question. */
export const deployedFindings = {
  'bad-addresses': ['raw-database-text', 'wrong-ids-are-500'],
  'bad-values': ['long-text-is-500', 'raw-database-text'],
  'http-tokens': [
    'http-accepts-expired-token',
    'http-accepts-forged-token',
    'http-accepts-garbage-token',
    'http-accepts-unsigned-token',
    'http-accepts-without-user-token',
    'http-accepts-wrong-audience-token',
    'http-accepts-wrong-type-token',
  ],
};
