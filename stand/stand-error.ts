/** A fault that a person can mend: printed in plain words, without a stack. */
export class StandError extends Error {
  override readonly name = 'StandError';
}

/** What went wrong underneath, in as few words as there are: a code where there is one. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.message;
}
