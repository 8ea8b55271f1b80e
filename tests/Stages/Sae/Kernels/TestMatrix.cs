using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Tests.Sae.Kernels;

/// <summary>Makes padded matrices of test numbers.</summary>
internal static class TestMatrix
{
    public static PaddedMatrix Of(int rows, int columns, Func<int, int, float> value)
    {
        var matrix = new PaddedMatrix(rows, columns);
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                matrix.Values(r)[c] = value(r, c);
            }
        }

        return matrix;
    }

    public static PaddedMatrix Normal(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return Of(rows, columns, (_, _) => Normal(random));
    }

    public static float Normal(Random random)
        => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
