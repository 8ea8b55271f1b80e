using Emergence.Sinks.Arrow;

namespace Emergence.Sinks.Tests.Arrow.Strict;

/// <summary>Bytes are those of earlier versions where no column was added: a run that goes on with a newer version differs from one that did not in nothing else.</summary>
public class CommittedBytesTests
{
    [Theory]
    [InlineData(Tables.Features)]
    [InlineData(Tables.Firings)]
    [InlineData(Tables.Health)]
    [InlineData(Tables.Events)]
    public void The_same_rows_give_the_bytes_of_the_version_before(Tables table)
    {
        var stream = new MemoryStream();
        ArrowTables.WriteFile(stream, table, SampleResults.Run, SampleResults.Make(512));
        Assert.Equal(EarlierFilesTests.Read(table), stream.ToArray());
    }

    [Theory]
    [InlineData(Tables.Features)]
    [InlineData(Tables.Firings)]
    public void Rows_that_were_read_are_written_as_the_same_bytes(Tables table)
    {
        var bytes = EarlierFilesTests.Read(table);
        var stream = new MemoryStream();
        ArrowTables.WriteFile(stream, table, SampleResults.Run, ArrowTables.ReadFile(new MemoryStream(bytes), "f", table, SampleResults.Empty(512)));
        Assert.Equal(bytes, stream.ToArray());
    }
}
