// Compares the public API of each entry with its report in this folder; with --local it writes them anew.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import path from 'node:path';

const localBuild = process.argv.includes('--local');
const names = ['', '.actors', '.comlink', '.lanes', '.sync'].map(
  (entry) => `api-extractor${entry}.json`,
);
for (const name of names) {
  const config = ExtractorConfig.loadFileAndPrepare(path.join(import.meta.dirname, name));
  if (!Extractor.invoke(config, { localBuild }).succeeded) process.exitCode = 1;
}
