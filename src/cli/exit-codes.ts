export const EXIT = {
  fine: 0,
  /** Something failed: some files of an ingest, or the command itself. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Stopped by Ctrl-C, as shells report it (128 + SIGINT). */
  interrupted: 130,
} as const;
