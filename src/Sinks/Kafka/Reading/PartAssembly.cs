using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Reading;

/// <summary>
/// Puts the parts of a large table together again. Parts that never become whole are given up when too many wait, so that nobody's messages
/// can fill the memory.
/// </summary>
public sealed class PartAssembly
{
    /// <summary>Most tables that wait for further parts.</summary>
    public const int MaxWaiting = 256;

    /// <summary>Most bytes of messages that wait for further parts.</summary>
    public const long MaxBytes = 512L << 20;

    private readonly LinkedList<Waiting> _waiting = [];
    private readonly Dictionary<(string Run, long Sequence, long Step, int? Layer), LinkedListNode<Waiting>> _byWhat = [];
    private long _bytes;

    /// <summary>Takes a part.</summary>
    /// <param name="rows">What a message holds.</param>
    /// <param name="bytes">Size of the message.</param>
    /// <param name="refused">Takes what is given up because of it.</param>
    /// <returns>The whole, when this was its last part; else null.</returns>
    public PublishedRows? Add(PublishedRows rows, int bytes, Action<BadInputException> refused)
    {
        var what = (rows.Run.Run, rows.Sequence, rows.Rows.Step, rows.Layer);
        if (_byWhat.GetValueOrDefault(what) is { } earlier && (earlier.Value.Parts.Length != rows.Parts || earlier.Value.Parts[rows.Part - 1] is not null || rows.Part == 1))
            GiveUp(earlier, refused);
        if (rows.Parts == 1)
            return rows;

        if (!_byWhat.TryGetValue(what, out var node))
            _byWhat[what] = node = _waiting.AddLast(new Waiting(what, new PublishedRows?[rows.Parts]));
        node.Value.Parts[rows.Part - 1] = rows;
        node.Value.Bytes += bytes;
        _bytes += bytes;
        if (Array.TrueForAll(node.Value.Parts, part => part is not null))
        {
            Remove(node);
            return Whole(node.Value.Parts!);
        }

        while (_waiting.Count > MaxWaiting || _bytes > MaxBytes)
            GiveUp(_waiting.First!, refused);
        return null;
    }

    /// <summary>Nothing more comes: what is not whole is given up.</summary>
    /// <param name="refused">Takes it.</param>
    public void End(Action<BadInputException> refused)
    {
        while (_waiting.First is { } node)
            GiveUp(node, refused);
    }

    private static PublishedRows Whole(PublishedRows[] parts) => parts[0] with
    {
        Parts = 1,
        Rows = parts[0].Rows with
        {
            Curves = [.. parts.SelectMany(part => part.Rows.Curves)],
            Features = [.. parts.SelectMany(part => part.Rows.Features)],
            Firings = [.. parts.SelectMany(part => part.Rows.Firings)],
            Health = [.. parts.SelectMany(part => part.Rows.Health)],
            Events = [.. parts.SelectMany(part => part.Rows.Events)],
        },
    };

    private void GiveUp(LinkedListNode<Waiting> node, Action<BadInputException> refused)
    {
        Remove(node);
        var (what, parts) = (node.Value.What, node.Value.Parts);
        var there = parts.OfType<PublishedRows>().ToList();
        refused(new BadInputException(
            there[0].Place.ToString(),
            $"part {there[0].Part}",
            $"of the {parts.Length} parts of run {what.Run}, step {what.Step}{(what.Layer is { } layer ? $", layer {layer}" : "")} only {there.Count} are there",
            "publish the run again with --again"));
    }

    private void Remove(LinkedListNode<Waiting> node)
    {
        _waiting.Remove(node);
        _byWhat.Remove(node.Value.What);
        _bytes -= node.Value.Bytes;
    }

    private sealed class Waiting((string Run, long Sequence, long Step, int? Layer) what, PublishedRows?[] parts)
    {
        public (string Run, long Sequence, long Step, int? Layer) What => what;

        public PublishedRows?[] Parts => parts;

        public long Bytes { get; set; }
    }
}
