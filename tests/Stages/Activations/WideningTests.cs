using Emergence.Stages.Activations;

namespace Emergence.Stages.Tests.Activations;

public sealed class WideningTests
{
    private static readonly ushort[] All = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];

    // Every pattern, at lengths with and without a tail.
    [Theory]
    [InlineData(1 << 16)]
    [InlineData((1 << 16) - 13)]
    [InlineData(5)]
    public void Every_half_becomes_the_float_that_the_framework_makes_of_it(int count)
    {
        var widened = new float[count];
        Widening.Half(All.AsSpan(0, count), widened);
        Same(i => (float)BitConverter.UInt16BitsToHalf(All[i]), widened);
    }

    [Fact]
    public void Every_bfloat16_is_the_upper_half_of_a_float()
    {
        var widened = new float[All.Length - 3];
        Widening.BFloat16(All.AsSpan(3), widened);
        Same(i => BitConverter.UInt32BitsToSingle((uint)All[i + 3] << 16), widened);
    }

    private static void Same(Func<int, float> expected, float[] actual)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var wanted = expected(i);
            if (float.IsNaN(wanted) ? !float.IsNaN(actual[i]) : BitConverter.SingleToUInt32Bits(wanted) != BitConverter.SingleToUInt32Bits(actual[i]))
            {
                Assert.Fail($"element {i} is {actual[i]}, not {wanted}");
            }
        }
    }
}
