/** The brands of the demo and their players: who deposits, and from which bank. All invented. */
import type { BankName } from './banks';

export const BRANDS = ['aurora', 'borealis', 'cascade'] as const;
export type BrandName = (typeof BRANDS)[number];

export interface Player {
  readonly brand: BrandName;
  readonly bank: BankName;
  /** As the bank's SMS name the payer. */
  readonly name: string;
}

export const PLAYERS = {
  asha: { brand: 'aurora', bank: 'ganga', name: 'ASHA RAO' },
  ravi: { brand: 'borealis', bank: 'ganga', name: 'RAVI MENON' },
  meera: { brand: 'aurora', bank: 'deccan', name: 'MEERA TRADERS' },
  karan: { brand: 'cascade', bank: 'deccan', name: 'KARAN SETHI' },
  suresh: { brand: 'borealis', bank: 'bharat', name: 'सुरेश कुमार' },
  sita: { brand: 'aurora', bank: 'himal', name: 'SITA GURUNG' },
  bilal: { brand: 'cascade', bank: 'indus', name: 'BILAL KHAN' },
  nasrin: { brand: 'borealis', bank: 'padma', name: 'NASRIN AKTER' },
  reza: { brand: 'aurora', bank: 'mehregan', name: 'رضا کریمی' },
  ali: { brand: 'cascade', bank: 'kish', name: 'علی رضایی' },
  omar: { brand: 'aurora', bank: 'khalij', name: 'OMAR SAID' },
  layla: { brand: 'borealis', bank: 'khalij', name: 'LAYLA HASSAN' },
  mohammed: { brand: 'cascade', bank: 'najd', name: 'محمد العتيبي' },
  lulu: { brand: 'aurora', bank: 'safat', name: 'LULU HAMAD' },
  sule: { brand: 'borealis', bank: 'bosfor', name: 'ŞULE IŞIK' },
  joao: { brand: 'aurora', bank: 'ipe', name: 'JOÃO DA SILVA' },
  jorg: { brand: 'borealis', bank: 'rhein', name: 'Jörg Müller' },
  greta: { brand: 'cascade', bank: 'rhein', name: 'Greta Vogel' },
  ana: { brand: 'aurora', bank: 'cantabrico', name: 'ANA GARCÍA' },
  urs: { brand: 'cascade', bank: 'alpina', name: 'Urs Frei' },
  dana: { brand: 'aurora', bank: 'prairie', name: "Dana O'Neil" },
  walt: { brand: 'borealis', bank: 'prairie', name: 'Walt Becker' },
  taro: { brand: 'cascade', bank: 'aoba', name: 'ヤマダ タロウ' },
  xiaoming: { brand: 'borealis', bank: 'jiangnan', name: '王小明' },
  john: { brand: 'aurora', bank: 'pesa', name: 'JOHN KAMAU' },
} satisfies Record<string, Player>;
export type PlayerName = keyof typeof PLAYERS;

export function playerOf(name: PlayerName): Player {
  return PLAYERS[name];
}

/** The wallet's id of a player. */
export function playerId(name: PlayerName): string {
  return `${PLAYERS[name].brand}-${name}`;
}
