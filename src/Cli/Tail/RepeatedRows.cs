using System.Security.Cryptography;
using Apache.Arrow.Ipc;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Reading;

namespace Emergence.Cli.Tail;

/// <summary>
/// Tells rows that a topic holds once more, because a run was published again, from rows that are new. Compares rows, not messages: a table may
/// have been cut otherwise the second time. Of each step and layer it keeps a hash.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="notes">Told when rows are left out for the first time, and of rows that differ from those shown before.</param>
internal sealed class RepeatedRows(Tables table, ITailNotes notes)
{
    // Of a topic that goes on for ever the oldest are forgotten.
    private const int MaxKept = 1 << 18;
    private readonly Dictionary<(string Run, long Step, int? Layer), Seen> _seen = [];
    private readonly Queue<(string Run, long Step, int? Layer)> _order = [];
    private readonly HashSet<string> _told = [];

    /// <summary>Whether rows have not been shown. Rows that differ from those that were are new: what was printed cannot be taken back.</summary>
    /// <param name="rows">All rows of a step and layer.</param>
    public bool IsNew(PublishedRows rows)
    {
        var what = (rows.Run.Run, rows.Rows.Step, rows.Layer);
        var hash = Hash(rows);
        if (!_seen.TryGetValue(what, out var seen))
        {
            _seen.Add(what, new(rows.Sequence, [hash]));
            _order.Enqueue(what);
            if (_order.Count > MaxKept)
                _seen.Remove(_order.Dequeue());
            return true;
        }

        if (!seen.Hashes.Add(hash))
        {
            if (_told.Count < MaxKept && _told.Add(rows.Run.Run))
                notes.Told($"run {rows.Run.Run} is in {rows.Place.Topic} more than once (published again): rows that were shown are left out; {TailOptions.RepeatedSwitch} shows them");
            return false;
        }

        notes.Told($"{rows.Place}: step {rows.Rows.Step}{(rows.Layer is { } layer ? $", layer {layer}" : "")} of run {rows.Run.Run} is there again with other rows (commit {rows.Sequence}, before it commit {seen.Sequence}): they are shown too, and the newer ones count");
        _seen[what] = seen with { Sequence = rows.Sequence };
        return true;
    }

    private string Hash(PublishedRows rows)
    {
        using var batch = PlainTable.Encode(table, rows.Run, rows.Rows);
        using var hashed = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hashed, CryptoStreamMode.Write))
        using (var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }

        return Convert.ToHexString(hashed.Hash!);
    }

    private sealed record Seen(long Sequence, HashSet<string> Hashes);
}
