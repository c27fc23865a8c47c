// Made from the settings in src/config/schema.ts: npx tsx tests/harness/project/write-settings-options.ts

/** Settings by their names, with the values that environment variables have. A boolean is `1` or `0`. */
export interface SettingsOptions {
  /** HTTP address of the meetings service, its base path included; without one the reference service is started for the run. */
  readonly MEETINGS_SERVICE_URL?: string | number | boolean;
  /** Socket.IO address, when it is not the HTTP address; `/socket.io` follows its path. */
  readonly WEBSOCKET_URL?: string | number | boolean;
  /** PEM file with the certificate authorities of the service, for HTTP, sockets and browsers; well-known ones need no file. */
  readonly SERVICE_CA?: string | number | boolean;
  /** Hosts other than loopback that may be loaded, separated by commas. */
  readonly ALLOW_REMOTE?: string | number | boolean;
  /** Port of the reference service. By default `3002`. */
  readonly SERVICE_PORT?: string | number | boolean;
  /** Seeded defects of the reference service, to see the checks find them. */
  readonly SERVICE_DEFECTS?: string | number | boolean;
  /** How the reference service behaves: as the tidy `reference`, or as `deployed` services do. By default `reference`. */
  readonly SERVICE_STYLE?: string | number | boolean;
  /** The most participants at a time. By default `50`. */
  readonly CONCURRENT_USERS?: string | number | boolean;
  /** Participants in real browser pages, beside `CONCURRENT_USERS`; 0 for none. By default `2`. */
  readonly BROWSER_USERS?: string | number | boolean;
  /** Trace every Nth browser session, with its page timings in rows of their own; 0 for none. By default `5`. */
  readonly BROWSER_TRACE_EVERY?: string | number | boolean;
  /** Seconds for which participants arrive. By default `60`. */
  readonly TEST_DURATION?: string | number | boolean;
  /** Actions of each participant between joining and leaving. By default `10`. */
  readonly REQUESTS_PER_USER?: string | number | boolean;
  /** Measured calls of each endpoint benchmark. By default `100`. */
  readonly ITERATIONS?: string | number | boolean;
  /** Calls of each endpoint benchmark before the measured ones, which are not counted. By default `200`. */
  readonly BENCH_WARMUP?: string | number | boolean;
  /** Calls of an endpoint benchmark in flight at a time. By default `1`. */
  readonly BENCH_CONCURRENCY?: string | number | boolean;
  /** Meetings created before the list of meetings is measured. By default `100`. */
  readonly BENCH_LIST_MEETINGS?: string | number | boolean;
  /** Where the history of the runs is kept. By default `reports/history`. */
  readonly HISTORY_FOLDER?: string | number | boolean;
  /** Where accepted baselines are kept, to be committed. By default `reports/baselines`. */
  readonly BASELINES_FOLDER?: string | number | boolean;
  /** Time between two arrivals of the `sessions` schedule; without it, all users arrive within a quarter of the duration and are held. */
  readonly ARRIVAL_INTERVAL_MS?: string | number | boolean;
  /** Pause of a participant between two actions, evenly distributed. By default `500..1500`. */
  readonly THINK_TIME_MS?: string | number | boolean;
  /** The most participants in one meeting; a larger crowd fills several, one after the other. By default `1000`. */
  readonly MEETING_SIZE?: string | number | boolean;
  /** IP addresses of this machine, separated by commas, over which participants are divided: one has ports for about 14,000 of them. On loopback, further addresses (127.0.0.2, …) are used automatically. */
  readonly SOURCE_ADDRESSES?: string | number | boolean;
  /** A call or connection without an answer for this long is a timeout. By default `10000`. */
  readonly REQUEST_TIMEOUT_MS?: string | number | boolean;
  /** Seconds that participants have to finish after the last arrival; then each is asked to leave, spread over 5 s (2 s when the run is stopped). By default `30`. */
  readonly DRAIN_TIMEOUT?: string | number | boolean;
  /** What participants call through: the lean wire context or Playwright’s own. By default `wire`. */
  readonly REQUEST_CONTEXT?: string | number | boolean;
  /** The Socket.IO client of participants of a load run: the lean wire one (every 50th participant has the real one), or `socket.io-client` for all. By default `wire`. */
  readonly SOCKET_CLIENT?: string | number | boolean;
  /** Same seed, same behaviour of every participant. By default `1`. */
  readonly SEED?: string | number | boolean;
  /** JSON file with targets, `{"latency p95": "< 500 ms"}`; they replace the default ones. */
  readonly TARGETS_FILE?: string | number | boolean;
  /** Network profile (a file of `network-profiles/`) over which every participant of a load run connects. */
  readonly NETWORK_PROFILE?: string | number | boolean;
  /** Browser for tests with pages, instead of the one that set-up found. */
  readonly CHROMIUM_PATH?: string | number | boolean;
  /** Where packet loss happens: TCP as the link models it, or real packets (root on Linux). By default `link`. */
  readonly NETWORK_LAYER?: string | number | boolean;
  /** The kernel’s own times of HTTP calls beside those of fullhouse, for one connection of this number; 0 for none (root on Linux, tcpdump). By default `0`. */
  readonly PACKET_CAPTURE?: string | number | boolean;
  /** What a capacity search raises: `users` that are active at a time, `arrivals` per second, or `meeting-size`, the members of one meeting. By default `users`. */
  readonly CAPACITY_OF?: string | number | boolean;
  /** The limits that a level must hold, written as targets: percentiles, error rates and success rates; without it, those among `TARGETS`. */
  readonly CAPACITY_LIMIT?: string | number | boolean;
  /** How far apart the level that holds and the level that breaks may be. By default `5%`. */
  readonly CAPACITY_WITHIN?: string | number | boolean;
  /** The longest time of a capacity search. By default `15min`. */
  readonly CAPACITY_FOR?: string | number | boolean;
  /** The highest level that a capacity search tries; without it, 10000. */
  readonly CAPACITY_AT_MOST?: string | number | boolean;
  /** The capacity that the service must have: a search that finds less has failed. */
  readonly CAPACITY_AT_LEAST?: string | number | boolean;
  /** How long a soak lasts, with its rests. By default `1h`. */
  readonly SOAK_FOR?: string | number | boolean;
  /** Rounds of a soak: a crowd arrives, works and leaves, and the service rests; without it, 12 or as many as keep a round below 10 min. */
  readonly SOAK_ROUNDS?: string | number | boolean;
  /** The memory of the service, such as `512MiB`: a soak that finds growth reports when it is reached; without it, the limit of its control group if it runs on this machine. */
  readonly SOAK_MEMORY_LIMIT?: string | number | boolean;
  /** Rapid join/leave: cycles, in steps of 10. By default `50`. */
  readonly CHAOS_CYCLES?: string | number | boolean;
  /** Packet loss: users at each level. By default `20`. */
  readonly CHAOS_LOSS_USERS?: string | number | boolean;
  /** Reconnection storm: users that are cut off. By default `30`. */
  readonly CHAOS_STORM_USERS?: string | number | boolean;
  /** Reconnection storm: seconds for which they are held down. By default `3`. */
  readonly CHAOS_STORM_DOWN?: string | number | boolean;
  /** WebSocket drops: connections. By default `20`. */
  readonly CHAOS_CONNECTIONS?: string | number | boolean;
  /** WebSocket drops: drops of each connection. By default `2`. */
  readonly CHAOS_DROPS?: string | number | boolean;
  /** High-concurrency join: users at one barrier. By default `100`. */
  readonly CHAOS_JOIN_USERS?: string | number | boolean;
  /** Service or database down: seconds for which it stays away. By default `5`. */
  readonly CHAOS_OUTAGE_DOWN?: string | number | boolean;
  /** 1 prints all columns and all rows of the tables on the console. By default `0`. */
  readonly VERBOSE?: string | number | boolean;
  /** Port of the live dashboard, or the next free one; `auto` is 3333, and none under CI; 0 takes any; or `off`. By default `auto`. */
  readonly DASHBOARD_PORT?: string | number | boolean;
  /** After the run, the dashboard stays open while a browser tab shows it, for at most 10 minutes: `auto` only in a terminal and not under CI, 1 always and also before the first tab, 0 never. By default `auto`. */
  readonly DASHBOARD_KEEP?: string | number | boolean;
  /** Instant before which no crowd starts, so that shards on several machines start together; see "Several machines". */
  readonly START_AT?: string | number | boolean;
  /** Seconds after which a run whose targets are clearly missed is ended early, or `off`. By default `off`. */
  readonly ABORT_ON_FAIL?: string | number | boolean;
  /** Environment variables of other programs whose names are nearly settings, separated by commas; without it they are refused. */
  readonly IGNORED_VARIABLES?: string | number | boolean;
  /** Body of that message; without it `slack` for hosts of Slack, and `json` for all others. */
  readonly ALERT_FORMAT?: string | number | boolean;
  /** When a message is sent: when the service degraded or recovered, after each run, or never. By default `degraded`. */
  readonly ALERT_WHEN?: string | number | boolean;
}
