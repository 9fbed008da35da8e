import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../stand/home';
import { markdownFiles, readDoc } from './read-doc';

/** What a rendered heading can be linked by. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}

function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

function faultOf(from: string, target: string): string | undefined {
  if (/^(https?|mailto):/.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const absolute = path.resolve(projectRoot(), path.dirname(from), file === '' ? path.basename(from) : file);
  if (!existsSync(absolute)) return `${from}: ${target} does not exist`;
  if (anchor === undefined || statSync(absolute).isDirectory()) return undefined;
  return anchorsOf(readFileSync(absolute, 'utf8')).has(anchor) ? undefined : `${from}: ${target} names no heading`;
}

/** Paths of this checkout that a document names in backticks, such as `db/query.ts` or `domain/`. */
function namedPaths(text: string): string[] {
  const words = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, word]) => word!);
  return words.filter((word) => word.includes('/') && /(\.(ts|mjs|md|json|yml)|\/)$/.test(word));
}

describe('the documents', () => {
  const files = markdownFiles();

  it('hold no relative link that leads nowhere', () => {
    const faults = files.flatMap((file) => linksOf(readDoc(file)).map((target) => faultOf(file, target)));
    assert.deepEqual(
      faults.filter((fault) => fault !== undefined),
      [],
    );
  });

  it('name no file or room of the checkout that is not there', () => {
    const isThere = (word: string) =>
      /^(dist|node_modules|\.recon)\//.test(word) || existsSync(path.join(projectRoot(), word));
    const missing = files.flatMap((file) =>
      namedPaths(readDoc(file))
        .filter((word) => !isThere(word))
        .map((word) => `${file}: ${word}`),
    );
    assert.deepEqual(missing, []);
  });
});
