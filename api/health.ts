/** Who of the parts is there, asked at the moment of the question and within a bound. */

/** Resolves where the part answers. */
export type Probe = () => Promise<unknown>;
export const PARTS = ['database', 'redis', 'temporal'] as const;
export type Part = (typeof PARTS)[number];
export type Probes = Readonly<Record<Part, Probe>>;

export interface PartHealth {
  readonly state: 'up' | 'down';
  /** The fault by its code or type, never its message: that may name addresses. */
  readonly fault?: string;
}

export interface Health {
  readonly status: 'up' | 'degraded';
  readonly parts: Readonly<Record<Part, PartHealth>>;
}

const LIMIT_MS = 2_000;

export async function readHealth(probes: Probes): Promise<Health> {
  const [database, redis, temporal] = await Promise.all([
    ask(probes.database),
    ask(probes.redis),
    ask(probes.temporal),
  ]);
  const parts = { database, redis, temporal };
  const allUp = PARTS.every((part) => parts[part].state === 'up');
  return { status: allUp ? 'up' : 'degraded', parts };
}

export async function ask(probe: Probe, limitMs = LIMIT_MS): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartHealth>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'down', fault: 'timeout' }), limitMs);
  });
  const asked = probe().then(
    (): PartHealth => ({ state: 'up' }),
    (error: unknown): PartHealth => ({ state: 'down', fault: faultOf(error) }),
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'fault';
  return 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : error.name;
}
