/** `stand.env` in the stand's home: the addresses and secrets with which `npm run recon` reaches the running stand. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const ENVIRONMENT_FILE = 'stand.env';

/** For its owner only. Answers the function that removes it. */
export function writeStandEnvironment(
  home: string,
  variables: Readonly<Record<string, string | undefined>>,
): () => void {
  const file = path.join(home, ENVIRONMENT_FILE);
  const lines = Object.entries(variables).flatMap(([name, value]) =>
    value ? [`${name}=${JSON.stringify(value)}`] : [],
  );
  rmSync(file, { force: true });
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
