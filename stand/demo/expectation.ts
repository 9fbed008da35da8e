/** Is an SMS where its story says that it must be? */
import type { Expected } from './story';
import type { SeenRow } from './watches';

export function fits(row: SeenRow, expected: Expected): boolean {
  return (
    row.status === expected.status &&
    (expected.status !== 'awaiting_review' || row.reason === (expected.reason ?? null)) &&
    (expected.matchKind === undefined || row.matchKind === expected.matchKind)
  );
}

export function expectedWords({ status, reason, matchKind }: Expected): string {
  return words(status, reason ?? null, status === 'approved' ? (matchKind ?? null) : null);
}

export function rowWords(row: SeenRow | undefined): string {
  if (!row) return 'not there';
  const isParked = row.status === 'awaiting_review';
  return words(row.status, isParked ? row.reason : null, row.status === 'approved' ? row.matchKind : null);
}

function words(status: string, reason: string | null, matchKind: string | null): string {
  const detail = reason ?? matchKind;
  return detail === null ? status : `${status} (${detail})`;
}
