/** The number of a row that is no SMS. */
import { usageError } from './cli-error';

/** @throws CliError */
export function rowIdOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usageError(`"${text}" is no id: give the number that the list shows`);
}
