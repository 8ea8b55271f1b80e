using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Pipeline.Announcing;

/// <summary>An announcement that was checked, in terms of this machine.</summary>
/// <param name="Place">Where the announcement lies.</param>
/// <param name="Message">The announcement.</param>
/// <param name="Settings">Settings of the group's run.</param>
/// <param name="RunFolder">Folder of the whole run.</param>
/// <param name="Earlier">What is spoken of in the checkpoint's commit.</param>
/// <param name="Checkpoint">The checkpoint.</param>
internal sealed record AnnouncedWork(MessagePlace Place, Announcement Message, WatchSettings Settings, string RunFolder, IReadOnlyList<CheckpointArrival> Earlier, CheckpointArrival Checkpoint)
{
    /// <summary>Key of the group's messages.</summary>
    public string Key => Message.Key;

    /// <summary>Training step.</summary>
    public long Step => Message.Step;

    /// <summary>What the group's run folder is marked with.</summary>
    public GroupMark Mark => new(Message.Group, Message.Began);
}
