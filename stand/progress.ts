/** Progress for people, on standard error: standard output stays for results. */
export interface Progress {
  /** Says that the work begins, and how it ended with the time that it took. A long one is seen to be alive. */
  step<T>(
    title: string,
    work: (note: (text: string) => void) => Promise<T>,
    describe?: (result: T) => string,
  ): Promise<T>;
  readonly note: (text: string) => void;
}

const STILL_AT_IT_MS = 15_000;

export function createProgress(write: (line: string) => void): Progress {
  const note = (text: string) => write(`    ${text}`);
  return {
    note,
    async step(title, work, describe) {
      const begun = Date.now();
      write(`  … ${title}`);
      const pulse = setInterval(() => note(`${title}: still at it (${seconds(begun)})`), STILL_AT_IT_MS);
      pulse.unref();
      try {
        const result = await work(note);
        const detail = describe?.(result);
        write(`  ✓ ${title} (${seconds(begun)})${detail === undefined ? '' : `: ${detail}`}`);
        return result;
      } catch (error) {
        write(`  ✗ ${title} (${seconds(begun)})`);
        throw error;
      } finally {
        clearInterval(pulse);
      }
    },
  };
}

export function createStderrProgress(): Progress {
  return createProgress((line) => process.stderr.write(`${line}\n`));
}

export const silentProgress: Progress = { note: () => undefined, step: (_title, work) => work(() => undefined) };

function seconds(begun: number): string {
  return `${((Date.now() - begun) / 1000).toFixed(1)} s`;
}
