/** Temporal's core without its own lines: where a person reads what was found, "Worker state changed" is noise. */

let installed = false;

/** Before the first connection or replay of a process; errors are still told. A second call does nothing. */
export async function quietCore(): Promise<void> {
  if (installed) return;
  installed = true;
  // Loaded late: every other command starts faster without the worker's native part.
  const { DefaultLogger, Runtime } = await import('@temporalio/worker');
  const filter = { core: 'ERROR', other: 'ERROR' } as const;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
}
