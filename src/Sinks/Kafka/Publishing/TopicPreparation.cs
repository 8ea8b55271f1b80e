using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Looks at the topics before a run is published, and creates them when asked to. Waits for a broker that is away.</summary>
public static class TopicPreparation
{
    /// <summary>Looks at the topics that publishing needs.</summary>
    /// <param name="client">The client.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="topics">Whether and how topics are created.</param>
    /// <param name="patience">How long the broker may be away; null for ever.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told when the broker goes and comes back.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong with them.</returns>
    /// <exception cref="PublishException">The broker refuses it, or has been away for too long.</exception>
    public static async Task<IReadOnlyList<TopicFault>> EnsureAsync(
        IKafkaClient client, KafkaSettings settings, TopicOptions topics, TimeSpan? patience, TimeProvider time, Action<PublishEvent> tell, CancellationToken cancellationToken)
    {
        var health = new BrokerHealth(patience, time, tell);
        var resilience = new PublishResilience(health, time, Random.Shared.NextDouble);
        IReadOnlyList<TopicFault> faults = [];
        health.Began();
        try
        {
            await resilience.Steps.ExecuteAsync(
                async cancellation => await HeldProducer.CallAsync(
                    resilience.Connect,
                    async inner => faults = await TopicInspection.EnsureAsync(client, settings, topics, inner, TopicPlans.Publishing(settings, topics), time: time).ConfigureAwait(false),
                    cancellation).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Misconfigured)
        {
            throw new PublishRefusedException(e);
        }
        catch (Exception e) when (PublishResilience.Passes(e))
        {
            throw new BrokerAwayException(settings.Servers, health.Away, health.Reason(e), e);
        }

        health.Worked();
        return faults;
    }
}
