using System.Globalization;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Topics;

/// <summary>Compares topics with their plans, and creates those that are not there when asked to.</summary>
public static class TopicInspection
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private const int Looks = 50;

    /// <summary>Creates what is asked for and says what is missing or unfit then.</summary>
    /// <param name="client">The client.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="options">Whether and how topics are created.</param>
    /// <param name="plans">The topics that matter; null: <see cref="TopicPlans.All"/>.</param>
    /// <param name="groups">Layer groups that work is announced for; null when that is not known.</param>
    /// <param name="time">Clock of the waiting for topics that were just created; null: the system's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong, the worst of a topic first.</returns>
    /// <exception cref="KafkaFailureException">The brokers could not be asked, or do not let us create.</exception>
    public static async Task<IReadOnlyList<TopicFault>> EnsureAsync(
        IKafkaClient client,
        KafkaSettings settings,
        TopicOptions options,
        CancellationToken cancellationToken,
        IReadOnlyList<TopicPlan>? plans = null,
        int? groups = null,
        TimeProvider? time = null)
    {
        plans ??= TopicPlans.All(settings, options);
        var names = plans.Select(plan => plan.Name).ToList();
        var found = await client.DescribeAsync(names, cancellationToken).ConfigureAwait(false);
        var missing = plans.Where(plan => found.All(topic => topic.Name != plan.Name)).ToList();
        if (options.Create && missing.Count > 0)
        {
            await client.CreateAsync(missing, cancellationToken).ConfigureAwait(false);
            // Not every broker knows of a new topic at once.
            for (var look = 0; look < Looks && found.Count < names.Count; look++)
            {
                if (look > 0)
                    await Task.Delay(Pause, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
                found = await client.DescribeAsync(names, cancellationToken).ConfigureAwait(false);
            }
        }

        return [.. plans.SelectMany(plan => Faults(plan, found.FirstOrDefault(topic => topic.Name == plan.Name), settings, options, groups))];
    }

    private static IEnumerable<TopicFault> Faults(TopicPlan plan, TopicDescription? topic, KafkaSettings settings, TopicOptions options, int? groups)
    {
        if (topic is null)
        {
            yield return new(plan.Name, "it is not there", $"add --create-topics, or create it with {Described(plan)}", Fatal: true);
            yield break;
        }

        var shall = plan.Options[TopicPlans.CleanupPolicy];
        if (topic.Options.TryGetValue(TopicPlans.CleanupPolicy, out var policy) && Policies(policy) is var policies && !policies.SetEquals([shall]))
        {
            yield return shall == TopicPlans.Compact
                ? new(plan.Name, $"its {TopicPlans.CleanupPolicy} is {policy}: what it says of old runs is removed in time, and they would be published twice", $"set {TopicPlans.CleanupPolicy}={shall}", Fatal: true)
                : new(plan.Name, $"its {TopicPlans.CleanupPolicy} is {policy}: all but the newest message of a layer is removed", $"set {TopicPlans.CleanupPolicy}={shall}", policies.Contains(TopicPlans.Compact));
        }

        var bytes = TopicPlans.BatchBytes(settings);
        if (topic.Options.TryGetValue(TopicPlans.MaxMessageBytes, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most < bytes)
            yield return new(plan.Name, $"it takes {most} bytes at most, messages may have {bytes}", $"set {TopicPlans.MaxMessageBytes}={bytes}, or give --kafka-message-bytes {Math.Max(0, most - (bytes - settings.MessageBytes))} or less", Fatal: true);
        if (groups is { } count && plan.Name == settings.Topics.Checkpoints && topic.Partitions < count)
            yield return new(plan.Name, $"it has {topic.Partitions} partitions for {count} layer groups: as many workers at most have work at once", $"raise its partitions to {count} before the run begins", Fatal: false);
        if (options.Replication is { } copies && topic.Replication < copies)
            yield return new(plan.Name, $"it has {topic.Replication} copies of each partition, not {copies}", "reassign its partitions, or leave --replication out", Fatal: false);
    }

    private static HashSet<string> Policies(string policy) => [.. policy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static string Described(TopicPlan plan) =>
        $"{plan.Partitions} partitions and {string.Join(", ", plan.Options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => $"{option.Key}={option.Value}"))}";
}
