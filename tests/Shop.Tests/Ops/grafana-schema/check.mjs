// node check.mjs FILE...: checks dashboards against the types of dashboard.ts. What is wrong goes to stdout, a line each, as FILE:LINE: what; nothing where
// all is well.

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));

// Each file becomes the value of a typed constant, since only there does TypeScript report what the type does not know. The first line stays the first.
const sources = new Map(process.argv.slice(2).map(file => [
  join(here, `${resolve(file).replaceAll(/\W/g, '_')}.ts`),
  { file, text: `export const dashboard: import('./dashboard').DashboardFile = ${readFileSync(file, 'utf8')};` },
]));

const options = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  noErrorTruncation: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
  types: [],
};
const host = ts.createCompilerHost(options);
const { fileExists, readFile } = host;
host.fileExists = path => sources.has(path) || fileExists(path);
host.readFile = path => sources.get(path)?.text ?? readFile(path);

const program = ts.createProgram([...sources.keys(), join(here, 'dashboard.ts')], options, host);
for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
  const line = file ? `${sources.get(file.fileName)?.file ?? file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}: ` : '';
  console.log(line + ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 600));
}
