using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// W_enc rounded to bfloat16, and for every latent how far its products can be off: products of rounded rows cost half, and with a bound
/// on their error the latents that could be selected are found among all F; only those are computed in float32.
/// </summary>
internal sealed unsafe class HalfEncoderWeights : IDisposable
{
    private readonly PaddedMatrix _encoder;
    private readonly ushort* _first;

    /// <param name="encoder"><c>[F, d]</c>, F padded.</param>
    public HalfEncoderWeights(PaddedMatrix encoder)
    {
        _encoder = encoder;
        Norms = new PaddedMatrix(1, encoder.Rows);
        RoundingNorms = new PaddedMatrix(1, encoder.Rows);
        using var scope = NewDisposeScope();
        var rows = zeros(encoder.Rows, encoder.Stride, dtype: ScalarType.BFloat16).DetachFromDisposeScope();
        Rows = rows;
        Transposed = rows.t().DetachFromDisposeScope();
        _first = (ushort*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(rows.bytes));
    }

    /// <summary>Whether the processor multiplies bfloat16 natively: elsewhere libtorch would emulate it, slower than float32.</summary>
    public static bool Pays { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && Avx512BW.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>bfloat16 <c>[F, d]</c>, both padded.</summary>
    public Tensor Rows { get; }

    /// <summary><c>[d, F]</c>.</summary>
    public Tensor Transposed { get; }

    /// <summary>The encoder itself.</summary>
    public PaddedMatrix Exact => _encoder;

    /// <summary><c>[F]</c>: ‖w‖.</summary>
    public PaddedMatrix Norms { get; }

    /// <summary><c>[F]</c>: ‖w − ŵ‖, ŵ the rounded row.</summary>
    public PaddedMatrix RoundingNorms { get; }

    /// <summary>Rounds a row anew.</summary>
    public void Follow(int latent)
    {
        var (norm, rounding, _) = HalfRows.Round(_encoder.Row(latent), _first + ((long)latent * _encoder.Stride), _encoder.Stride);
        Norms.First[latent] = norm;
        RoundingNorms.First[latent] = rounding;
    }

    /// <summary>Rounds every row anew.</summary>
    public void FollowAll()
    {
        for (var f = 0; f < _encoder.Rows; f++)
        {
            Follow(f);
        }
    }

    public void Dispose()
    {
        Transposed.Dispose();
        Rows.Dispose();
        Norms.Dispose();
        RoundingNorms.Dispose();
    }
}
