using Emergence.Sinks.Arrow;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Arrow.Strict;

public class ChangedBytesTests
{
    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Theory]
    [MemberData(nameof(Each))]
    public void Changed_bytes_give_rows_or_bad_input_and_nothing_else(Tables table)
    {
        var stream = new MemoryStream();
        ArrowTables.WriteFile(stream, table, SampleResults.Run, SampleResults.Make(8, features: 2));
        var bytes = stream.ToArray();
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
                ArrowTables.ReadFile(new MemoryStream(changed), "f", table, SampleResults.Empty(8));
            }
            catch (BadInputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 1500);
    }
}
