using Emergence.Sinks.Arrow;
using Emergence.TestKit;

namespace Emergence.Sinks.Tests.Arrow;

/// <summary>
/// Files in <c>Earlier</c> were written by the version before columns took the place of rows and before <c>curves</c> had <c>partial</c>, from <see cref="SampleResults"/>.
/// </summary>
public class EarlierFilesTests
{
    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Fact]
    public void Files_of_an_earlier_version_are_read_value_for_value()
    {
        var expected = SampleResults.Make(512);
        var read = SampleResults.Empty(512) with { TokensSeen = expected.TokensSeen };
        foreach (var table in TableSchema.Each)
        {
            read = ArrowTables.ReadFile(new MemoryStream(Read(table)), TableSchema.FileOf(table), table, read);
        }

        ResultAssert.Same(expected, read);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Files_of_an_earlier_version_are_cut_into_messages(Tables table)
    {
        var messages = MessageCutter.CutFile(new MemoryStream(Read(table)), "f", table, 512, 1_000_000).ToList();
        Assert.NotEmpty(messages);
        Assert.All(messages, message => ArrowTables.ReadStream(message.Stream, "m", table, SampleResults.Empty(512)));
    }

    internal static byte[] Read(Tables table) => File.ReadAllBytes(Path.Combine(ProductRoot.Find(), "tests", "Sinks", "Arrow", "Earlier", TableSchema.FileOf(table)));
}
