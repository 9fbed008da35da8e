/** Templates: what they are, how one is checked, and the set of them that the parser works with. */
export * from './template-version';
export { compileTemplate, type CompiledTemplate, type CompileResult } from './template-compile';
export { createTemplateSet, type RefusedTemplate, type TemplateSet } from './template-set';
