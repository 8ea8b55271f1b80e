using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Emergence.TestKit.Sae;

/// <summary>How well an SAE learned a planted dictionary, on activations that it was not trained on.</summary>
/// <param name="Fvu">Σ‖x−x̂‖² / Σ‖x−x̄‖² over the held-out rows.</param>
/// <param name="L0">Mean number of firing latents on a held-out row.</param>
/// <param name="Dead">Share of latents that fire neither on the held-out rows nor on the last training rows.</param>
/// <param name="Mmcs">Mean over true directions of the greatest cosine with a decoder row.</param>
/// <param name="Recovered">Share of true directions whose greatest cosine is above 0.9.</param>
public sealed record PlantedScore(double Fvu, double L0, double Dead, double Mmcs, double Recovered)
{
    private const int Rows = 4096;

    /// <summary>Rows on which a latent must fire to count as alive: the held-out ones and the last training ones.</summary>
    public const int AliveRows = 131_072;

    /// <summary>Scores an SAE.</summary>
    /// <param name="sae">The SAE.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="aliveRows">Held-out and last training rows together that decide which latents are dead.</param>
    public static PlantedScore Of(FrozenSae sae, PlantedData data, int aliveRows = AliveRows)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var fired = zeros(sae.Features, ScalarType.Float64);
        using var heldOut = NpyMatrix.Open(data.HeldOutFile);
        using var training = NpyMatrix.Open(data.TrainingFile);
        var d = heldOut.Columns;
        var (errors, squares, firings) = (0.0, 0.0, 0.0);
        var sum = zeros(d, ScalarType.Float64);
        // keepdim is spelt out: sum(0) alone would take the 0 for a type.
        Each(heldOut, 0, x =>
        {
            var codes = sae.Encode(x);
            errors += Squares(sae.Decode(codes) - x);
            squares += Squares(x);
            sum.add_(x.to(ScalarType.Float64).sum(0, keepdim: false));
            var counts = codes.gt(0).sum(0, keepdim: false).to(ScalarType.Float64);
            fired.add_(counts);
            firings += counts.sum().item<double>();
        });
        var more = Math.Clamp(aliveRows - heldOut.Rows, 0, training.Rows);
        Each(training, training.Rows - more, x => fired.add_(sae.Encode(x).gt(0).sum(0, keepdim: false).to(ScalarType.Float64)));

        var variation = squares - (Squares(sum) / heldOut.Rows);
        var greatest = GreatestCosines(data.Dictionary, sae.Decoder);
        return new PlantedScore(
            errors / variation,
            firings / heldOut.Rows,
            fired.eq(0).to(ScalarType.Float64).mean().item<double>(),
            greatest.Average(),
            greatest.Count(c => c > 0.9f) / (double)greatest.Length);
    }

    /// <summary>For each true direction the greatest cosine with a decoder row; rows of any norm.</summary>
    /// <param name="dictionary">The true directions.</param>
    /// <param name="decoder"><c>[F, d]</c>.</param>
    public static float[] GreatestCosines(PlantedDictionary dictionary, Tensor decoder)
    {
        using var scope = NewDisposeScope();
        var norms = decoder.pow(2).sum(1, keepdim: true).sqrt() + 1e-12;
        var truth = tensor(dictionary.Directions.SelectMany(v => v).ToArray(), [dictionary.Directions.Length, dictionary.Dimension]);
        var greatest = truth.matmul((decoder / norms).t()).amax([1]);
        return MemoryMarshal.Cast<byte, float>(greatest.contiguous().bytes).ToArray();
    }

    private static void Each(NpyMatrix matrix, long first, Action<Tensor> action)
    {
        for (var row = first; row < matrix.Rows; row += Rows)
        {
            using var scope = NewDisposeScope();
            var values = new float[Math.Min(Rows, matrix.Rows - row) * matrix.Columns];
            matrix.Read(row, values);
            action(tensor(values, [values.Length / matrix.Columns, matrix.Columns]));
        }
    }

    private static double Squares(Tensor x) => x.to(ScalarType.Float64).pow(2).sum().item<double>();
}
