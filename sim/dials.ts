/**
 * Fault dials: what goes wrong, how often, and for whom. A chance is a probability, a count of the next occasions, or both; a
 * setting is a plain value. Either holds for everyone or for one scope (an account, a bot, a phone), and the scope's own wins.
 */
import { z } from 'zod';
import { HttpError } from '../service/http-errors';
import { camelFields, snakeOf } from './key-case';
import type { Random } from './random';

const probability = z.number().min(0).max(1);
const chance = z.union([
  z.boolean().transform((on) => ({ probability: on ? 1 : 0, count: null })),
  probability.transform((value) => ({ probability: value, count: null })),
  z.strictObject({ probability: probability.default(1), count: z.int().min(0).nullable().default(null) }),
]);
export type ChanceInput = z.input<typeof chance>;
type Chance = z.output<typeof chance>;

/** `null` puts a dial back to where it stood at the start. */
export type DialChanges<Name extends string, Settings extends z.ZodObject<z.ZodRawShape>> = {
  readonly [Key in Name]?: ChanceInput | null | undefined;
} & { readonly [Key in keyof z.input<Settings>]?: z.input<Settings>[Key] | null | undefined };

export interface DialPlan<Name extends string, Settings extends z.ZodObject<z.ZodRawShape>> {
  /** All start at "never". */
  readonly chances: readonly Name[];
  /** Every field needs a default. */
  readonly settings: Settings;
}

export interface Dials<Name extends string, Settings extends z.ZodObject<z.ZodRawShape>> {
  /** Asks a chance at one occasion; a count goes down by one each time it strikes. */
  readonly strikes: (name: Name, scope?: string) => boolean;
  readonly settings: (scope?: string) => z.output<Settings>;
  /** @throws HttpError 400 naming the dial; then nothing is changed. */
  readonly set: (changes: DialChanges<Name, Settings>, scope?: string) => void;
  /** The same for a body that came over HTTP, in snake_case. */
  readonly put: (body: unknown, scope?: string) => void;
  readonly show: () => { everyone: Record<string, unknown>; scopes: Record<string, Record<string, unknown>> };
  readonly clear: () => void;
}

interface Board {
  readonly chances: Map<string, Chance>;
  readonly settings: Map<string, unknown>;
}
const emptyBoard = (): Board => ({ chances: new Map(), settings: new Map() });

export function createDials<Name extends string, Settings extends z.ZodObject<z.ZodRawShape>>(
  plan: DialPlan<Name, Settings>,
  random: Random,
  onChange: () => void = () => undefined,
): Dials<Name, Settings> {
  let everyone = emptyBoard();
  const scopes = new Map<string, Board>();

  function boardFor(scope: string | undefined): Board {
    if (scope === undefined) return everyone;
    const board = scopes.get(scope) ?? emptyBoard();
    scopes.set(scope, board);
    return board;
  }

  function apply(changes: Record<string, unknown>, scope: string | undefined): void {
    const checked = Object.entries(changes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => checkDial(plan, name, value));
    const board = boardFor(scope);
    for (const { kind, name, value, chance } of checked) {
      if (kind === 'setting') put(board.settings, name, value);
      else put(board.chances, name, chance);
    }
    settled.clear();
    onChange();
  }

  // Parsed once per scope and change: a storm of frames asks for them all the time.
  const settled = new Map<string | undefined, z.output<Settings>>();
  function settings(scope?: string): z.output<Settings> {
    const ready = settled.get(scope);
    if (ready !== undefined) return ready;
    const own = scope === undefined ? undefined : scopes.get(scope);
    const parsed = plan.settings.parse({
      ...Object.fromEntries(everyone.settings),
      ...Object.fromEntries(own?.settings ?? []),
    });
    settled.set(scope, parsed);
    return parsed;
  }

  return {
    strikes(name, scope) {
      const dial =
        (scope === undefined ? undefined : scopes.get(scope)?.chances.get(name)) ?? everyone.chances.get(name);
      if (dial === undefined || dial.probability === 0 || dial.count === 0) return false;
      if (dial.probability < 1 && random.next() >= dial.probability) return false;
      if (dial.count !== null) dial.count -= 1;
      return true;
    },
    settings,
    set: (changes, scope) => apply({ ...changes }, scope),
    put(body, scope) {
      if (typeof body !== 'object' || body === null || Array.isArray(body))
        throw new HttpError(400, 'bad_request', 'the body must be an object of dials');
      apply(camelFields(body), scope);
    },
    show: () => ({
      everyone: { ...shown(plan.chances, everyone), ...settings() },
      scopes: Object.fromEntries(
        [...scopes].map(([scope, board]) => [
          scope,
          { ...Object.fromEntries(board.chances), ...Object.fromEntries(board.settings) },
        ]),
      ),
    }),
    clear() {
      everyone = emptyBoard();
      scopes.clear();
      settled.clear();
      onChange();
    },
  };
}

function shown(names: readonly string[], board: Board): Record<string, Chance> {
  return Object.fromEntries(names.map((name) => [name, board.chances.get(name) ?? { probability: 0, count: null }]));
}

function put<Value>(board: Map<string, Value>, name: string, value: Value | null): void {
  if (value === null) board.delete(name);
  else board.set(name, value);
}

interface CheckedDial {
  readonly kind: 'chance' | 'setting';
  readonly name: string;
  readonly value: unknown;
  readonly chance: Chance | null;
}

function checkDial(plan: DialPlan<string, z.ZodObject<z.ZodRawShape>>, name: string, value: unknown): CheckedDial {
  if (plan.chances.includes(name)) {
    if (value === null) return { kind: 'chance', name, value, chance: null };
    const result = chance.safeParse(value);
    if (result.success) return { kind: 'chance', name, value, chance: { ...result.data } };
    const words = 'must be true, false, a probability from 0 to 1, or {probability?, count?}';
    throw new HttpError(400, 'bad_dial', `the dial ${snakeOf(name)} ${words}`);
  }
  const schema = Object.hasOwn(plan.settings.shape, name) ? plan.settings.shape[name] : undefined;
  if (schema === undefined) throw new HttpError(400, 'unknown_dial', `there is no dial ${snakeOf(name).slice(0, 60)}`);
  if (value === null) return { kind: 'setting', name, value, chance: null };
  const result = z.safeParse(schema, value);
  if (result.success) return { kind: 'setting', name, value, chance: null };
  throw new HttpError(
    400,
    'bad_dial',
    `the dial ${snakeOf(name)}: ${result.error.issues[0]?.message ?? 'is not valid'}`,
  );
}
