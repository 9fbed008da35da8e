/** Chance with a seed: the same seed and the same order of calls give the same faults, so that a bad day can be lived again. */

export interface Random {
  readonly seed: () => number;
  /** From 0 up to, not including, 1. */
  readonly next: () => number;
  /** A whole number from 0 up to, not including, `limit`. */
  readonly below: (limit: number) => number;
  /** Letters and digits, as the services' own ids are made of. */
  readonly id: (length: number) => string;
  readonly restart: (seed: number) => void;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Mulberry32: 32 bits of state, enough for dials and no good for secrets. */
export function createRandom(firstSeed: number): Random {
  let seed = firstSeed >>> 0;
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    seed: () => seed,
    next,
    below,
    id: (length) => Array.from({ length }, () => ALPHABET.charAt(below(ALPHABET.length))).join(''),
    restart(newSeed) {
      seed = newSeed >>> 0;
      state = seed;
    },
  };
}
