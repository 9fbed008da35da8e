/** Why a round of a loop failed, in the words of the house: a code for people, never an error's message. */
import { isGrpcServiceError, ServiceError, WorkflowFailedError } from '@temporalio/client';
import type { LoopFault } from '../domain/source-health';
import { isTransientPostgresError } from '../service/postgres';

/** Thrown by a round that knows itself what it suffers from. `code` is a fixed word. */
export class LoopTrouble extends Error {
  override readonly name = 'LoopTrouble';
  constructor(
    readonly fault: LoopFault,
    readonly code: string,
  ) {
    super(`${fault}: ${code}`);
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** `no_progress`: a fault of ours, which the log names. */
export function loopFaultOf(error: unknown): LoopFault {
  if (error instanceof LoopTrouble) return error.fault;
  if (error instanceof ServiceError || error instanceof WorkflowFailedError || isGrpcServiceError(error))
    return 'temporal';
  return isTransientPostgresError(error) || SQLSTATE.test(codeOf(error)) ? 'database' : 'no_progress';
}

/** The error's code, or else its type. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
