// A generator of Prisma: writes the schema as Prisma understands it (its DMMF) as JSON to the file `output` names.
// Prisma asks in lines of JSON-RPC on standard input and hears the answers on standard error.
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const kMethods = {
  getManifest: () => ({ manifest: { prettyName: 'model', defaultOutput: './model.json' } }),
  generate: ({ generator, dmmf }) => writeFile(generator.output.value, JSON.stringify(dmmf.datamodel)).then(() => null),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const result = await kMethods[method](params);
  process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}
