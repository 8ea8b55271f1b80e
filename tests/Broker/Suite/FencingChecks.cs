using Emergence.Sinks.Kafka.Client;

namespace Emergence.Broker.Tests.Suite;

/// <summary>What a producer does to former ones of its transactional id.</summary>
internal static class FencingChecks
{
    public static async Task A_transaction_that_a_dead_producer_left_open_is_aborted_when_its_successor_initialises(BrokerUnderTest broker)
    {
        var (topic, id) = (await broker.TopicAsync(), broker.Unique("id"));
        var client = broker.Client();
        using (var dead = await broker.Client().OpenAsync(broker, id))
        {
            await dead.SendAsync(broker, topic, "lost");
            await broker.ArrivedAsync(topic, 1);
        }

        Assert.Equal((1, 0), await broker.EndsAsync(topic));
        using var successor = await client.OpenAsync(broker, id);
        Assert.Equal((2, 2), await broker.EndsAsync(topic));
        await successor.SendAsync(broker, topic, "kept");
        await successor.CommitAsync(broker);
        Assert.Equal(["kept"], await client.CommittedAsync(broker, topic));
        Assert.Equal(["lost", "kept"], await broker.EverythingAsync(topic));
    }

    public static async Task A_second_producer_fences_the_first_whose_commit_fails(BrokerUnderTest broker)
    {
        var (topic, id) = (await broker.TopicAsync(), broker.Unique("id"));
        var client = broker.Client();
        using var first = await broker.Client().OpenAsync(broker, id);
        await first.SendAsync(broker, topic, "lost");
        await broker.ArrivedAsync(topic, 1);
        using var second = await client.OpenAsync(broker, id);
        await second.SendAsync(broker, topic, "kept");
        var refused = await Assert.ThrowsAsync<KafkaFailureException>(() => first.CommitAsync(broker));
        Assert.Equal(FailureKind.Fenced, refused.Kind);
        await second.CommitAsync(broker);
        Assert.Equal(["kept"], await client.CommittedAsync(broker, topic));
    }

    public static async Task A_fenced_producer_cannot_begin_again(BrokerUnderTest broker)
    {
        var (topic, id) = (await broker.TopicAsync(), broker.Unique("id"));
        var client = broker.Client();
        using var first = await broker.Client().OpenAsync(broker, id);
        await first.SendAsync(broker, topic, "before");
        await first.CommitAsync(broker);
        using var second = await client.OpenAsync(broker, id);
        var refused = await Assert.ThrowsAsync<KafkaFailureException>(async () =>
        {
            await first.SendAsync(broker, topic, "late");
            await first.CommitAsync(broker);
        });
        Assert.Equal(FailureKind.Fenced, refused.Kind);
        await second.SendAsync(broker, topic, "after");
        await second.CommitAsync(broker);
        Assert.Equal(["before", "after"], await client.CommittedAsync(broker, topic));
    }
}
