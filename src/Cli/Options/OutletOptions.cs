using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Options;

/// <summary>The settings of verbs that publish a run while they work on it.</summary>
internal static class OutletOptions
{
    /// <summary>How long a broker may be away.</summary>
    public static Setting Wait { get; } = Setting.Valued("kafka-wait", "SECONDS", $"how long the end waits for a broker that is away; default {WatchLimits.KafkaWaitSeconds}");

    /// <summary>All of them.</summary>
    public static Setting[] All { get; } = [.. KafkaOptions.Writing, Wait];

    /// <summary>Reads them; what is wrong is added to the problems.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="kafka">The broker; null when none is named.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>Null when no broker is named.</returns>
    public static KafkaOutlet? Read(SettingReader reader, KafkaChoice? kafka, ICollection<SettingProblem> problems)
    {
        var seconds = reader.Number(Wait, WatchLimits.KafkaWaitSeconds);
        if (!(seconds >= 0 && seconds <= WatchLimits.LongestKafkaWaitSeconds))
            problems.Add(new(Wait.Switch, $"{seconds} is out of range", $"use seconds from 0 to {WatchLimits.LongestKafkaWaitSeconds}"));
        if (kafka is null && problems.Count == 0 && reader.Text(Wait) is not null)
            problems.Add(new(Wait.Switch, "there is no broker to wait for", $"give {KafkaOptions.Servers.Switch} HOST:PORT, or leave it out"));
        return kafka is null ? null : new KafkaOutlet(kafka.Settings, kafka.Topics) { WaitSeconds = seconds };
    }
}
