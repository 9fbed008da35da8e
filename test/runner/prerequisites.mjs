/** What `npm test` cannot install by itself. Plain JavaScript without dependencies. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export async function checkPrerequisites() {
  if (['redis-server', 'valkey-server'].some(isOnPath)) return undefined;
  return (
    'Redis is missing (looked for redis-server and valkey-server on PATH): install it with ' +
    '"apt-get install redis-server" or "brew install redis"'
  );
}

function isOnPath(name) {
  return (process.env.PATH ?? '').split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, name), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}
