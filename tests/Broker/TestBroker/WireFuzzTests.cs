using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>Requests that are damaged: the broker closes the connection or answers, takes no memory for lengths that are not there, and goes on.</summary>
public sealed class WireFuzzTests
{
    private const int Rounds = 3000;

    [Fact]
    public async Task Damaged_requests_neither_stop_the_broker_nor_cost_memory()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions { AutoCreateTopics = false });
        var random = new Random(5);
        var samples = Samples();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var client = new WireClient(broker.Port);
        var closed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var request = (byte[])samples[random.Next(samples.Count)].Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                // Not the kind and version: the point is to get past them.
                var place = random.Next(Math.Min(8, request.Length - 1), request.Length);
                request[place] = random.Next(3) switch { 0 => 0xff, 1 => 0x7f, _ => (byte)random.Next(256) };
            }

            if (random.Next(4) == 0)
                request = request[..random.Next(4, request.Length)];
            if (await client.SendAsync(request) is null)
            {
                closed++;
                client.Dispose();
                client = new WireClient(broker.Port);
            }
        }

        client.Dispose();
        Assert.InRange(closed, Rounds / 10, Rounds - (Rounds / 20));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 100_000L * Rounds);
        using var after = new WireClient(broker.Port);
        Assert.NotNull(await after.AskAsync(ApiKey.ApiVersions, 0, _ => { }));
    }

    [Fact]
    public async Task A_request_of_an_unknown_version_closes_the_connection_but_for_the_question_for_versions()
    {
        await using var broker = TransactionalBroker.Start();
        using (var client = new WireClient(broker.Port))
            Assert.Null(await client.AskAsync(ApiKey.Metadata, 99, _ => { }));
        using (var client = new WireClient(broker.Port))
            Assert.Null(await client.AskAsync((ApiKey)999, 0, _ => { }));
        using (var client = new WireClient(broker.Port))
        {
            var answer = (await client.AskAsync(ApiKey.ApiVersions, 99, _ => { }))!;
            Assert.Equal(ErrorCode.UnsupportedVersion, (ErrorCode)answer.Int16());
            Assert.Contains(answer.Array(() => (Key: (ApiKey)answer.Int16(), answer.Int16(), answer.Int16())), range => range.Key == ApiKey.EndTxn);
        }
    }

    private static List<byte[]> Samples()
    {
        List<byte[]> samples =
        [
            WireClient.Request(ApiKey.ApiVersions, 3, 1, true, w =>
            {
                w.String("software");
                w.String("1");
                w.Tags();
            }),
            WireClient.Request(ApiKey.Metadata, 4, 1, false, w =>
            {
                w.PlainArray(["t", "u"], w.String);
                w.Bool(true);
            }),
            WireClient.Request(ApiKey.Produce, 7, 1, false, w =>
            {
                w.String("id");
                w.Int16(-1);
                w.Int32(1000);
                w.Topics([new TopicParts<int>("t", [0])], partition =>
                {
                    w.Int32(partition);
                    w.Bytes(BatchBytes.Make(5, 0, 0, records: 3));
                });
            }),
            WireClient.Request(ApiKey.Fetch, 11, 1, false, w =>
            {
                w.Int32(-1);
                w.Int32(0);
                w.Int32(1);
                w.Int32(1000);
                w.Int8(1);
                w.Int32(0);
                w.Int32(-1);
                w.Topics([new TopicParts<int>("t", [0, 1])], partition =>
                {
                    w.Int32(partition);
                    w.Int32(-1);
                    w.Int64(0);
                    w.Int64(-1);
                    w.Int32(1000);
                });
                w.Count(0);
                w.String("");
            }),
            WireClient.Request(ApiKey.TxnOffsetCommit, 3, 1, true, w =>
            {
                w.String("id");
                w.String("group");
                w.Int64(1);
                w.Int16(0);
                w.Int32(1);
                w.String("member");
                w.String(null);
                w.Topics([new TopicParts<int>("t", [0])], partition =>
                {
                    w.Int32(partition);
                    w.Int64(7);
                    w.Int32(-1);
                    w.String("");
                });
                w.Tags();
            }),
            WireClient.Request(ApiKey.OffsetFetch, 7, 1, true, w =>
            {
                w.String("group");
                w.Array(["t"], name =>
                {
                    w.String(name);
                    w.PlainArray([0, 1, 2], w.Int32);
                });
                w.Bool(true);
                w.Tags();
            }),
            WireClient.Request(ApiKey.SyncGroup, 3, 1, false, w =>
            {
                w.String("group");
                w.Int32(1);
                w.String("member");
                w.String(null);
                w.Array(["member"], member =>
                {
                    w.String(member);
                    w.Bytes([1, 2, 3]);
                });
            }),
            WireClient.Request(ApiKey.CreateTopics, 4, 1, false, w =>
            {
                w.Array(["t"], name =>
                {
                    w.String(name);
                    w.Int32(1);
                    w.Int16(1);
                    w.Count(0);
                    w.Array(["cleanup.policy"], option =>
                    {
                        w.String(option);
                        w.String("compact");
                    });
                });
                w.Int32(1000);
                w.Bool(true);
            }),
        ];
        return samples;
    }
}
