using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Working;

namespace Emergence.Pipeline;

/// <summary>What a worker is asked to do. What it computes it learns from the announcements.</summary>
public sealed record WorkerSettings
{
    /// <summary>Name of the consumer group: workers of one group share the work.</summary>
    public required string Group { get; init; }

    /// <summary>Folder below which everything lies that announcements may name: relative paths in them begin here. Null (default): the current one.</summary>
    public string? Root { get; init; }

    /// <summary>Where model and SAEs run when the run does not say: as <see cref="WatchSettings.Device"/>. Default <c>auto</c>.</summary>
    public string Device { get; init; } = DeviceName.Auto;

    /// <summary>
    /// Where a worker that takes over finds the group's run folder: on a disk that all workers share (default), or in topic <c>state</c>, into which
    /// each commit is replicated then. All workers of a group must say the same.
    /// </summary>
    public WorkerState State { get; init; }

    /// <summary>Threads for arithmetic; null (default) takes every core.</summary>
    public int? Threads { get; init; }

    /// <summary>Threads in numbers.</summary>
    public int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>Says everything that is wrong, each with its remedy; empty when the worker can start.</summary>
    public IReadOnlyList<SettingProblem> Problems()
    {
        var check = new SettingCheck();
        if (PathPart.Problem(Group) is { } group)
            check.Add("--group", $"\"{Group}\" {group}", "name the consumer group, such as workers");
        else if (Group == Announcer.Name)
            check.Add("--group", $"\"{Group}\" is the announcer's own name", "name the consumer group, such as workers");
        if (Root is not null)
            check.Folder("--root", Root, "name the folder that holds checkpoints, texts and runs");
        if (DeviceName.Problem(Device) is { } device)
            check.Add("--device", device, "use cpu, cuda, cuda:1 or auto");
        check.Range("--threads", Threads, 1, WatchLimits.MaxThreads);
        return check.Found;
    }
}
