using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Runs;

/// <summary>Looks at the topics that work is shared through before any is, and creates them when asked to.</summary>
internal static class TopicsInUse
{
    /// <summary>Looks at them.</summary>
    /// <param name="client">Kafka.</param>
    /// <param name="kafka">What was asked for.</param>
    /// <param name="plans">The topics that are used.</param>
    /// <param name="groups">Layer groups that work is announced for; null when that is not known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What could be better, one sentence each.</returns>
    /// <exception cref="SettingsException">One is missing or unfit.</exception>
    /// <exception cref="KafkaFailureException">The broker cannot be asked.</exception>
    public static async Task<IReadOnlyList<string>> CheckAsync(
        IKafkaClient client, KafkaChoice kafka, IReadOnlyList<TopicPlan> plans, int? groups, CancellationToken cancellationToken)
    {
        var faults = await TopicInspection.EnsureAsync(client, kafka.Settings, kafka.Topics, cancellationToken, plans, groups);
        var fatal = faults.Where(f => f.Fatal).ToList();
        return fatal.Count > 0
            ? throw new SettingsException([.. fatal.Select(f => new SettingProblem($"topic {f.Topic}", f.Problem, f.Remedy))])
            : [.. faults.Select(f => f.ToString())];
    }
}
