/** One logger for every process: JSON lines on standard error, so that standard output stays for results. */
import pino from 'pino';

export type Logger = pino.Logger;

/**
 * Fields that may never reach a log, wherever they stand in an object: SMS texts, senders and names, and every secret.
 * Callers log ids and verdicts; this list is the belt.
 */
const PRIVATE_FIELDS = [
  'body',
  'text',
  'sender',
  'payerName',
  'payer_name',
  'reference',
  'remark',
  'token',
  'secret',
  'password',
  'authorization',
];

/** `destination` is for tests that read what was logged; every process writes to standard error. */
export function createLogger(service: string, level = 'info', destination?: pino.DestinationStream): Logger {
  return pino(
    {
      name: service,
      level,
      redact: { paths: PRIVATE_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[private]' },
      serializers: { err: describeError },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

/** PostgreSQL puts row values into `detail` and query texts into messages: an error is logged by its type, code and constraint. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table } = fieldsOf(error);
  return {
    type: error.name,
    ...(code === undefined ? { message: error.message } : { code, constraint, table }),
    stack: error.stack?.split('\n').slice(1, 8).join('\n'),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}

function fieldsOf(error: object): Record<string, unknown> {
  return { ...error };
}
