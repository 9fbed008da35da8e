#!/usr/bin/env node
/** The `recon` command. */
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { processEnvironment } from '../service/config';
import { quietCore } from './histories/quiet-core';
import { runCli } from './run-cli';

/** A machine without a name for its user (a bare container) still has a reviewer. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'ops';
  }
}

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', () => process.exit(0));

void runCli(process.argv.slice(2), {
  env: processEnvironment(),
  out: (words) => void process.stdout.write(words),
  err: (words) => void process.stderr.write(words),
  readStdin: () => text(process.stdin),
  user: userName(),
  quietCore,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
