/** The variables of GitHub Actions for reports; all undefined or false elsewhere. */
export interface GitHubActions {
  /** Whether lines like `::error::…` on the standard output become annotations. */
  readonly annotates: boolean;
  /** The file whose Markdown becomes the summary of the step. */
  readonly stepSummary: string | undefined;
  /** The page of the workflow run. */
  readonly runUrl: string | undefined;
}

/** Reads https://docs.github.com/en/actions/reference/workflows-and-actions/variables. */
export function githubActions(variables: NodeJS.ProcessEnv = process.env): GitHubActions {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = variables;
  const { GITHUB_RUN_ATTEMPT: attempt } = variables;
  const isKnown = server && repository && run && URL.canParse(server);
  const base = `${server}/${repository}/actions/runs/${run}`;
  return {
    annotates: variables.GITHUB_ACTIONS === 'true',
    stepSummary: variables.GITHUB_STEP_SUMMARY || undefined,
    runUrl: !isKnown ? undefined : attempt ? `${base}/attempts/${attempt}` : base,
  };
}
