using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Decides, look by look, which checkpoints are handed on, refused or late: the rules of <see cref="FolderSourceOptions"/>
/// as plain arithmetic over what was seen and when, without files and without a clock. Not thread-safe.
/// </summary>
/// <remarks>
/// When following, one that is not whole, or was whole only once, holds up the ones after it: SAEs train in step order. It
/// does so for <see cref="FolderSourceOptions.Patience"/> after its last change and never longer than
/// <see cref="FolderSourceOptions.LongestWait"/>; then it is refused, and late should it become whole after all. One whose
/// weights are of a format that is not read is refused after that time even when nothing waits behind it.
/// </remarks>
/// <param name="options">The rules.</param>
internal sealed class ArrivalOrder(FolderSourceOptions options)
{
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _folderOf = [];
    private long? _newest = options.KnownSteps.Count == 0 ? null : options.KnownSteps.Max();

    /// <summary>Whether nothing can follow any more.</summary>
    public bool Done { get; private set; } = options.UntilStep is { } until && options.KnownSteps.Any(step => step >= until);

    /// <summary>What is there and not yet handed on, in step order.</summary>
    public IReadOnlyList<PendingCheckpoint> Pending { get; private set; } = [];

    /// <summary>Whether a folder must still be looked at.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="folder">Its path.</param>
    /// <returns>False when everything about it has been said.</returns>
    public bool Needs(long step, string folder) =>
        step >= options.FromStep && !options.KnownSteps.Contains(step) && !(_seen.TryGetValue(folder, out var seen) && seen.Told);

    /// <summary>Takes in one look at the folder.</summary>
    /// <param name="looks">Everything there that <see cref="Needs"/> asks for, in any order.</param>
    /// <param name="now">When the look was taken; never before the look before it.</param>
    /// <param name="last">Whether this is the last look: what is whole now is handed on, the rest refused.</param>
    /// <returns>What is to be told, in order.</returns>
    public IReadOnlyList<CheckpointArrival> Look(IEnumerable<FolderLook> looks, DateTimeOffset now, bool last)
    {
        var arrivals = new List<CheckpointArrival>();
        var open = Remember(looks, now, last, arrivals);
        var wholeAhead = open.Where(c => c.Ready).Select(c => c.Look.Step).DefaultIfEmpty(-1).Max();
        var pending = new List<PendingCheckpoint>();
        var held = false;
        foreach (var seen in open)
        {
            var look = seen.Look;
            if (look.Step < _newest)
            {
                TellLate(seen, now, arrivals);
            }
            else if (seen.GivenUp || look.Step > options.UntilStep)
            {
                continue;
            }
            else if (!held && seen.Ready)
            {
                HandOn(seen, arrivals);
            }
            else if (!held && (last || IsGivenUp(seen, now, blocks: wholeAhead > look.Step || look.Problem is ForeignWeightsException)))
            {
                seen.GivenUp = true;
                arrivals.Add(new RefusedCheckpoint(look.Step, look.Folder, now, RefusalReason.NotWhole, look.Problem ?? Restless(seen)));
            }
            else
            {
                held = true;
                pending.Add(new PendingCheckpoint(look.Step, look.Folder, seen.ChangedAt, look.Problem?.Message ?? (seen.Ready ? "an earlier step is not whole yet" : "its files were still changing")));
            }
        }

        Pending = pending;
        Done = Done || last || (options.UntilStep is { } until && pending.Count == 0 && (_newest >= until || wholeAhead > until));
        return arrivals;
    }

    /// <summary>How long to wait for the next look when nothing reports a change before.</summary>
    /// <param name="now">The time of the last look.</param>
    /// <returns>The poll interval, or less when something comes due earlier.</returns>
    public TimeSpan NextLook(DateTimeOffset now)
    {
        var due = now + options.Poll;
        foreach (var seen in _seen.Values.Where(s => !s.Told))
        {
            var settled = seen.ChangedAt + options.Settle;
            if (settled > now && settled < due)
            {
                due = settled;
            }
        }

        return due - now;
    }

