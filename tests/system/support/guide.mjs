// The guide that users wrote, and a project as it describes one: what the guide says to type is typed there, with the
// ports, paths and passwords of the test in the place of the guide's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { kBinary, kRepository, run } from './program.mjs';
import { Journal } from './until.mjs';

const kTools = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
const kWithoutPackages = { recursive: true, filter: (path) => !path.includes('node_modules') };
const kCopied = ['ecosystem.config.js', 'package.json', 'Makefile', 'prisma', 'scripts'];

export class Guide {
  static async read(path = 'docs/design/specification.zh-CN.md') {
    const guide = new Guide();
    guide.text = await readFile(join(kRepository, path), 'utf8');
    return guide;
  }

  /** The blocks of code in this language, in their order. */
  blocks(language) {
    return [...this.text.matchAll(new RegExp(`^ *\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms'))].map(([, block]) => block);
  }

  /** What its blocks for a shell and the first columns of its tables say to type. */
  commands() {
    const typed = this.blocks('bash').flatMap((block) => block.replaceAll('\\\n', '\\\0').trimEnd().split('\n'));
    const cells = [...this.text.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) => {
      const [first, ...others] = [...cell.matchAll(/`([^`]*)`/g)].map(([, words]) => words);
      // "`queue pause`, `resume`": the others have its beginning.
      return [first, ...others.map((words) => [...first.split(' ').slice(0, 2), words].join(' '))];
    });
    return [...typed.map((line) => line.replaceAll('\0', '\n').replace(/ +#.*$/, '')), ...cells].filter((line) => line !== '');
  }

  /** The block of code after the place where `words` stand first. */
  blockAfter(words) {
    assert.ok(this.text.includes(words), `the guide says: ${words}`);
    const block = /^ *```\w*\n(.*?)^ *```$/ms.exec(this.text.slice(this.text.indexOf(words)));
    return block[1];
  }

  has(command) {
    return this.text.includes(command);
  }
}

export class Project {
  #guide;
  #substitutes;
  #children = new Set();

  /** `substitutes`: pairs of what the guide has and what stands for it here. */
  static async make(folder, guide, substitutes) {
    const project = new Project();
    Object.assign(project, { folder });
    project.#guide = guide;
    project.#substitutes = [['/path/to/project', folder], ...substitutes];
    await mkdir(join(folder, 'build'), { recursive: true });
    await symlink(kBinary, join(folder, 'build/watchbill'));
    for (const name of kCopied) await cp(join(kRepository, name), join(folder, name), kWithoutPackages);
    return project;
  }

  /** A shell's environment: nothing of the tester's own. */
  get env() {
    return {
      PATH: [kTools, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      HOME: this.folder,
      SHELL: '/bin/bash',
      PM2_HOME: join(this.folder, '.pm2'),
      PM2_DISABLE_VERSION_CHECK: 'true',
      npm_config_update_notifier: 'false',
    };
  }

  substituted(text) {
    return this.#substitutes.reduce((said, [from, to]) => said.replaceAll(from, to), text);
  }

  /** What the guide says to type, typed into a shell: what it prints. */
  async type(command, options) {
    assert.ok(this.#guide.has(command), `the guide says: ${command}`);
    return this.shell(this.substituted(command), options);
  }

  /** Any command in a shell in this folder. */
  async shell(command, { env = {}, withinMs = 60_000, code = 0 } = {}) {
    const all = { ...this.env, ...env };
    const ended = await run(['-c', command], { program: '/bin/sh', cwd: this.folder, env: all, withinMs });
    assert.equal(ended.code, code, `${command}: exit ${ended.code}\n${ended.stdout}${ended.stderr}`);
    return ended.stdout;
  }

  /** What the guide says to type and leave running, in a terminal: {output, press, ended}. */
  leaveRunning(command) {
    assert.ok(this.#guide.has(command), `the guide says: ${command}`);
    const words = ['--quiet', '--return', '--command', this.substituted(command), '/dev/null'];
    const child = spawn('script', words, { cwd: this.folder, env: { ...this.env, TERM: 'xterm' } });
    this.#children.add(child);
    const output = new Journal();
    child.stdout.on('data', (data) => output.add(String(data)));
    const ended = new Promise((done) => child.once('close', (code, signal) => done(code ?? signal)));
    return { output, ended, press: (key) => child.stdin.write(key) };
  }

  /** The processes of PM2: {name, pid, status, exitCode, restarts, metrics}. */
  async processes() {
    const said = await this.shell('pm2 jlist');
    return JSON.parse(said.trim().split('\n').at(-1)).map(({ name, pid, pm2_env: env }) => ({
      name,
      pid,
      status: env.status,
      exitCode: env.exit_code,
      restarts: env.restart_time,
      metrics: env.axm_monitor,
    }));
  }

  setting(line) {
    return writeFile(join(this.folder, '.env.production'), `${line}\n`, { flag: 'a', mode: 0o600 });
  }

  async close() {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.shell('pm2 kill');
  }
}
