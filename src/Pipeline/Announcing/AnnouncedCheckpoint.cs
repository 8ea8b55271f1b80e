using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Announcing;

/// <summary>What is announced of one checkpoint: a <see cref="CheckpointArrival"/> that can travel.</summary>
public record AnnouncedCheckpoint
{
    /// <summary>What happened.</summary>
    public required ArrivalKind Kind { get; init; }

    /// <summary>Training step.</summary>
    public required long Step { get; init; }

    /// <summary>Its folder as the announcer names it: absolute, or relative to the folder that is the workers' <c>--root</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Names of the files in it that make it whole.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Its weights by their content (<see cref="CheckpointHash"/>); null where there is nothing to read.</summary>
    public string? Hash { get; init; }

    /// <summary>Tokens the language model had trained on; null when the checkpoint does not say.</summary>
    public long? TokensSeen { get; init; }

    /// <summary>Training loss at the time; null when the checkpoint does not say.</summary>
    public double? Loss { get; init; }

    /// <summary>When it was found.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>Of a late one: the newest step handed on before it.</summary>
    public long? NewestStep { get; init; }

    /// <summary>Of one that is passed over: how many waited.</summary>
    public int? Waiting { get; init; }

    /// <summary>Of one that is passed over: the step that was taken instead.</summary>
    public long? TakenStep { get; init; }

    /// <summary>Of a refused one: why.</summary>
    public RefusalReason? Reason { get; init; }

    /// <summary>Of a refused one: what is wrong with it.</summary>
    public AnnouncedProblem? Problem { get; init; }

    /// <summary>What a source said, so that it can travel.</summary>
    /// <param name="arrival">What it said; not that a checkpoint is unfinished, which is no event of a run.</param>
    /// <param name="hash">Its weights, where it is to be read.</param>
    public static AnnouncedCheckpoint Of(CheckpointArrival arrival, string? hash = null)
    {
        var common = new AnnouncedCheckpoint { Kind = ArrivalKind.Vanished, Step = arrival.Step, Path = arrival.Folder, Files = arrival.Files, Hash = hash, ArrivedAt = arrival.At };
        return arrival switch
        {
            ArrivedCheckpoint a => common with { Kind = ArrivalKind.Arrived, TokensSeen = a.TokensSeen, Loss = a.Progress?.Loss },
            LateCheckpoint l => common with { Kind = ArrivalKind.Late, NewestStep = l.NewestStep, TokensSeen = l.Progress?.TokensSeen, Loss = l.Progress?.Loss },
            VanishedCheckpoint => common,
            RefusedCheckpoint r => common with { Kind = ArrivalKind.Refused, Reason = r.Reason, Problem = AnnouncedProblem.Of(r.Problem) },
            PassedOverCheckpoint p => common with { Kind = ArrivalKind.PassedOver, Waiting = p.Waiting, TakenStep = p.TakenStep },
            _ => throw new ArgumentException($"{arrival} is not announced", nameof(arrival)),
        };
    }

    /// <summary>What a source would have said on the machine that works on it. Only for one that was checked.</summary>
    /// <param name="folder">Its folder there.</param>
    public CheckpointArrival ToArrival(string folder)
    {
        var progress = TokensSeen is null && Loss is null ? null : new TrainingProgress(TokensSeen, Loss);
        CheckpointArrival arrival = Kind switch
        {
            ArrivalKind.Arrived => new ArrivedCheckpoint(Step, folder, ArrivedAt, progress),
            ArrivalKind.Late => new LateCheckpoint(Step, folder, ArrivedAt, NewestStep!.Value) { Progress = progress },
            ArrivalKind.Vanished => new VanishedCheckpoint(Step, folder, ArrivedAt),
            ArrivalKind.Refused => new RefusedCheckpoint(Step, folder, ArrivedAt, Reason!.Value, Problem!.ToException()),
            _ => new PassedOverCheckpoint(Step, folder, ArrivedAt, Waiting!.Value, TakenStep!.Value),
        };
        return arrival with { Files = Files, Hash = Hash };
    }
}
