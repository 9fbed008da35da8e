/** What the tests' own parts share: one guardian that ends them with the test run, and scratch homes for them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGuardian, type Guardian } from '../../stand/guardian/guardian';
import { ensureHome } from '../../stand/home';

let guardian: Guardian | undefined;

/** However this process ends, what was entrusted to it ends too. */
export function testGuardian(): Guardian {
  guardian ??= startGuardian();
  return guardian;
}

/** A directory that is removed when the test run ends. */
export function scratchHome(name: string): string {
  const home = mkdtempSync(path.join(tmpdir(), `recon-test-${name}-`));
  ensureHome(home);
  testGuardian().removeAtEnd(home);
  return home;
}
