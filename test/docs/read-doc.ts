/** Documents as the tests of this room read them: whole, by table row, by code word. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../stand/home';

/** `file` is relative to the checkout. */
export function readDoc(file: string): string {
  return readFileSync(path.join(projectRoot(), file), 'utf8');
}

/** Every `word` in backticks. */
export function codeWords(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!));
}

/** Rows of every table as trimmed cells; header and ruler too. */
export function tableRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.recon']);

/** Markdown files of the checkout, relative to it. */
export function markdownFiles(directory = ''): string[] {
  return readdirSync(path.join(projectRoot(), directory), { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const file = path.join(directory, entry.name);
    return entry.isDirectory() ? markdownFiles(file) : entry.name.endsWith('.md') ? [file] : [];
  });
}
