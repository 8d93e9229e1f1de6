// Prisma's command line and the client that it generates, without a network and without its engine.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

import { kRepository, run } from '../../system/support/program.mjs';

export const kSchema = join(kRepository, 'prisma/schema.prisma');
export const kMigrations = join(kRepository, 'prisma/migrations');

const kPackages = fileURLToPath(new URL('../node_modules', import.meta.url));
// The generated client is TypeScript; its runtime is left to Node.
const typescript = createJiti(import.meta.url, { fsCache: false, nativeModules: ['@prisma/client'] });
const kTeller = fileURLToPath(new URL('./prisma_model.mjs', import.meta.url));

/** `prisma ARGS`: {code, stdout, stderr}. */
export function prisma(args) {
  const env = {
    CHECKPOINT_DISABLE: '1',
    // Asked for by each command; these do not run it. Without it the CLI goes to fetch one.
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
  };
  const program = process.execPath;
  return run([join(kPackages, 'prisma/build/index.js'), ...args], { program, env, withinMs: 60_000 });
}

/**
 * What `prisma generate` makes of schema.prisma: {PrismaClient, client, model, text, remove}. `client` is the
 * file of PrismaClient, `model` the schema as Prisma understands it. It is made in a folder of its own, where the client
 * finds its packages.
 */
export async function generate() {
  const folder = await mkdtemp(join(kPackages, '.generated-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const schema = join(folder, 'prisma/schema.prisma');
    await mkdir(join(folder, 'prisma'));
    const text = await readFile(kSchema, 'utf8');
    const output = join(folder, 'model.json');
    const teller = { provider: `node ${kTeller}`, output };
    const lines = Object.entries(teller).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
    await writeFile(schema, `${text}\ngenerator model {\n${lines.join('\n')}\n}\n`);
    const { code, stderr } = await prisma(['generate', `--schema=${schema}`]);
    if (code !== 0) throw new Error(`prisma generate ended with ${code}:\n${stderr}`);
    const client = join(folder, 'generated/prisma/client.ts');
    const { PrismaClient } = await typescript.import(client);
    const model = JSON.parse(await readFile(output, 'utf8'));
    return { PrismaClient, client, model, text, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