    /// <summary>Takes in what was seen; gives what is not told yet, in step order.</summary>
    private List<Seen> Remember(IEnumerable<FolderLook> looks, DateTimeOffset now, bool last, List<CheckpointArrival> arrivals)
    {
        var present = looks.ToDictionary(look => look.Folder, StringComparer.Ordinal);

        // One that is gone before it was told of is forgotten: should it come back, it is new.
        foreach (var gone in _seen.Values.Where(s => !s.Told && !present.ContainsKey(s.Look.Folder)).ToArray())
        {
            _seen.Remove(gone.Look.Folder);
            _folderOf.Remove(gone.Look.Step);
        }

        var open = new List<Seen>();
        foreach (var look in present.Values.OrderBy(l => l.Step).ThenBy(l => l.Folder, StringComparer.Ordinal))
        {
            if (!_seen.TryGetValue(look.Folder, out var seen))
            {
                _seen[look.Folder] = seen = new Seen(look, now);
            }
            else if (seen.Look.Signature != look.Signature)
            {
                seen.ChangedAt = now;
                seen.WholeAt = null;
            }

            seen.Look = look;
            seen.WholeAt = look.Problem is null ? seen.WholeAt ?? now : null;
            seen.Ready = look.Problem is null && (last || now - seen.ChangedAt >= options.Settle);
            if (!TellSameStep(seen, now, arrivals))
            {
                open.Add(seen);
            }
        }

        return open;
    }

    private bool IsGivenUp(Seen seen, DateTimeOffset now, bool blocks)
    {
        if (!blocks)
        {
            seen.BlocksSince = null;
            return false;
        }

        seen.BlocksSince ??= now;
        return now - seen.BlocksSince >= options.LongestWait || now - seen.ChangedAt >= options.Patience;
    }

    private void HandOn(Seen seen, List<CheckpointArrival> arrivals)
    {
        var look = seen.Look;
        seen.Told = true;
        _newest = look.Step;
        arrivals.Add(new ArrivedCheckpoint(look.Step, look.Folder, seen.WholeAt!.Value, look.Progress));
    }

    private void TellLate(Seen seen, DateTimeOffset now, List<CheckpointArrival> arrivals)
    {
        if (seen.Ready)
        {
            seen.Told = true;
            arrivals.Add(new LateCheckpoint(seen.Look.Step, seen.Look.Folder, now, _newest!.Value));
        }
    }

    private bool TellSameStep(Seen seen, DateTimeOffset now, List<CheckpointArrival> arrivals)
    {
        var look = seen.Look;
        if (look.Step > options.UntilStep || _folderOf.TryAdd(look.Step, look.Folder) || _folderOf[look.Step] == look.Folder)
        {
            return false;
        }

        seen.Told = true;
        arrivals.Add(new RefusedCheckpoint(look.Step, look.Folder, now, RefusalReason.SameStep, new BadInputException(
            look.Folder, "", $"step {look.Step} is taken from {Path.GetFileName(_folderOf[look.Step])}", "Keep one folder of each step")));
        return true;
    }

    private BadInputException Restless(Seen seen) => new(
        seen.Look.Folder, "", $"its files went on changing for {options.LongestWait.TotalSeconds:0} s while a later step was whole", "Write checkpoints to a temporary folder and rename it");

    /// <summary>What is known of one folder.</summary>
    private sealed class Seen(FolderLook look, DateTimeOffset changedAt)
    {
        /// <summary>The newest look at it.</summary>
        public FolderLook Look { get; set; } = look;

        /// <summary>When it was first seen as it is now.</summary>
        public DateTimeOffset ChangedAt { get; set; } = changedAt;

        /// <summary>When it was first seen whole, as it is now.</summary>
        public DateTimeOffset? WholeAt { get; set; }

        /// <summary>Whether it is whole and has settled.</summary>
        public bool Ready { get; set; }

        /// <summary>Since when a later one, whole, waits behind it.</summary>
        public DateTimeOffset? BlocksSince { get; set; }

        /// <summary>Whether it was refused as not whole; it may still turn out late.</summary>
        public bool GivenUp { get; set; }

        /// <summary>Whether nothing more is said of it.</summary>
        public bool Told { get; set; }
    }
}
