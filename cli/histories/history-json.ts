/**
 * Histories as JSON, in the form that every Temporal tool reads. The SDK's own functions for it (`historyToJSON`) work only
 * where npm has put one copy of protobufjs under both of its packages; here the codec is taken from the copy that made the
 * types, wherever npm has put it.
 */
import { createRequire } from 'node:module';
import * as proto from '@temporalio/proto';
import { patchProtobufRoot } from '@temporalio/proto/lib/patch-protobuf-root';

export type History = proto.temporal.api.history.v1.IHistory;

interface Codec {
  toJson(type: unknown, message: unknown): unknown;
  fromJson(type: unknown, json: unknown, options: { readonly ignoreUnknownFields: boolean }): unknown;
}

const messages = proto.temporal.api.history.v1.History;

export function historyToJson(history: History): string {
  return JSON.stringify(codec().toJson(historyType(), messages.fromObject(history)));
}

/** Undefined where it is no history. */
export function historyFromJson(json: unknown): History | undefined {
  try {
    // A newer server may know fields that we do not.
    const loaded = codec().fromJson(historyType(), json, { ignoreUnknownFields: true });
    return typeof loaded === 'object' && loaded !== null ? messages.fromObject(loaded) : undefined;
  } catch {
    return undefined;
  }
}

function codec(): Codec {
  const near = createRequire(require.resolve('@temporalio/proto'));
  const found: unknown = near('protobufjs/ext/protojson');
  if (isCodec(found)) return found;
  throw new Error('protobufjs has no codec for JSON');
}

function isCodec(value: unknown): value is Codec {
  return typeof value === 'object' && value !== null && 'toJson' in value && 'fromJson' in value;
}

function historyType(): unknown {
  const root: object = patchProtobufRoot({ ...proto });
  if (hasLookup(root)) return root.lookupType('temporal.api.history.v1.History');
  throw new Error('the messages of Temporal cannot be looked up');
}

function hasLookup(root: object): root is { lookupType(name: string): unknown } {
  return 'lookupType' in root && typeof root.lookupType === 'function';
}
