/** From the SDK's word on a failed replay to the event of the history at which today's code goes another way. */
import { z } from 'zod';
import { jsonOf } from '../recon-api';
import type { History } from './history-json';

export interface Parting {
  /** The event that today's code does not lead to; null where the SDK's words do not lead to one event. */
  readonly eventId: number | null;
  readonly eventType: string | null;
  readonly reason: string;
}

/** Local activities are markers of the history, known by a number of their own rather than by an event's. */
const markerData = z.object({ seq: z.number(), activity_type: z.string() });

interface Marker {
  readonly eventId: number;
  readonly seq: number;
  readonly activityType: string;
}

export function partingOf(message: string, history: History): Parting {
  const reason = reasonIn(message);
  const [, id, type] = /HistoryEvent\(id: (\d+), (?:Some\()?(\w+)/.exec(message) ?? [];
  if (id !== undefined) return { eventId: Number(id), eventType: type ?? null, reason };
  const marker = markerNamed(reason, history);
  return marker === undefined
    ? { eventId: null, eventType: null, reason }
    : { eventId: marker.eventId, eventType: `MarkerRecorded of ${marker.activityType}`, reason };
}

/** The innermost message; around it the SDK prints its own structures. */
function reasonIn(message: string): string {
  const [, inner] = /message: "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  const words = inner === undefined ? message.replace(/^.*?Details: /s, '') : inner.replaceAll('\\"', '"');
  return words.replace(/\s+/g, ' ').trim().slice(0, 1_000);
}

function markerNamed(reason: string, history: History): Marker | undefined {
  const [, seq] = /LocalActivity\((\d+)\)/.exec(reason) ?? [];
  const [, type] = /recorded marker '(\w+)'/.exec(reason) ?? [];
  const markers = markersOf(history);
  if (seq !== undefined) return markers.find((marker) => marker.seq === Number(seq));
  const ofType = markers.filter((marker) => marker.activityType === type);
  // Of several it may be any.
  return ofType.length === 1 ? ofType[0] : undefined;
}

function markersOf(history: History): Marker[] {
  return (history.events ?? []).flatMap((event) => {
    const [data] = event.markerRecordedEventAttributes?.details?.['data']?.payloads ?? [];
    const parsed = markerData.safeParse(jsonOf(Buffer.from(data?.data ?? []).toString('utf8')));
    return parsed.success
      ? [{ eventId: Number(event.eventId), seq: parsed.data.seq, activityType: parsed.data.activity_type }]
      : [];
  });
}
