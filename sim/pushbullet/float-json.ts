/**
 * JSON as the service writes it: its times stand there with an exponent, `1.381092887398433e+09`, as its documentation shows.
 * A reader that cuts numbers out of the text by digits and a point reads 1.38.
 */

const TIMES = /(?<!\\)"(created|modified)":(\d+(?:\.\d+)?)/g;

export function serviceJson(value: unknown): string {
  return JSON.stringify(value).replace(
    TIMES,
    (_all, field: string, time: string) => `"${field}":${withExponent(time)}`,
  );
}

/** Moves the point and keeps every digit, so that the same double is read again. */
function withExponent(time: string): string {
  const [whole = '', fraction = ''] = time.split('.');
  const exponent = whole.length - 1;
  if (exponent === 0) return time;
  const digits = `${whole.slice(1)}${fraction}`.replace(/0+$/, '');
  return `${whole.charAt(0)}${digits === '' ? '' : `.${digits}`}e+${String(exponent).padStart(2, '0')}`;
}
