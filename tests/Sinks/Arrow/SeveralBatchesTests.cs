using Apache.Arrow.Ipc;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.Arrow;

/// <summary>Tables of more rows than a batch takes.</summary>
public class SeveralBatchesTests
{
    private const int BatchRows = 7;

    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Theory]
    [MemberData(nameof(Each))]
    public void They_come_back_as_they_were(Tables table)
    {
        var expected = Sample();
        var read = ArrowTables.ReadFile(File(table, expected), "f", table, SampleResults.Empty(8));
        Assert.Equal(expected.Curves, table == Tables.Curves ? read.Curves : expected.Curves);
        Assert.Equal(expected.Features.Select(f => f.F1), (table == Tables.Features ? read : expected).Features.Select(f => f.F1));
        Assert.Equal(expected.Features.SelectMany(f => f.TopContexts), (table == Tables.Features ? read : expected).Features.SelectMany(f => f.TopContexts));
        Assert.Equal(expected.Firings, table == Tables.Firings ? read.Firings : expected.Firings);
        Assert.Equal(expected.Health, table == Tables.Health ? read.Health : expected.Health);
        Assert.Equal(expected.Events, table == Tables.Events ? read.Events : expected.Events);
    }

    [Fact]
    public void They_are_cut_into_messages_that_are_numbered_through()
    {
        var expected = Sample();
        var messages = MessageCutter.CutFile(File(Tables.Firings, expected), "f", Tables.Firings, 8, 1_000_000).ToList();
        foreach (var layer in messages.GroupBy(m => m.Layer))
        {
            Assert.True(layer.Count() > 1);
            Assert.Equal(Enumerable.Range(1, layer.Count()), layer.Select(m => m.Part));
            Assert.Equal(
                expected.Firings.Where(f => f.Layer == layer.Key),
                layer.SelectMany(m => ArrowTables.ReadStream(m.Stream, "m", Tables.Firings, SampleResults.Empty(8)).Firings));
        }
    }

    private static CheckpointResult Sample() => SampleResults.Make(8, features: 20);

    private static MemoryStream File(Tables table, CheckpointResult result)
    {
        using var batch = ArrowTables.Encode(table, SampleResults.Run, result);
        var stream = new MemoryStream();
        using (var writer = new ArrowFileWriter(stream, batch.Schema, leaveOpen: true))
        {
            ArrowTables.WriteBatches(writer, batch, BatchRows);
        }

        stream.Position = 0;
        return stream;
    }
}
