// openapi_to_json.mjs IN.yaml OUT.json: the API description in the form in which it is served.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const [input, output] = process.argv.slice(2);
writeFileSync(output, JSON.stringify(parse(readFileSync(input, 'utf8'), { strict: true, uniqueKeys: true })));
