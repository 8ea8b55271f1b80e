// Tokenises texts with the tokenizers library (Rust) and writes what it finds.
// Usage: node encode.mjs JOBS.json ; a list of {tokenizer, texts, out}: a tokenizer.json, a JSON list of texts, and a file that
// takes 32-bit integers: per text the number of tokens, then each token's id, start and end in UTF-16 code units.
// What comes after the model is taken out of the tokenizer, so that offsets are those of the tokens and nothing is added.
import { readFileSync, writeFileSync } from 'node:fs';
import tokenizers from 'tokenizers';

// The library counts code points.
function units(text) {
  if (!/[\ud800-\udbff]/.test(text)) return null;
  const at = [0];
  for (const character of text) at.push(at[at.length - 1] + character.length);
  return at;
}

for (const job of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const json = { ...JSON.parse(readFileSync(job.tokenizer, 'utf8')), post_processor: null, truncation: null, padding: null };
  const tokenizer = tokenizers.Tokenizer.fromString(JSON.stringify(json));
  const texts = JSON.parse(readFileSync(job.texts, 'utf8'));
  const out = [];
  for (const text of texts) {
    const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
    const at = units(text);
    const ids = encoding.getIds();
    const offsets = encoding.getOffsets();
    out.push(ids.length);
    for (let i = 0; i < ids.length; i++) {
      const [start, end] = offsets[i];
      out.push(ids[i], at ? at[start] : start, at ? at[end] : end);
    }
  }
  writeFileSync(job.out, Buffer.from(Int32Array.from(out).buffer));
}
