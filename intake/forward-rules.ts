/** The rules for forwarders' messages that are in force: an operator's own from a file, before the shipped ones. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DEFAULT_FORWARD_RULES } from '../domain/forward-defaults';
import { compileForwardRules, type ForwardRule, type ForwardRuleDraft } from '../domain/forward-rule';
import { ConfigError, type Config } from '../service/config';

const rule = z
  .strictObject({
    name: z.string().min(1).max(100),
    pattern: z.string().min(1),
    date_format: z.string().optional(),
    time_zone: z.string().optional(),
    chats: z.array(z.string()).optional(),
    device: z.string().min(1).max(100).optional(),
    line: z.string().min(1).max(100).optional(),
    lines: z.record(z.string(), z.string()).optional(),
  })
  .transform(({ date_format: dateFormat, time_zone: timeZone, ...rest }): ForwardRuleDraft => ({
    ...rest,
    dateFormat,
    timeZone,
  }));

const file = z.strictObject({
  /** false: only the rules of this file. */
  defaults: z.boolean().default(true),
  rules: z.array(rule).max(200),
});

/**
 * FORWARD_FORMATS_FILE and FORWARD_TIME_ZONE, read once at start.
 * @throws ConfigError naming the rule and what is wrong with it
 */
export function readForwardRules(
  config: Pick<Config, 'FORWARD_FORMATS_FILE' | 'FORWARD_TIME_ZONE'>,
): readonly ForwardRule[] {
  const { FORWARD_FORMATS_FILE: path, FORWARD_TIME_ZONE: timeZone } = config;
  const own = path === undefined ? { defaults: true, rules: [] } : readFile(path);
  const compiled = compileForwardRules([...own.rules, ...(own.defaults ? DEFAULT_FORWARD_RULES : [])], timeZone);
  if (compiled.ok) return compiled.rules;
  throw new ConfigError(`FORWARD_FORMATS_FILE: rule "${compiled.rule}": ${compiled.fault}`);
}

function readFile(path: string): z.infer<typeof file> {
  const content = jsonOf(path);
  const parsed = file.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `FORWARD_FORMATS_FILE: ${placeOf(issue.path, content)}${issue.message}`,
  );
  throw new ConfigError(faults.join('\n'));
}

function jsonOf(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError('FORWARD_FORMATS_FILE names a file that cannot be read');
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    throw new ConfigError('FORWARD_FORMATS_FILE names a file that is not JSON');
  }
}

const named = z.object({ rules: z.array(z.unknown()) });
const withName = z.object({ name: z.string() });

/** `rule "bank-relay" date_format: `: by its name where it has one, else by its place. */
function placeOf(path: readonly PropertyKey[], content: unknown): string {
  const [first, place, ...rest] = path;
  const within = rest.length === 0 ? '' : ` ${rest.map(String).join('.')}`;
  if (first !== 'rules' || typeof place !== 'number') return path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  const name = withName.safeParse(named.safeParse(content).data?.rules[place]).data?.name;
  return `rule ${name === undefined ? `number ${place + 1}` : `"${name}"`}${within}: `;
}
