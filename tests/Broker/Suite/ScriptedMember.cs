using Emergence.Sinks.Kafka.Client;

namespace Emergence.Broker.Tests.Suite;

/// <summary>A member of a group that does what a check says with each message, and leaves when it is told that this was the last.</summary>
/// <param name="receive">Gets the message, the membership and the word that the partition goes away; says whether to go on.</param>
internal sealed class ScriptedMember(Func<ReceivedMessage, IGroupMembership, CancellationToken, Task<bool>> receive) : IGroupMember
{
    private readonly CancellationTokenSource _leave = new();

    /// <summary>Partitions that were given up, and whether they were lost.</summary>
    public List<(int Partition, bool Lost)> GivenUp { get; } = [];

    /// <summary>Is a member until the script says that it was the last message.</summary>
    public async Task RunAsync(IKafkaClient client, BrokerUnderTest broker, string group, string topic)
    {
        _leave.CancelAfter(broker.Patience);
        await client.JoinAsync(group, topic, this, _leave.Token);
    }

    public async Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked)
    {
        if (_leave.IsCancellationRequested)
            return;
        if (!await receive(message, membership, revoked))
            await _leave.CancelAsync();
    }

    public Task GiveUpAsync(string topic, int partition, bool lost)
    {
        GivenUp.Add((partition, lost));
        return Task.CompletedTask;
    }
}
