// Reads Arrow IPC files and streams with the Arrow project's own JavaScript library and prints what it finds as JSON.
// Usage: node read.mjs FILE… ; one JSON array with an entry per file. Every value is a text, so that nothing is lost to a
// number format: integers in decimal, floating point numbers as the hexadecimal digits of their bits, bytes in hexadecimal.
import { readFileSync } from 'node:fs';
import { tableFromIPC, Type } from 'apache-arrow';

const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

function bits(value, width) {
  if (Number.isNaN(value)) return 'NaN';
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setFloat32(0, value); else view.setFloat64(0, value);
  return hex(new Uint8Array(view.buffer));
}

function show(type, value) {
  if (value === null) return null;
  switch (type.typeId) {
    case Type.Int: return value.toString();
    case Type.Float: return bits(value, type.precision === 1 ? 4 : 8);
    case Type.Bool: return value ? 'true' : 'false';
    case Type.Utf8: return value;
    case Type.Binary: return hex(value);
    case Type.Dictionary: return show(type.dictionary, value);
    case Type.List: return Array.from({ length: value.length }, (_, i) => show(type.children[0].type, value.get(i)));
    case Type.Struct: return type.children.map((child) => show(child.type, value[child.name]));
    default: throw new Error(`type ${type} is not expected`);
  }
}

function column(vector) {
  // The library turns timestamps into milliseconds; the ticks themselves are in the chunks.
  if (vector.type.typeId === Type.Timestamp) {
    return vector.data.flatMap((chunk) => Array.from({ length: chunk.length }, (_, i) => (chunk.getValid(i) ? chunk.values[i].toString() : null)));
  }
  return Array.from({ length: vector.length }, (_, i) => show(vector.type, vector.get(i)));
}

const files = process.argv.slice(2).map((file) => {
  const table = tableFromIPC(readFileSync(file));
  return {
    metadata: Object.fromEntries(table.schema.metadata),
    fields: table.schema.fields.map((field) => ({ name: field.name, type: field.type.toString(), nullable: field.nullable, metadata: Object.fromEntries(field.metadata) })),
    rows: table.numRows,
    batches: table.batches.map((batch) => batch.numRows),
    columns: table.schema.fields.map((_, i) => column(table.getChildAt(i))),
  };
});
process.stdout.write(JSON.stringify(files));
