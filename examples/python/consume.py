#!/usr/bin/env python3
"""Prints the curves of an Emergence run from Kafka: one row per step, layer, facet and category.

    python3 consume.py --kafka localhost:9092 --run demo [--category NOUN] [--from-step 512] [--follow] [--json | --plot]

Needs confluent-kafka and pyarrow (pip install confluent-kafka pyarrow), and matplotlib for --plot.
Only what is committed is read: a checkpoint is one transaction, so all of it is seen or none of it. Every message is an Arrow IPC
stream, complete in itself; a table too large for one message comes in numbered parts, each with rows of its own."""
import argparse
import json
import math
import signal
import sys
import time

COLUMNS = [
    ('step', 10, lambda row: str(row['step'])),
    ('layer', 5, lambda row: str(row['layer'])),
    ('facet', 10, lambda row: row['facet']),
    ('category', 22, lambda row: row['category']),
    ('best F1', 7, lambda row: f"{row['best_f1']:.3f}"),
    ('interval', 13, lambda row: f"{row['best_f1_low']:.3f}…{row['best_f1_high']:.3f}"),
    ('above null', 10, lambda row: 'yes' if row['above_null'] else 'no'),
]


def decode(value):
    """Rows of an Arrow IPC stream, as dicts. This is all there is to decoding: for a table, leave out to_pylist()."""
    import pyarrow.ipc
    return pyarrow.ipc.open_stream(value).read_all().to_pylist()


class Parts:
    """Puts the parts of a message together. They have one key and come in order; each has rows of its own."""

    def __init__(self):
        self.waiting = {}
        self.passed_over = set()

    def add(self, key, sequence, part, parts, rows):
        """Rows of the whole message when this was its last part; None before, and where an earlier part is not in the topic."""
        if parts == 1:
            return rows
        name = (key, sequence)
        # A message that is read again from its first part, after a restart, begins anew.
        got = [] if part == 1 else self.waiting.get(name)
        if got is None or len(got) != part - 1:
            # Retention has removed the first parts: the others are of no use.
            self.waiting.pop(name, None)
            if name not in self.passed_over:
                print(f'consume.py: part {part - 1} of {parts} of {key} (commit {sequence}) is not in the topic any more: the others are passed over', file=sys.stderr)
            self.passed_over.add(name)
            if part == parts:
                self.passed_over.discard(name)
            return None
        self.passed_over.discard(name)
        got.append(rows)
        self.waiting[name] = got
        if part < parts:
            return None
        del self.waiting[name]
        return [row for rows in got for row in rows]


def read(kafka, run, topic, follow, wait=10.0):
    """Yields the rows of each message of the run, from the topic's beginning to what is its end now, or for ever.
    With follow it yields None whenever a second has passed without a message, so that a window can be drawn."""
    from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

    consumer = Consumer({
        'bootstrap.servers': kafka,
        'isolation.level': 'read_committed',
        'enable.partition.eof': True,
        'enable.auto.commit': False,
        'group.id': 'emergence-consume',  # Asked for by the library; partitions are assigned by hand, so no group is joined.
        'auto.offset.reset': 'earliest',
    })
    try:
        found = consumer.list_topics(topic, timeout=wait).topics[topic]
        while follow and found.error is not None and found.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            yield None
            time.sleep(1)
            found = consumer.list_topics(topic, timeout=wait).topics[topic]
        if found.error is not None:
            raise KafkaException(found.error)
        unread = set(found.partitions)
        consumer.assign([TopicPartition(topic, partition, 0) for partition in unread])
        parts = Parts()
        while follow or unread:
            message = consumer.poll(1.0)
            if message is None:
                yield None
            elif message.error() is None:
                headers = {name: (text or b'').decode() for name, text in message.headers() or []}
                if headers.get('run') == run and headers.get('emergence-table') == 'curves' and message.value() is not None:
                    key = message.key().decode()
                    whole = parts.add(key, headers.get('sequence'), int(headers.get('part', 1)), int(headers.get('parts', 1)), decode(message.value()))
                    if whole is not None:
                        yield whole
            elif message.error().code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
            elif not message.error().retriable():
                raise KafkaException(message.error())
    finally:
        consumer.close()


