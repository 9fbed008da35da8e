import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { createContext } from '../../cli/context';
import { createProgram } from '../../cli/run-cli';
import { scripts } from '../../package.json';
import { parseOptions } from '../../stand/options';
import { markdownFiles, readDoc } from './read-doc';

interface Shown {
  readonly file: string;
  readonly words: readonly string[];
}

/** Lines of code blocks and code within a line, as words; a comment at the end of a line is none. */
function codeOf(file: string): Shown[] {
  const text = readDoc(file);
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.split('\n'));
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...blocks, ...inline].map((line) => ({ file, words: wordsOf(line.replace(/\s+#\s.*$/, '')) }));
}

/** As a shell would split it, as far as documents need. Settings before a command (`NAME=value npm …`) are left out. */
function wordsOf(line: string): string[] {
  const words = (line.match(/"[^"]*"|'[^']*'|<[^>]*>|\S+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return first < 0 ? [] : words.slice(first);
}

function afterPrefix({ words }: Shown, prefix: readonly string[]): readonly string[] | undefined {
  return prefix.every((word, index) => words[index] === word) ? words.slice(prefix.length) : undefined;
}

/** What is wrong with the words of a command line; undefined where nothing is. */
function faultOf(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  const rest = [...words];
  for (let next = find(command, rest[0]); next; next = find(command, rest[0])) {
    command = next;
    rest.shift();
  }
  if (command === program && rest[0] !== undefined && !rest[0].startsWith('-')) return `there is no command ${rest[0]}`;
  const isGroup = command.commands.length > 0;
  if (isGroup && rest[0] !== undefined && !/^-|[|…]/.test(rest[0])) return `there is no ${command.name()} ${rest[0]}`;
  const known = new Set(['--help', '--json', ...command.options.map((option) => option.long)]);
  const unknown = rest.filter((word) => word.startsWith('--') && word !== '--' && !known.has(word));
  return unknown.length > 0 ? `${command.name()} has no ${unknown.join(', ')}` : undefined;
}

function find(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((candidate) => candidate.name() === name);
}

describe('the documents show commands that exist:', () => {
  const shown = markdownFiles().flatMap(codeOf);

  it('recon', () => {
    const world = {
      env: {},
      out: () => undefined,
      err: () => undefined,
      readStdin: () => Promise.resolve(''),
      user: 'x',
    };
    const program = createProgram(createContext(world, false));
    const lines = shown.flatMap((line) => {
      const words = afterPrefix(line, ['recon']) ?? afterPrefix(line, ['npm', 'run', 'recon', '--']);
      return words === undefined || words[0] === undefined || words[0] === '…' ? [] : [{ ...line, words }];
    });
    assert.ok(lines.length > 20, 'the runbook is full of them');
    const faults = lines.flatMap(({ file, words }) => {
      const fault = faultOf(program, words);
      return fault === undefined ? [] : [`${file}: recon ${words.join(' ')}: ${fault}`];
    });
    assert.deepEqual(faults, []);
  });

  it('npm', () => {
    const known = new Set(Object.keys(scripts));
    const faults = shown
      .filter(({ words }) => words[0] === 'npm' && words[1] === 'run' && words[2] !== undefined)
      .filter(({ words }) => !known.has(words[2]!));
    assert.deepEqual(faults, []);
    for (const { words } of shown.filter((line) => afterPrefix(line, ['npm', 'start']) !== undefined)) {
      assert.doesNotThrow(() => parseOptions(words.slice(words[2] === '--' ? 3 : 2)), words.join(' '));
    }
  });
});
