// Leaves each file below a folder as NAME.br and NAME.gz, as small as either can: they are what the binary holds.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const folder = process.argv[2];
const paths = readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`);

await Promise.all(
  paths.filter((path) => statSync(path).isFile()).map(async (path) => {
    const bytes = readFileSync(path);
    writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes)); // quality 11 unless told otherwise
    writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    rmSync(path);
  }),
);
