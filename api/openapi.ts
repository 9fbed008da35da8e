/** The OpenAPI document, made from the schemas that check the requests. */
import type { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import type { Route } from './route';
import { errorBody } from './schemas/common';

const ERROR_WORDS: Readonly<Record<number, string>> = {
  400: 'Malformed: `details` names each field',
  401: 'Caller or token, signature or timestamp are missing or wrong',
  403: 'This caller has no business here',
  404: 'There is no such thing',
  409: 'Something else happened first, or stands in the way: the message names it',
  413: 'The body is too large',
  415: 'The body is no JSON in UTF-8',
  422: 'Well formed, and cannot be: the code says why',
  503: 'The database is away: nothing was written; try again',
};

export function openApiDocument(routes: readonly Route[], version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Recon',
      version,
      description: 'Turns bank SMS into approved player deposits. Times are ISO 8601, money is in minor units.',
    },
    paths,
    components: {
      securitySchemes: {
        caller: { type: 'apiKey', in: 'header', name: 'X-Caller-Service' },
        token: { type: 'apiKey', in: 'header', name: 'X-Internal-Service-Token' },
      },
    },
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const internal = route.path.startsWith('/internal/');
  const body = route.body && { required: true, content: contentOf(route.body, route.mediaTypes) };
  return {
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: internal ? [{ caller: [], token: [] }] : [],
    requestParams: { query: route.query, ...(route.headers === undefined ? {} : { header: route.headers }) },
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { ...answersOf(route), ...errorsOf(route, internal) },
  };
}

function contentOf(schema: z.ZodObject, mediaTypes: readonly string[] = ['application/json']) {
  return Object.fromEntries(mediaTypes.map((type) => [type, { schema }]));
}

type Responses = Record<`${number}`, ZodOpenApiResponseObject>;

function answersOf(route: Route): Responses {
  const responses: Responses = {};
  for (const [status, schema] of Object.entries(route.answers)) {
    const description = status === '202' ? 'Recorded; no worker has answered yet' : 'Done';
    responses[`${Number(status)}`] = { description, content: { 'application/json': { schema } } };
  }
  return responses;
}

function errorsOf(route: Route, internal: boolean): Responses {
  const shared = internal ? [400, 401, 403, 503] : [400];
  const bodied = route.body === undefined ? [] : [413, 415];
  const responses: Responses = {};
  for (const status of [...shared, ...bodied, ...route.errors]) {
    const description = ERROR_WORDS[status] ?? 'An error';
    responses[`${status}`] = { description, content: { 'application/json': { schema: errorBody } } };
  }
  return responses;
}
