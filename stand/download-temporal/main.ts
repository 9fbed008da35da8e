/**
 * Lets Temporal's SDK download its own copy of the command line into the directory that is given. The SDK has no call
 * for the download alone, so the server is started once and stopped. A process of its own, since it cannot be cancelled.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

async function download(downloadDir: string): Promise<void> {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, ttl: '3650d' } },
  });
  await environment.teardown();
}

download(process.argv[2] ?? '.').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
