#!/usr/bin/env node
// Prints the curves of an Emergence run from Kafka: one row per step, layer, facet and category.
//
//   node consume.mjs --kafka localhost:9092 --run demo [--category NOUN] [--from-step 512] [--follow] [--json]
//
// Only what is committed is read (readUncommitted: false): a checkpoint is one transaction, so all of it is seen or none of it.
// Every message is an Arrow IPC stream, complete in itself; a table too large for one message comes in numbered parts, each with rows of its own.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const USAGE = `node consume.mjs --kafka HOST:PORT[,…] --run NAME [--topic-prefix emergence] [--category NAME] [--from-step N] [--follow] [--json]`;

/** Rows of an Arrow IPC stream. This is all there is to decoding: put your own library here. */
export function decode(bytes, tableFromIPC) {
  return tableFromIPC(bytes).toArray().map((row) => row.toJSON());
}

/**
 * The parts of a message together: rows when the last of them has come, null before, and where an earlier part is not in the topic.
 * Parts of one message have one key and come in order.
 */
export class Parts {
  #waiting = new Map();
  #passedOver = new Set();

  add({ key, step, sequence, part, parts }, rows) {
    if (parts === 1) return rows;
    const name = `${key} ${sequence} ${step}`;
    // A message that is read again from its first part, after a restart, begins anew.
    const got = part === 1 ? [] : this.#waiting.get(name);
    if (got === undefined || got.length !== part - 1) {
      // Retention has removed the first parts: the others are of no use.
      this.#waiting.delete(name);
      if (!this.#passedOver.has(name)) console.error(`consume.mjs: part ${part - 1} of ${parts} of ${key} (commit ${sequence}) is not in the topic any more: the others are passed over`);
      this.#passedOver.add(name);
      if (part === parts) this.#passedOver.delete(name);
      return null;
    }
    this.#passedOver.delete(name);
    got.push(rows);
    this.#waiting.set(name, got);
    if (part < parts) return null;
    this.#waiting.delete(name);
    return got.flat();
  }
}

const columns = [
  ['step', 10, (r) => `${r.step}`],
  ['layer', 5, (r) => `${r.layer}`],
  ['facet', 10, (r) => r.facet],
  ['category', 22, (r) => r.category],
  ['best F1', 7, (r) => r.best_f1.toFixed(3)],
  ['interval', 13, (r) => `${r.best_f1_low.toFixed(3)}…${r.best_f1_high.toFixed(3)}`],
  ['above null', 10, (r) => (r.above_null ? 'yes' : 'no')],
];
const line = (texts) => columns.map(([, width], i) => texts[i].padEnd(width)).join(' ').trimEnd();

export const header = () => line(columns.map(([name]) => name));
export const tableLine = (row) => line(columns.map(([, , text]) => text(row)));
export const jsonLine = (row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? Number(value) : value));

function options() {
  const { values } = parseArgs({
    options: {
      kafka: { type: 'string' },
      run: { type: 'string' },
      'topic-prefix': { type: 'string', default: 'emergence' },
      category: { type: 'string' },
      'from-step': { type: 'string', default: '0' },
      follow: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (!values.kafka || !values.run) throw new Error(`--kafka and --run are needed: ${USAGE}`);
  if (!/^\d+$/.test(values['from-step'])) throw new Error(`--from-step takes a whole number: ${USAGE}`);
  return { ...values, fromStep: BigInt(values['from-step']) };
}

async function packages() {
  try {
    const [kafka, arrow] = await Promise.all([import('kafkajs'), import('apache-arrow')]);
    return { ...kafka.default, tableFromIPC: arrow.tableFromIPC };
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(`kafkajs and apache-arrow are not installed: (cd ${import.meta.dirname} && npm ci)`);
  }
}

async function ends(admin, topic, follow) {
  await admin.connect();
  try {
    while (!(await admin.listTopics()).includes(topic)) {
      if (!follow) throw new Error(`there is no topic ${topic}`);
      await setTimeout(1000);
    }
    const partitions = await admin.fetchTopicOffsets(topic);
    return new Map(partitions.filter((p) => p.high !== p.low).map((p) => [p.partition, BigInt(p.high)]));
  } finally {
    await admin.disconnect();
  }
}

/** Reads the topic from its beginning, to what is its end now or for ever, and hands over every row of the run. */
async function read({ kafka, run, topic, follow }, onRow) {
  const { Kafka, logLevel, tableFromIPC } = await packages();
  const client = new Kafka({ clientId: 'emergence-consume', brokers: kafka.split(','), logLevel: logLevel.NOTHING, connectionTimeout: 5000 });

  // Where each partition that holds anything ends now.
  const left = await ends(client.admin(), topic, follow);
  if (left.size === 0 && !follow) return;

  // kafkajs reads in consumer groups only; this one is of this process alone and commits nothing.
  const consumer = client.consumer({ groupId: `emergence-consume-${process.pid}-${Date.now()}`, readUncommitted: false });
  const parts = new Parts();
  // A consumer that joins again begins anew, because nothing is committed: what was handed over is passed over.
  const next = new Map();
  const ended = new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (restart) console.error(`consume.mjs: ${error.message}; trying again`);
      else reject(error);
    });
    // Told also of batches that held nothing but aborted messages and the marks of transactions.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (BigInt(payload.lastOffset) + 1n >= (left.get(payload.partition) ?? 0n)) left.delete(payload.partition);
      if (left.size === 0 && !follow) resolve();
    });
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
    consumer.connect()
      .then(() => consumer.subscribe({ topic, fromBeginning: true }))
      .then(() => consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          if (BigInt(message.offset) < (next.get(partition) ?? 0n)) return;
          next.set(partition, BigInt(message.offset) + 1n);
          const text = (name) => message.headers?.[name]?.toString();
          if (message.value === null || text('run') !== run || text('emergence-table') !== 'curves') return;
          const place = { key: message.key?.toString(), step: text('step'), sequence: text('sequence'), part: Number(text('part') ?? 1), parts: Number(text('parts') ?? 1) };
          try {
            parts.add(place, decode(message.value, tableFromIPC))?.forEach(onRow);
          } catch (error) {
            reject(error);
          }
        },
      }))
      .catch(reject);
  });
  try {
    await ended;
  } finally {
    await consumer.disconnect();
  }
}

async function main() {
  const chosen = options();
  let rows = 0;
  await read({ ...chosen, topic: `${chosen['topic-prefix']}.curves` }, (row) => {
    if (BigInt(row.step) < chosen.fromStep || (chosen.category && row.category !== chosen.category)) return;
    if (rows++ === 0 && !chosen.json) console.log(header());
    console.log(chosen.json ? jsonLine(row) : tableLine(row));
  });
  if (rows === 0) console.error(`no curves of run ${chosen.run} in ${chosen['topic-prefix']}.curves`);
}

if (import.meta.filename === process.argv[1]) {
  main().catch((error) => {
    console.error(`consume.mjs: ${error.message}`);
    process.exitCode = 1;
  });
}
