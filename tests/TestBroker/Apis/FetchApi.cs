using System.Diagnostics;
using Emergence.TestBroker.Log;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Gives record batches; waits for some when there are none. Every fetch is a full one: there are no fetch sessions.</summary>
internal sealed class FetchApi(BrokerState state) : IApi
{
    private sealed record Wanted(int Partition, long Offset, int MaxBytes);

    private sealed record Found(int Partition, ErrorCode Error, long HighWatermark, long LastStableOffset, FetchedBatches? Batches);

    public ApiRange Range { get; } = new(ApiKey.Fetch, 4, 11);

    public async ValueTask AnswerAsync(Request request, WireReader reader, WireWriter writer)
    {
        var version = request.Version;
        reader.Int32();
        var (maxWait, minBytes, maxBytes) = (TimeSpan.FromMilliseconds(Math.Max(0, reader.Int32())), reader.Int32(), reader.Int32());
        var committed = reader.Int8() == 1;
        if (version >= 7)
            (_, _) = (reader.Int32(), reader.Int32());
        var topics = reader.Topics(() =>
        {
            var partition = reader.Int32();
            if (version >= 9)
                reader.Int32();
            var offset = reader.Int64();
            if (version >= 5)
                reader.Int64();
            return new Wanted(partition, offset, reader.Int32());
        });
        if (version >= 7)
            reader.Array(() => (reader.String(), reader.PlainArray(reader.Int32)));
        if (version >= 11)
            reader.String();

        var found = await WaitAsync(request, topics, maxWait, minBytes, maxBytes, committed);
        writer.Int32(0);
        if (version >= 7)
        {
            writer.Error(ErrorCode.None);
            writer.Int32(0);
        }

        writer.Topics(found, part =>
        {
            writer.Int32(part.Partition);
            writer.Error(part.Error);
            writer.Int64(part.HighWatermark);
            writer.Int64(part.LastStableOffset);
            if (version >= 5)
                writer.Int64(part.Error == ErrorCode.None ? 0 : -1);
            writer.Array(part.Batches?.Aborted, aborted =>
            {
                writer.Int64(aborted.ProducerId);
                writer.Int64(aborted.First);
            });
            if (version >= 11)
                writer.Int32(-1);
            writer.Int32(part.Batches?.Bytes ?? 0);
            foreach (var batch in part.Batches?.Batches ?? [])
                writer.Raw(batch.Bytes.Span);
        });
    }

    private async Task<List<TopicParts<Found>>> WaitAsync(
        Request request, IReadOnlyList<TopicParts<Wanted>> topics, TimeSpan maxWait, int minBytes, int maxBytes, bool committed)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            Task changed;
            List<TopicParts<Found>> found;
            bool enough;
            lock (state.Gate)
            {
                changed = state.Changed;
                (found, enough) = Read_NeedsLock(request.Injected, topics, minBytes, maxBytes, committed);
            }

            var left = maxWait - clock.Elapsed;
            if (enough || left <= TimeSpan.Zero)
                return found;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(request.Closed);
            await Task.WhenAny(changed, Task.Delay(left, over.Token));
            await over.CancelAsync();
            request.Closed.ThrowIfCancellationRequested();
        }
    }

    private (List<TopicParts<Found>> Found, bool Enough) Read_NeedsLock(
        ErrorCode injected, IReadOnlyList<TopicParts<Wanted>> topics, int minBytes, int maxBytes, bool committed)
    {
        var (total, failed) = (0, false);
        List<TopicParts<Found>> found = [];
        foreach (var topic in topics)
        {
            List<Found> parts = [];
            foreach (var wanted in topic.Parts)
            {
                var log = state.Topics.Find(topic.Topic, wanted.Partition);
                var error = injected != ErrorCode.None ? injected
                    : log is null ? ErrorCode.UnknownTopicOrPartition
                    : wanted.Offset < 0 || wanted.Offset > log.HighWatermark ? ErrorCode.OffsetOutOfRange
                    : ErrorCode.None;
                var batches = error == ErrorCode.None
                    ? log!.Read(wanted.Offset, Math.Min(wanted.MaxBytes, maxBytes - total), evenIfLarger: total == 0, committed)
                    : null;
                total += batches?.Bytes ?? 0;
                failed |= error != ErrorCode.None;
                parts.Add(new Found(wanted.Partition, error, log?.HighWatermark ?? -1, log?.LastStableOffset ?? -1, batches));
            }

            found.Add(new(topic.Topic, parts));
        }

        return (found, failed || total >= Math.Max(1, minBytes) || topics.Count == 0);
    }
}
