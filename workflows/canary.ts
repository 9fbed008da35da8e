/** Proves that the task queue moves: started by a loop every few seconds, it does one workflow task and ends. */
export function canaryWorkflow(): Promise<'alive'> {
  return Promise.resolve('alive');
}
