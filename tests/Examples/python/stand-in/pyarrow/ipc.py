"""Reads Arrow IPC streams by node: the bytes are truly read, by a library that is not ours."""
import json
import os
import subprocess

_SCRIPT = '''
import { tableFromIPC } from 'apache-arrow';
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const rows = tableFromIPC(Buffer.concat(chunks)).toArray().map((row) => row.toJSON());
process.stdout.write(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
'''


class _Stream:
    def __init__(self, source):
        self._source = source

    def read_all(self):
        # Where apache-arrow is installed for the example in JavaScript.
        folder = os.path.join(os.path.dirname(__file__), '..', '..', '..', '..', '..', 'examples', 'javascript')
        found = subprocess.run(['node', '--input-type=module', '-e', _SCRIPT], input=self._source, capture_output=True, cwd=folder, check=True)
        return _Table(json.loads(found.stdout))


class _Table:
    def __init__(self, rows):
        self._rows = rows

    def to_pylist(self):
        return self._rows


def open_stream(source):
    assert isinstance(source, bytes)
    return _Stream(source)
