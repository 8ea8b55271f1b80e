using Emergence.Sinks.Arrow;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Arrow.Strict;

public class ChangedBytesTests
{
    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Theory]
    [MemberData(nameof(Each))]
    public void Changed_bytes_give_rows_or_bad_input_with_its_place_and_nothing_else(Tables table)
    {
        foreach (var file in new[] { true, false })
        {
            var bytes = Write(table, file);
            var random = new Random(77);
            var refused = 0;
            for (var i = 0; i < 1500; i++)
            {
                var changed = (byte[])bytes.Clone();
                for (var n = random.Next(1, 4); n > 0; n--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                try
                {
                    _ = file
                        ? ArrowTables.ReadFile(new MemoryStream(changed), "f", table, SampleResults.Empty(8))
                        : ArrowTables.ReadStream(changed, "f", table, SampleResults.Empty(8));
                }
                catch (BadInputException e)
                {
                    refused++;
                    Assert.Matches("^(offset [0-9]+|column .+|metadata .+)$", e.Place);
                }
            }

            Assert.InRange(refused, 100, 1500);
        }
    }

    [Fact]
    public void Bytes_that_are_not_arrow_are_bad_input_at_their_offset()
    {
        var bytes = Write(Tables.Health, true);
        var e = Assert.Throws<BadInputException>(() => ArrowTables.ReadFile(new MemoryStream(bytes[..^3]), "a/health.arrow", Tables.Health, SampleResults.Empty(8)));
        Assert.Equal(("a/health.arrow", $"offset {bytes.Length - 9}"), (e.File, e.Place));
        Assert.Contains("does not end with ARROW1", e.Problem, StringComparison.Ordinal);
    }

    private static byte[] Write(Tables table, bool file)
    {
        var stream = new MemoryStream();
        if (file)
        {
            ArrowTables.WriteFile(stream, table, SampleResults.Run, SampleResults.Make(8, features: 2));
        }
        else
        {
            ArrowTables.WriteStream(stream, table, SampleResults.Run, SampleResults.Make(8, features: 2));
        }

        return stream.ToArray();
    }
}
