/** `/internal/recon/stats/loops`: which loops of the cluster and which phones do not get on, and why. */
import { z } from 'zod';
import { readFaultyDevices, type FaultyDevice } from '../../db/device-faults';
import { readLoops, type LoopRow } from '../../db/loops';
import type { Db } from '../../db/query';
import { DEVICE_FAULTS, LOOP_FAULTS } from '../../domain/source-health';
import { SOURCES } from '../../domain/sms';
import { getRoute, type Route } from '../route';
import { iso, isoOrNull, nullableTime, time } from '../schemas/common';
import { emptyQuery, rowId } from '../text-rules';

const milliseconds = z.int();

const loop = z
  .object({
    name: z.string().meta({ description: 'Of a loop that runs once for each account: name:account' }),
    age_ms: milliseconds.meta({ description: 'Since its last progress in any worker' }),
    limit_ms: milliseconds,
    fresh: z.boolean(),
    critical: z.boolean(),
    fault: z.enum(LOOP_FAULTS).nullable().meta({ description: 'Why; may be there before the loop is stale' }),
    detail: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'Counts and codes' }),
    owner: z.string().nullable().meta({ description: 'The process that ran it last' }),
    stale_since: nullableTime.meta({ description: 'When it was told as an event that it is stale' }),
  })
  .meta({ id: 'Loop' });

const faultyDevice = z
  .object({
    device_id: rowId,
    source: z.enum(SOURCES),
    name: z.string(),
    app: z.string().nullable(),
    fault: z.enum(DEVICE_FAULTS),
    since: time,
    age_ms: milliseconds,
  })
  .meta({ id: 'FaultyDevice' });

const loopStats = z
  .object({
    fresh: z.boolean().meta({ description: 'Every critical loop is' }),
    loops: z.array(loop),
    devices: z.array(faultyDevice).meta({ description: 'Only those with a fault' }),
  })
  .meta({ id: 'LoopStats' });

export function loopRoutes({ db }: { readonly db: Db }): Route[] {
  const described = {
    path: '/internal/recon/stats/loops',
    summary: 'The loops of the cluster and the devices at fault',
    query: emptyQuery,
    answer: loopStats,
  };
  return [
    getRoute(described, async () => {
      const [loops, devices] = await Promise.all([readLoops(db), readFaultyDevices(db)]);
      const fresh = loops.every((row) => row.fresh || !row.critical);
      return { fresh, loops: loops.map(presentLoop), devices: devices.map(presentDevice) };
    }),
  ];
}

function presentLoop(row: LoopRow): z.input<typeof loop> {
  const { name, ageMs, limitMs, fresh, critical, fault, detail, owner, staleSince } = row;
  return {
    name,
    age_ms: ageMs,
    limit_ms: limitMs,
    fresh,
    critical,
    fault,
    detail: { ...detail },
    owner,
    stale_since: isoOrNull(staleSince),
  };
}

function presentDevice({ deviceId, ageMs, since, ...row }: FaultyDevice): z.input<typeof faultyDevice> {
  return { device_id: deviceId, age_ms: ageMs, since: iso(since), ...row };
}
