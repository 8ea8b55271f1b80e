#!/usr/bin/env python3
"""Writes src/Stages/Tokens/Tokenizers/Unicode/normalization.txt from Python's own Unicode data.

The tokenizers library normalizes by Unicode 9, so what later versions added is left out here by name; the tests compare the
table with the library for every code point. Usage: scripts/unicode-normalization.py (with Python 3.11, Unicode 14)."""
import os
import unicodedata

assert unicodedata.unidata_version == '14.0.0', unicodedata.unidata_version

# Characters with a combining class or a decomposition that Unicode 9 does not have.
NEWER = '''07FD 0898-089F 08CA-08D3 09FE 0C3C 0D3B-0D3C 0EBA 1715 1ABF-1ACE 1DF6-1DFA 32FF A7F2-A7F4 A82C AB69 10781-107BA 10D24-10D27 10EAB-10EAC
10F46-10F50 10F82-10F85 11070 1133B 1145E 11839-1183A 11938 1193D-1193E 11943 119E0 11A34 11A47 11A99 11D42 11D44-11D45 11D97 16FF0-16FF1
1E130-1E136 1E2AE 1E2EC-1E2EF 1F16C 1FBF0-1FBF9'''
newer = set()
for part in NEWER.split():
    ends = [int(end, 16) for end in part.split('-')]
    newer.update(range(ends[0], ends[-1] + 1))

lines = []
for code in range(0x110000):
    decomposition = unicodedata.decomposition(chr(code)).split()
    if not decomposition or code in newer:
        continue
    if decomposition[0].startswith('<'):
        kind = '~'
        decomposition = decomposition[1:]
    else:
        kind = '=' if unicodedata.normalize('NFC', chr(code)) == chr(code) else '-'
    lines.append(f'{kind} {code:X} ' + ' '.join(f'{int(part, 16):X}' for part in decomposition))

first = None
for code in range(0x110001):
    mark = unicodedata.combining(chr(code)) if code < 0x110000 and code not in newer else 0
    if first is not None and mark != first[1]:
        lines.append(f'^ {first[0]:X} {code - 1:X} {first[1]}')
        first = None
    if mark and first is None:
        first = (code, mark)

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(root, 'src/Stages/Tokens/Tokenizers/Unicode/normalization.txt'), 'w', encoding='ascii') as file:
    file.write('# Written by scripts/unicode-normalization.py. = canonical, composes; - canonical, does not compose; ~ compatible; ^ first last combining class.\n')
    file.write('\n'.join(lines) + '\n')
