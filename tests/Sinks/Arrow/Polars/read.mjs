// Reads tables with Polars and prints every value as read.mjs of tests/Apache.Arrow does, so that nothing is lost to a number format.
// Usage: node read.mjs (file|stream):PATH… ; one JSON array with an entry per input.
import { readFileSync } from 'node:fs';
import pl from 'nodejs-polars';

function bits(value, width) {
  if (Number.isNaN(value)) return 'NaN';
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setFloat32(0, value); else view.setFloat64(0, value);
  return Buffer.from(view.buffer).toString('hex');
}

function show(type, value) {
  if (value === null) return null;
  switch (type) {
    case 'Int32': case 'Int64': return value.toString();
    case 'Float64': return bits(value, 8);
    case 'Bool': return value ? 'true' : 'false';
    case 'Utf8': case 'String': case 'Categorical': return value;
    case 'List': return (Array.isArray(value) ? value : value.toArray()).map((c) => [c.document.toString(), c.position.toString(), bits(c.activation, 4)]);
    default: throw new Error(`type ${type} is not expected`);
  }
}

const tables = process.argv.slice(2).map((input) => {
  const [kind, path] = input.split(/:(.*)/s);
  const frame = (kind === 'file' ? pl.readIPC : pl.readIPCStream)(readFileSync(path));
  return {
    rows: frame.height,
    columns: frame.columns.map((name) => {
      const column = frame.getColumn(name);
      const type = (column.dtype.variant ?? column.dtype.toString()).split('(')[0];
      return { name, type, values: column.toArray().map((value) => show(type, value)) };
    }),
  };
});
process.stdout.write(JSON.stringify(tables));
