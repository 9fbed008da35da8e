/** A process whose one loop makes progress for as long as it lives: DATABASE_URL, OWNER. */
import { createKnex } from '../../../service/postgres';
import { createFreshness } from '../../../worker/freshness';

const db = createKnex({ url: process.env['DATABASE_URL'] ?? '', applicationName: 'progress-maker', poolSize: 2 });
const freshness = createFreshness({
  db,
  owner: process.env['OWNER'] ?? '',
  limitsMs: new Map([['sweeper', 1_500]]),
});
const loop = freshness.register('sweeper');
setInterval(() => loop.progressed(), 50);
