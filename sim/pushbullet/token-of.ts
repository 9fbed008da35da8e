/** The access token of a call: its own header, HTTP Basic with the token as user, or Bearer. */
import type { Request } from 'express';

export function tokenOf(request: Request): string | undefined {
  const own = request.header('access-token');
  if (own !== undefined) return own;
  const [, scheme = '', value = ''] = /^(\w+) (.+)$/.exec(request.header('authorization') ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic':
      return Buffer.from(value, 'base64').toString('utf8').replace(/:.*$/s, '');
    default:
      return undefined;
  }
}
