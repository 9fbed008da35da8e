/**
 * The templates that come with Recon: banks that do not exist, in the formats that real ones use, to start from and to
 * test with. Loaded by the demo and by hand; a real installation writes its own.
 */
import { MIDDLE_EAST_TEMPLATES } from './template-library-middle-east';
import { SOUTH_ASIA_TEMPLATES } from './template-library-south-asia';
import { WORLD_TEMPLATES } from './template-library-world';
import type { TemplateDraft } from './template-version';

export const TEMPLATE_LIBRARY: readonly TemplateDraft[] = [
  ...SOUTH_ASIA_TEMPLATES,
  ...MIDDLE_EAST_TEMPLATES,
  ...WORLD_TEMPLATES,
];
