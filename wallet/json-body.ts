/** Bodies are taken as bytes, since a signature covers bytes, and become JSON only after it has been checked. */
import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { HttpError } from '../service/http-errors';

const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_ISSUES = 5;

/** Compressed bodies are refused: what was signed is what is on the wire. */
export function rawBody(): RequestHandler {
  return express.raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });
}

/** @throws HttpError 400 where the bytes are no UTF-8. */
export function bodyText(request: Request): string {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new HttpError(400, 'bad_json', 'the body is not UTF-8');
  }
}

/** @throws HttpError 400 that names each field at fault, and never its value. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  return parseValue(schema, parseJson(text));
}

/** The same for what did not come as a body, such as a query. */
export function parseValue<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_ISSUES).flatMap(describe);
  throw new HttpError(400, 'bad_request', issues.map(({ field, problem }) => `${field} ${problem}`).join('; '), issues);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'bad_json', 'the body is not JSON');
  }
}

function describe(issue: z.core.$ZodIssue): { field: string; problem: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MAX_ISSUES).map((key) => ({ field: fieldName(key), problem: 'is not known here' }));
  const field = issue.path.length === 0 ? 'the body' : fieldName(issue.path.join('.'));
  return [{ field, problem: issue.message.replace(/^(Invalid|Too) [^:]*: expected/, 'must be') }];
}

/** A name that a caller made up goes back to it, and into no log, in a form that any JSON reader can take. */
function fieldName(key: string): string {
  return key.slice(0, 60).replace(/[\p{Cc}\p{Cs}]/gu, '�');
}
