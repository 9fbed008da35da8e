/** Every path of the workflow, each of which has a saved history. A change that adds a way adds a path here. */
import { MACHINE_PATHS } from './machine-paths';
import type { Path } from './path';
import { PEOPLE_PATHS } from './people-paths';

export const PATHS: readonly Path[] = [...MACHINE_PATHS, ...PEOPLE_PATHS];

/**
 * The version of the workflow's code that histories are saved under. A change behind `patched()` raises it: the histories of
 * the versions before stay and must replay, since runs of theirs may still be waiting for a person.
 */
export const HISTORIES_VERSION = 1;

/** `straight-path.v1.json`; `proposed.run-2.v1.json` for the later runs of a path. */
export function fileNameOf(path: string, run: number, version = HISTORIES_VERSION): string {
  return `${path}${run === 1 ? '' : `.run-${run}`}.v${version}.json`;
}
