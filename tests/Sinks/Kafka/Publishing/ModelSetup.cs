using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.TestKit;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>A run folder, a log and a clock, all in memory: one schedule of faults takes a fraction of a millisecond.</summary>
internal sealed class ModelSetup
{
    private readonly Func<IKafkaClient, IKafkaClient> _mutate;

    /// <param name="mutate">What is wrong with the publisher, between it and the client; null for nothing.</param>
    public ModelSetup(Func<IKafkaClient, IKafkaClient>? mutate = null)
    {
        _mutate = mutate ?? (client => client);
        Log = new ModelLog(Clock);
        Log.Create([Topics.Commits, .. Emergence.Sinks.Arrow.TableSchema.Each.Select(Topics.Of)]);
    }

    public static KafkaTopics Topics { get; } = new("emergence");

    public ManualClock Clock { get; } = new();

    public ModelLog Log { get; }

    public ModelFolder Folder { get; } = new();

    public RunPublisher Publisher(IKafkaClient client, bool again = false) =>
        new(_mutate(client), Folder, new PublishOptions { Topics = Topics, Producer = "test", Again = again }, Clock, null, () => 0.5);

    /// <summary>A process publishes until everything is published, it dies or it has to stop.</summary>
    /// <returns>Why it stopped; null when everything is published.</returns>
    public Exception? Run(ModelClient client, bool again = false)
    {
        using var publisher = Publisher(client, again);
        try
        {
            Wait(publisher.PublishPendingAsync(CancellationToken.None));
            return null;
        }
        catch (Exception e) when (e is ProcessDiedException or PublishException)
        {
            return e;
        }
    }

    /// <summary>Lets a task run to its end; the clock goes on whenever it waits for it.</summary>
    public void Wait(Task task) => Clock.RunToEnd(task);

    /// <summary>Says what is wrong with what is published; null when nothing is.</summary>
    public string? Fault(int repeats = 0) => Reference.Fault(Log, Topics, Folder.Run, Folder.ReadCommits(), ModelFolder.Messages, repeats);
}
