/** The banks of the demo by their short names: all invented, each read by a template of the library. */
import type { Bank } from './bank';
import { MIDDLE_EAST_BANKS } from './banks-middle-east';
import { SOUTH_ASIA_BANKS } from './banks-south-asia';
import { WORLD_BANKS } from './banks-world';

const ALL = { ...SOUTH_ASIA_BANKS, ...MIDDLE_EAST_BANKS, ...WORLD_BANKS };
export type BankName = keyof typeof ALL;
export const BANKS: Readonly<Record<BankName, Bank>> = ALL;