class Plot:
    """Curves of a layer's categories over the steps, drawn as they come."""

    def __init__(self, layer):
        import matplotlib.pyplot as pyplot
        self.pyplot = pyplot
        self.layer = layer
        self.points = {}
        self.figure, self.axes = pyplot.subplots()

    def add(self, rows):
        for row in rows:
            if row['layer'] == (self.layer if self.layer is not None else row['layer']):
                self.layer = row['layer']
                self.points.setdefault((row['facet'], row['category']), {})[row['step']] = row['best_f1']

    def draw(self):
        self.axes.clear()
        for (facet, category), points in sorted(self.points.items()):
            steps = sorted(points)
            self.axes.plot(steps, [points[step] for step in steps], label=f'{facet}: {category}')
        self.axes.set(xlabel='step', ylabel='best F1', ylim=(0, 1), title=f'layer {self.layer}')
        if self.points:
            self.axes.set_xscale('symlog')
            self.axes.legend(fontsize='small')
        self.pyplot.pause(0.05)

    def stay(self):
        self.pyplot.show()


def line(texts):
    return ' '.join(text.ljust(width) for text, (_, width, _) in zip(texts, COLUMNS)).rstrip()


def to_json(row):
    # JSON has no NaN: an interval that is not known is null.
    return json.dumps({name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}, ensure_ascii=False)


def check_packages(names):
    import importlib.util
    missing = [package for module, package in names if importlib.util.find_spec(module) is None]
    if missing:
        sys.exit(f"consume.py: missing: {', '.join(missing)}. Install: pip install {' '.join(missing)}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description='Prints the curves of an Emergence run from Kafka.')
    parser.add_argument('--kafka', required=True, metavar='HOST:PORT[,…]')
    parser.add_argument('--run', required=True, help='name of the run')
    parser.add_argument('--topic-prefix', default='emergence')
    parser.add_argument('--category', help='only this category')
    parser.add_argument('--layer', type=int, help='only this layer; --plot without it draws the first that comes')
    parser.add_argument('--from-step', type=int, default=0)
    parser.add_argument('--follow', action='store_true', help='go on with what comes')
    parser.add_argument('--json', action='store_true', help='print JSON lines')
    parser.add_argument('--plot', action='store_true', help='draw best F1 over the steps, live with --follow')
    chosen = parser.parse_args(arguments)
    check_packages([('confluent_kafka', 'confluent-kafka'), ('pyarrow', 'pyarrow')] + ([('matplotlib', 'matplotlib')] if chosen.plot else []))
    plot = Plot(chosen.layer) if chosen.plot else None

    count = 0
    for rows in read(chosen.kafka, chosen.run, f'{chosen.topic_prefix}.curves', chosen.follow):
        rows = [row for row in rows or []
                if row['step'] >= chosen.from_step and chosen.category in (None, row['category']) and chosen.layer in (None, row['layer'])]
        if rows and count == 0 and not chosen.json:
            print(line([name for name, _, _ in COLUMNS]), flush=True)
        count += len(rows)
        for row in rows:
            print(to_json(row) if chosen.json else line([text(row) for _, _, text in COLUMNS]), flush=True)
        if plot is not None:
            plot.add(rows)
            plot.draw()
    if count == 0:
        print(f'no curves of run {chosen.run} in {chosen.topic_prefix}.curves', file=sys.stderr)
    if plot is not None:
        plot.stay()


if __name__ == '__main__':
    # What a container is stopped with ends it as Ctrl+C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        sys.stderr.close()
    except Exception as error:
        sys.exit(f'consume.py: {error}')
