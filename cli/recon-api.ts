/** The recon service over HTTP, as caller `ops`: answers checked by the service's own schemas, refusals as errors that say what to do. */
import { request } from 'undici';
import { z } from 'zod';
import { awayError, causeOf, CliError } from './cli-error';
import { EXIT, type ExitCode } from './exit-codes';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Answer<Data> {
  readonly status: number;
  readonly data: Data;
}

export interface ReconApi {
  readonly url: string;
  get<Schema extends z.ZodType>(path: string, query: Query, schema: Schema): Promise<z.output<Schema>>;
  /** `schema` must know the answers of every 2xx status of the route. */
  post<Schema extends z.ZodType>(path: string, body: object, schema: Schema): Promise<Answer<z.output<Schema>>>;
}

/** The service has understood and said no. */
export class RefusedByApi extends CliError {
  constructor(
    readonly status: number,
    fault: ConstructorParameters<typeof CliError>[0],
    readonly details: unknown,
  ) {
    super(fault);
  }
}

export const SHOOTER = '/internal/recon/shooter';
export const STATS = '/internal/recon/stats';

const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});

const LIMIT_MS = 30_000;

export function createReconApi({ url, token }: { readonly url: string; readonly token: string }): ReconApi {
  const headers = { 'x-caller-service': 'ops', 'x-internal-service-token': token, accept: 'application/json' };
  return {
    url,
    async get(path, query, schema) {
      const words = queryString(query);
      const reply = await call(url, `${path}${words === '' ? '' : `?${words}`}`, { method: 'GET', headers });
      return read(url, reply, schema).data;
    },
    async post(path, body, schema) {
      const all = { ...headers, 'content-type': 'application/json' };
      return read(url, await call(url, path, { method: 'POST', headers: all, body: JSON.stringify(body) }), schema);
    },
  };
}

function queryString(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.toString();
}

export interface RawReply {
  readonly status: number;
  readonly text: string;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** @throws CliError where nobody answers */
export async function call(url: string, path: string, options: Call): Promise<RawReply> {
  try {
    const { statusCode, body } = await request(url + path, {
      ...options,
      headersTimeout: LIMIT_MS,
      bodyTimeout: LIMIT_MS,
    });
    return { status: statusCode, text: await body.text() };
  } catch (error) {
    throw awayError(
      `the recon service does not answer at ${url} (${causeOf(error)})`,
      'Start it ("npm start"), or set RECON_SERVICE_URL to where it runs. "recon doctor" shows what else is away.',
    );
  }
}

/** @throws RefusedByApi, or CliError where what answered is no recon service */
export function read<Schema extends z.ZodType>(
  url: string,
  { status, text }: RawReply,
  schema: Schema,
): Answer<z.output<Schema>> {
  const json = jsonOf(text);
  if (status >= 200 && status < 300) {
    const parsed = schema.safeParse(json);
    if (parsed.success) return { status, data: parsed.data };
    throw notRecon(url);
  }
  const refusal = errorBody.safeParse(json);
  if (!refusal.success) throw notRecon(url);
  const { code, message, details } = refusal.data.error;
  // The wallet, say, which speaks of faults in the same form.
  if (code === 'unknown_route') throw notRecon(url);
  throw new RefusedByApi(status, { code, message, hint: hintFor(status, code), exitCode: exitCodeOf(status) }, details);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 404 || status === 409 || status === 422) return EXIT.no;
  return status === 429 || status >= 500 ? EXIT.away : EXIT.usage;
}

const HINTS: Readonly<Record<string, string>> = {
  token_wrong: 'INTERNAL_SERVICE_TOKEN_OPS is not the one that the service was started with.',
  caller_forbidden: 'The service lets callers admin, ops and recon in.',
  order_required: 'Name the deposit with --order; "recon sms explain <id>" shows the candidates.',
  unknown_sms: '"recon sms list" shows what there is.',
  database_unavailable: 'PostgreSQL is away: nothing was changed. "recon doctor" shows what else is.',
  internal: 'The log of the recon service (process api) names the fault.',
};

function hintFor(status: number, code: string): string | undefined {
  return HINTS[code] ?? (status >= 500 ? '"recon doctor" shows what is away.' : undefined);
}

function notRecon(url: string): CliError {
  return new CliError({
    code: 'not_recon',
    message: `what answers at ${url} is no recon service of this version`,
    hint: 'Check RECON_SERVICE_URL; "recon doctor" compares versions.',
    exitCode: EXIT.usage,
  });
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
