/** What the shell is told; every help text says it too. */
export const EXIT = {
  ok: 0,
  /** The answer is "no": refused, not found, problems found, not decided in time. */
  no: 1,
  /** The command line or the configuration is wrong: nothing was asked of anybody. */
  usage: 2,
  /** A part that is needed is away: the same command may work a little later. */
  away: 3,
  /** A fault of this program itself. */
  fault: 70,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes:
  0  done, or the answer is yes
  1  the answer is no: refused, not found, or problems found
  2  the command line or the configuration is wrong
  3  a part that is needed is away; the same command may work later`;
