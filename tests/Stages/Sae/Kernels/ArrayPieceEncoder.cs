using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Tests.Sae.Kernels;

/// <summary>Selections by sorting, from z that are given: the three-line formula.</summary>
internal sealed unsafe class ArrayPieceEncoder(float[][] z) : PieceEncoder
{
    private int[] _indices = [];
    private float[] _values = [];
    private int _begin;

    public override ReadOnlySpan<int> Indices => _indices;

    public override ReadOnlySpan<float> Values => _values;

    public override void Multiply(PaddedMatrix input, int begin, int rows) => _begin = begin;

    public override int TopK(int row, float* bias, int k)
        => Take(Row(row).Where(e => e.Value > 0).OrderByDescending(e => e.Value).ThenBy(e => e.Latent).Take(k));

    public override int AtLeast(int row, float* bias, float bound) => Take(Row(row).Where(e => e.Value >= bound));

    public override int AtLeastEach(int row, float* bias, float* bounds)
    {
        var each = new ReadOnlySpan<float>(bounds, z[0].Length).ToArray();
        return Take(Row(row).Where(e => e.Value >= each[e.Latent]));
    }

    public override void Dispose()
    {
    }

    private IEnumerable<(int Latent, float Value)> Row(int row) => z[_begin + row].Select((value, latent) => (latent, value));

    private int Take(IEnumerable<(int Latent, float Value)> chosen)
    {
        var sorted = chosen.OrderBy(e => e.Latent).ToArray();
        (_indices, _values) = (sorted.Select(e => e.Latent).ToArray(), sorted.Select(e => e.Value).ToArray());
        return sorted.Length;
    }
}
