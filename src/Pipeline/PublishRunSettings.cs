using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Pipeline;

/// <summary>What publishing a recorded run is asked to do.</summary>
public sealed record PublishRunSettings
{
    /// <summary>The run folder.</summary>
    public required string Run { get; init; }

    /// <summary>The broker.</summary>
    public required KafkaSettings Kafka { get; init; }

    /// <summary>Whether and how topics that are not there are created. Default: they are not.</summary>
    public TopicOptions Topics { get; init; } = TopicOptions.None;

    /// <summary>By how much the gaps between the commits are shortened; null (default) makes none.</summary>
    public double? Speed { get; init; }

    /// <summary>Sends what is published once more, behind what the topics hold. Default false.</summary>
    public bool Again { get; init; }

    /// <summary>With <see cref="Again"/>: begins with the first commit of this step or a later one; null (default) with the first of all.</summary>
    public long? FromStep { get; init; }

    /// <summary>Ends before the first commit of a later step, in the order of committing; null (default) at the newest commit.</summary>
    public long? UntilStep { get; init; }

    /// <summary>Publishes although a writer of the run is alive, and takes publishing over from it; also what layer groups have published. Default false.</summary>
    public bool Force { get; init; }

    /// <summary>Only says what would be published; takes nothing over. Default false.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>How long in seconds the broker may be away without a break. Default 60.</summary>
    public double WaitSeconds { get; init; } = WatchLimits.KafkaWaitSeconds;

    /// <summary>Says everything that is wrong, each with its remedy; empty when it can start.</summary>
    public IReadOnlyList<SettingProblem> Problems()
    {
        var check = new SettingCheck();
        if (Speed is { } speed && !(speed > 0 && double.IsFinite(speed)))
            check.Add("--speed", $"{speed} is not above 0", "use 10 for gaps of a tenth, or max for none");
        check.Range("--from-step", FromStep, 0, long.MaxValue);
        check.Range("--until-step", UntilStep, 0, long.MaxValue);
        if (FromStep is not null && !Again)
            check.Add("--from-step", "without --again it could only leave commits out", "add --again, or leave it out: what is not published is sent in any case");
        if (FromStep > UntilStep)
            check.Add("--until-step", $"{UntilStep} lies before --from-step {FromStep}", "exchange the two");
        if (!(WaitSeconds >= 0 && WaitSeconds <= WatchLimits.LongestKafkaWaitSeconds))
            check.Add("--kafka-wait", $"{WaitSeconds} is out of range", $"use seconds from 0 to {WatchLimits.LongestKafkaWaitSeconds}");
        return check.Found;
    }
}
