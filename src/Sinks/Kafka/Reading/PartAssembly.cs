using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Reading;

/// <summary>
/// Puts the parts of a large table together again. They have one key, hence come in order: parts behind one that is missing are passed over, such
/// as those at a topic's beginning whose first ones retention has removed. What never becomes whole is given up when too many wait, so that
/// nobody's messages can fill the memory.
/// </summary>
public sealed class PartAssembly
{
    /// <summary>Most tables that wait for further parts.</summary>
    public const int MaxWaiting = 256;

    /// <summary>Most bytes of messages that wait for further parts.</summary>
    public const long MaxBytes = 512L << 20;

    private readonly LinkedList<Waiting> _waiting = [];
    private readonly Dictionary<(string Run, long Sequence, long Step, int? Layer), LinkedListNode<Waiting>> _byWhat = [];
    private readonly Dictionary<(string Run, long Sequence, long Step, int? Layer), int> _passedOver = [];
    private long _bytes;

    /// <summary>Takes a part.</summary>
    /// <param name="rows">What a message holds.</param>
    /// <param name="bytes">Size of the message.</param>
    /// <param name="refused">Takes what is given up because of it.</param>
    /// <param name="cutOff">Takes, once for a table, that parts are passed over because those before them are not in the topic.</param>
    /// <returns>The whole, when this was its last part; else null.</returns>
    public PublishedRows? Add(PublishedRows rows, int bytes, Action<BadInputException> refused, Action<string> cutOff)
    {
        var what = (rows.Run.Run, rows.Sequence, rows.Rows.Step, rows.Layer);
        if (_byWhat.GetValueOrDefault(what) is { } earlier && (earlier.Value.Parts.Length != rows.Parts || rows.Part == 1 || earlier.Value.Parts[rows.Part - 1] is not null || earlier.Value.Parts[rows.Part - 2] is null))
        {
            GiveUp(earlier, refused);
            PassOver(what, rows.Part - 1);
        }

        if (rows.Parts == 1)
            return rows;

        if (!_byWhat.TryGetValue(what, out var node))
        {
            if (rows.Part > 1)
            {
                if (!_passedOver.TryGetValue(what, out var before) || before >= rows.Part)
                    cutOff($"{rows.Place}: parts 1 to {rows.Part - 1} of {rows.Parts} of run {what.Run}, step {what.Step}{(what.Layer is { } layer ? $", layer {layer}" : "")} are not in the topic any more: the others are passed over");
                PassOver(what, rows.Part);
                return null;
            }

            _passedOver.Remove(what);
            _byWhat[what] = node = _waiting.AddLast(new Waiting(what, new PublishedRows?[rows.Parts]));
        }

        node.Value.Parts[rows.Part - 1] = rows;
        node.Value.Bytes += bytes;
        _bytes += bytes;
        if (Array.TrueForAll(node.Value.Parts, part => part is not null))
        {
            Remove(node);
            return Whole(node.Value.Parts!);
        }

        while (_waiting.Count > MaxWaiting || _bytes > MaxBytes)
        {
            var given = _waiting.First!;
            GiveUp(given, refused);
            PassOver(given.Value.What, 0);
        }

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

    // Which are passed over need not be known for ever: of one that is forgotten it is told once more.
    private void PassOver((string Run, long Sequence, long Step, int? Layer) what, int part)
    {
        if (_passedOver.Count > MaxWaiting)
            _passedOver.Clear();
        _passedOver[what] = part;
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
