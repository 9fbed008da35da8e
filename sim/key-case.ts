/** snake_case at the HTTP door, camelCase inside: the simulators' controls turn the names of fields over here. */

export const camelOf = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
export const snakeOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of one object, not of the objects in it. */
export function camelFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]: [string, unknown]) => [camelOf(name), value]));
}

/** All the way down, for answers. */
export function snakeDeep(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(snakeDeep);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.map(([name, inner]) => [snakeOf(name), snakeDeep(inner)]));
}
