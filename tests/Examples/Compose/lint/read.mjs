// Prints YAML files, merged in order as compose merges them (maps are merged, everything else is replaced), as JSON.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const merge = (under, over) => (isMap(under) && isMap(over)
  ? Object.fromEntries([...new Set([...Object.keys(under), ...Object.keys(over)])].map((key) => [key, key in over ? (key in under ? merge(under[key], over[key]) : over[key]) : under[key]]))
  : over);
process.stdout.write(JSON.stringify(process.argv.slice(2).map((file) => parse(readFileSync(file, 'utf8'))).reduce(merge)));
