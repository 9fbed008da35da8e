/** What the bundler takes: the workflows by their names. */
export { smsWorkflow } from './sms';
export { canaryWorkflow } from './canary';
export { sourceWorkflow } from './source';
