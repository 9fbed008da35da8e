/**
 * Sees phones fall silent and apps die. Each worker looks; the rows let one of them turn a phone's fault. What is usual for a
 * phone is worked out anew once an hour.
 */
import { clearDeviceFault, setDeviceFault } from '../../db/device-faults';
import { readSlots, readWatchedDevices, type WatchedDevice } from '../../db/device-watch';
import type { Db } from '../../db/query';
import { troubleOf, type PhonePolicy, type PhoneTrouble } from '../../domain/phone-health';
import { rhythmOf, type Rhythm } from '../../domain/phone-rhythm';
import { DEVICE_FAULTS } from '../../domain/source-health';
import type { Config } from '../../service/config';
import type { Logger } from '../../service/logger';

export interface DeviceWatchDeps {
  readonly db: Db;
  readonly policy: PhonePolicy;
  readonly logger: Logger;
}

const RHYTHM_AGE_MS = 3_600_000;
/** The rest of a large fleet follows in the next rounds. */
const RHYTHMS_PER_ROUND = 50;
/** What this loop can see, and so take away again; `encrypted` is its source's to say. */
const OURS = ['app_killed', 'phone_silent'] as const;

export function phonePolicyOf(config: Config): PhonePolicy {
  return {
    floorMs: config.DEVICE_SILENT_FLOOR,
    fallbackMs: config.DEVICE_SILENT_LIMIT,
    heartbeatLimitMs: config.DEVICE_HEARTBEAT_LIMIT,
  };
}

export function createDeviceWatch({ db, policy, logger }: DeviceWatchDeps): { round(): Promise<number> } {
  const known = new Map<number, { readonly atMs: number; readonly rhythm: Rhythm | null }>();

  /** Undefined: its turn comes in a later round. */
  async function rhythmFor(device: WatchedDevice, budget: { left: number }): Promise<Rhythm | null | undefined> {
    const last = known.get(device.deviceId);
    if (last && device.nowMs - last.atMs < RHYTHM_AGE_MS) return last.rhythm;
    if (device.lastSmsAtMs === null) return null;
    if (budget.left <= 0) return last?.rhythm;
    budget.left -= 1;
    const rhythm = rhythmOf(await readSlots(db, device.deviceId, device.lastSmsAtMs));
    known.set(device.deviceId, { atMs: device.nowMs, rhythm });
    return rhythm;
  }

  async function look(device: WatchedDevice, budget: { left: number }): Promise<boolean> {
    const { deviceId } = device;
    if (device.deleted) {
      known.delete(deviceId);
      return clearDeviceFault(db, deviceId, DEVICE_FAULTS);
    }
    const rhythm = device.watched ? await rhythmFor(device, budget) : null;
    if (rhythm === undefined) return false;
    return settle(deviceId, troubleOf({ ...device, rhythm }, device.nowMs, policy));
  }

  async function settle(deviceId: number, trouble: PhoneTrouble | null): Promise<boolean> {
    const over = OURS.filter((fault) => fault !== trouble?.fault);
    // A silent phone whose app turns out to be killed goes from one fault to the other without being well in between.
    const cleared = trouble?.fault === 'app_killed' ? false : await clearDeviceFault(db, deviceId, over);
    if (trouble === null) return cleared;
    const { fault, ageMs, limitMs } = trouble;
    const set = await setDeviceFault(db, deviceId, fault, { ageMs, limitMs });
    if (set) logger.warn({ deviceId, fault, ageMs, limitMs }, 'a phone is silent');
    return set || cleared;
  }

  return {
    /** Gives how many phones this process turned. */
    async round() {
      const budget = { left: RHYTHMS_PER_ROUND };
      let turned = 0;
      for (const device of await readWatchedDevices(db)) if (await look(device, budget)) turned += 1;
      return turned;
    },
  };
}
