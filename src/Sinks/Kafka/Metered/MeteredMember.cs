using System.Diagnostics;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Metered;

/// <summary>Measures how long a member of a consumer group works on messages.</summary>
internal sealed class MeteredMember(IGroupMember member, TimeProvider time) : IGroupMember
{
    public async Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked)
    {
        var tags = new TagList { Tag.Kafka, Tag.Of(message.Place.Topic), Tag.Group(membership) };
        KafkaInstruments.Consumed.Add(1, [.. tags, Tag.Poll]);
        tags.Add(Tag.Process);
        var start = time.GetTimestamp();
        try
        {
            await member.ReceiveAsync(message, membership, revoked);
        }
        catch (Exception e)
        {
            tags.Add(Tag.Failed(e));
            throw;
        }
        finally
        {
            KafkaInstruments.ProcessDuration.Record(time.GetElapsedTime(start).TotalSeconds, tags);
        }
    }

    public Task GiveUpAsync(string topic, int partition, bool lost) => member.GiveUpAsync(topic, partition, lost);
}
