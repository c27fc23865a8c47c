/** The inputs of an action, from the `action.yml` of the pinned version. */
interface Action {
  readonly required?: readonly string[];
  readonly optional: readonly string[];
}

/** The actions that workflows may use. All are from GitHub. */
export const actions: Readonly<Record<string, Action>> = {
  'actions/checkout': {
    optional: [
      'repository',
      'ref',
      'token',
      'persist-credentials',
      'path',
      'clean',
      'fetch-depth',
      'fetch-tags',
    ],
  },
  'actions/setup-node': {
    optional: [
      'node-version',
      'node-version-file',
      'architecture',
      'check-latest',
      'cache',
      'cache-dependency-path',
    ],
  },
  'actions/cache/restore': {
    required: ['path', 'key'],
    optional: ['restore-keys', 'fail-on-cache-miss', 'lookup-only'],
  },
  'actions/cache/save': { required: ['path', 'key'], optional: ['upload-chunk-size'] },
  'actions/upload-artifact': {
    required: ['path'],
    optional: [
      'name',
      'if-no-files-found',
      'retention-days',
      'compression-level',
      'overwrite',
      'include-hidden-files',
    ],
  },
};
