// Measures the tokenizers library (Rust). Usage: node speed.mjs TOKENIZER TEXTS.json ; for every line on standard input it
// tokenises all texts one after the other, on one thread, and prints the seconds that took and the number of tokens.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import tokenizers from 'tokenizers';

process.env.TOKENIZERS_PARALLELISM = 'false';
const json = { ...JSON.parse(readFileSync(process.argv[2], 'utf8')), post_processor: null, truncation: null, padding: null };
const tokenizer = tokenizers.Tokenizer.fromString(JSON.stringify(json));
const texts = JSON.parse(readFileSync(process.argv[3], 'utf8'));
console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.hrtime.bigint();
  let tokens = 0;
  for (const text of texts) tokens += (await tokenizer.encode(text, null, { addSpecialTokens: false })).getLength();
  console.log(`${Number(process.hrtime.bigint() - start) / 1e9} ${tokens}`);
}
