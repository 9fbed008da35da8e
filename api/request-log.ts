/** One line for each request: route, status, duration and caller. Queries, bodies and ids in them stay out. */
import type { RequestHandler } from 'express';
import { CALLERS } from '../service/caller-tokens';
import type { Logger } from '../service/logger';

/** Reads and the hot path are of interest only while somebody looks for something. */
const QUIET = /^\/(hooks\/|healthz|readyz|health|version|metrics|openapi)/;

export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    response.once('finish', () => {
      const route: unknown = request.route;
      const path = hasPath(route) ? route.path : '-';
      const quiet = response.statusCode < 400 && (request.method === 'GET' || QUIET.test(path));
      const level = response.statusCode >= 500 ? 'warn' : quiet ? 'debug' : 'info';
      if (!logger.isLevelEnabled(level)) return;
      const named = request.get('x-caller-service');
      const caller = CALLERS.find((known) => known === named);
      const durationMs = Math.round((performance.now() - began) * 10) / 10;
      logger[level]({ method: request.method, path, status: response.statusCode, durationMs, caller }, 'request');
    });
    next();
  };
}

function hasPath(route: unknown): route is { readonly path: string } {
  return typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string';
}
