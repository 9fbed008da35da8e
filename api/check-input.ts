/** From bytes and query to checked values, or a 400 that names each field at fault and never its value. */
import type { Request } from 'express';
import type { z } from 'zod';
import { HttpError } from '../service/http-errors';

const MAX_PROBLEMS = 5;

export interface Problem {
  readonly field: string;
  readonly problem: string;
}

/** @throws HttpError 400 `bad_request` */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw badRequest(result.error.issues.flatMap((issue) => describe(issue, whole)).slice(0, MAX_PROBLEMS));
}

export function badRequest(problems: readonly Problem[]): HttpError {
  const message = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  return new HttpError(400, 'bad_request', message, problems);
}

/** @throws HttpError 415, or 400 `bad_json` */
export function readJson(request: Request): unknown {
  requireJson(request);
  return parseJson(bodyText(request));
}

/** @throws HttpError 415 */
export function requireJson(request: Request): void {
  const [type = ''] = (request.get('content-type') ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json')
    throw new HttpError(415, 'unsupported_media_type', 'the body must be sent as application/json');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The body as it came, for what is signed. @throws HttpError 400 where the bytes are no UTF-8 */
export function bodyText(request: Request): string {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return '';
  try {
    return utf8.decode(body);
  } catch {
    throw new HttpError(400, 'bad_json', 'the body is not UTF-8');
  }
}

/** @throws HttpError 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'bad_json', 'the body is not JSON');
  }
}

function describe(issue: z.core.$ZodIssue, whole: string): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .slice(0, MAX_PROBLEMS)
      .map((key) => ({ field: readable([...issue.path, key].join('.')), problem: 'is not known here' }));
  const field = issue.path.length === 0 ? whole : readable(issue.path.join('.'));
  return [{ field, problem: problemOf(issue) }];
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is missing';
  return issue.message.replace(/^(?:Invalid|Too) [^:]*: expected (?:string |array |number )?/, 'must be ');
}

/** A name that a caller made up goes back to it in a form that any JSON reader can take. */
function readable(field: string): string {
  return field.slice(0, 60).replace(/[\p{Cc}\p{Surrogate}]/gu, '\ufffd');
}
