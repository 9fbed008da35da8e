/**
 * Figures of a process through OpenTelemetry: read by Prometheus on the process's own `/metrics`, and pushed by OTLP where
 * an endpoint is configured. Names are exported as they are given: no unit suffix, no scope label.
 */
import type { RequestHandler } from 'express';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  /** `by` defaults to 1; 0 makes the series appear before anything happened. */
  add(labels: Labels, by?: number): void;
}

export interface Histogram {
  record(value: number, labels: Labels): void;
}

export interface GaugeReading {
  readonly value: number;
  readonly labels?: Labels;
}

export interface Telemetry {
  /** `name` ends in `_total`. */
  counter(name: string, description: string): Counter;
  histogram(name: string, description: string, options: { unit: string; boundaries: readonly number[] }): Histogram;
  /** Asked at each scrape; a reading that fails leaves the gauge out of that scrape. */
  observableGauge(
    name: string,
    description: string,
    read: () => readonly GaugeReading[] | Promise<readonly GaugeReading[]>,
  ): void;
  /** Serves the figures in Prometheus' text format. */
  readonly metricsHandler: RequestHandler;
  /** The same text, for a page that shows other figures beside them. */
  readFigures(): Promise<string>;
  shutdown(): Promise<void>;
}

export interface TelemetryOptions {
  /** Base address of an OTLP collector over HTTP; undefined: nothing is pushed. */
  readonly otlpEndpoint?: string | undefined;
}

/** A collector that is away is tried this long, also when the process ends. */
const PUSH_LIMIT_MS = 3_000;

export function createTelemetry(serviceName: string, options: TelemetryOptions = {}): Telemetry {
  const prometheus = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const readers: IMetricReader[] = [prometheus];
  if (options.otlpEndpoint !== undefined) {
    const url = `${options.otlpEndpoint}/v1/metrics`;
    const exporter = new OTLPMetricExporter({ url, timeoutMillis: PUSH_LIMIT_MS });
    readers.push(new PeriodicExportingMetricReader({ exporter }));
  }
  const provider = new MeterProvider({ readers, resource: resourceFromAttributes({ 'service.name': serviceName }) });
  const meter = provider.getMeter('recon');
  return {
    counter(name, description) {
      const counter = meter.createCounter(name, { description });
      return { add: (labels, by = 1) => counter.add(by, labels) };
    },
    histogram(name, description, { unit, boundaries }) {
      const advice = { explicitBucketBoundaries: [...boundaries] };
      const histogram = meter.createHistogram(name, { description, unit, advice });
      return { record: (value, labels) => histogram.record(value, labels) };
    },
    observableGauge(name, description, read) {
      meter.createObservableGauge(name, { description }).addCallback(async (result) => {
        for (const { value, labels } of await read()) result.observe(value, labels);
      });
    },
    metricsHandler: (request, response) => {
      prometheus.getMetricsRequestHandler(request, response);
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    },
    async readFigures() {
      const { resourceMetrics } = await prometheus.collect();
      return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics);
    },
    // A collector that is away must not hold up the end of the process.
    shutdown: () => provider.shutdown().catch(() => undefined),
  };
}
