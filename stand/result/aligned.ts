/** Tables for people. */
export type Row = readonly [name: string, value: string | number, remark?: string];

/** Two columns, and a remark behind numbers. */
export function aligned(rows: readonly Row[]): string {
  const nameWidth = Math.max(...rows.map(([name]) => name.length)) + 2;
  const digits = Math.max(...rows.map(([, value]) => (typeof value === 'number' ? String(value).length : 0)));
  return rows
    .map(([name, value, remark = '']) => {
      const shown = typeof value === 'number' ? String(value).padStart(digits) : value;
      return `  ${name.padEnd(nameWidth)}${shown}${remark === '' ? '' : `   ${remark}`}`.trimEnd();
    })
    .join('\n');
}
