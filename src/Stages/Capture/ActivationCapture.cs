using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>
/// Reads activations of a model: one forward pass feeds every tapped layer, and no layer above the deepest tapped one runs.
/// The model stays its owner's.
/// </summary>
public sealed class ActivationCapture
{
    private readonly LanguageModel _model;
    private readonly int[] _layers;

    /// <summary>Prepares capture of a model.</summary>
    /// <param name="model">The model; must outlive this object.</param>
    /// <param name="layers">Layers to tap, at least one, ascending, each below the number of blocks that the model holds.</param>
    /// <exception cref="ArgumentException">The layers are not so.</exception>
    public ActivationCapture(LanguageModel model, IReadOnlyList<int> layers)
    {
        if (layers.Count == 0 || layers[0] < 0 || layers[^1] >= model.LoadedBlocks || layers.Zip(layers.Skip(1)).Any(p => p.First >= p.Second))
        {
            throw new ArgumentException($"layers must be ascending, from 0 to {model.LoadedBlocks - 1}, not [{string.Join(", ", layers)}]", nameof(layers));
        }

        _model = model;
        _layers = [.. layers];
    }

    /// <summary>The tapped layers, ascending.</summary>
    public IReadOnlyList<int> Layers => _layers;

    /// <summary>Width of the activations, d.</summary>
    public int Width => _model.Config.HiddenSize;

    /// <summary>Runs the model over a batch. The same batch gives the same bits for the same number of threads.</summary>
    /// <param name="batch">The tokens.</param>
    /// <returns>The activations; the caller owns them.</returns>
    /// <exception cref="ArgumentException">A row is longer than the model's context, or a token id is not in its vocabulary.</exception>
    public ActivationBatch Capture(TokenBatch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var outputs = Array.ConvertAll(_layers, _ => empty([batch.TokenCount, Width], ScalarType.Float32, _model.Device));
        long done = 0;
        foreach (var piece in LanguageModel.RowPieces(batch, Math.Max(1, LanguageModel.TokensAtOnce / batch.Length)))
        {
            using var pieceScope = NewDisposeScope();
            var real = piece.TokenCount == piece.Tokens.Length ? null : _model.Longs(RealPositions(piece));
            _model.Decoder.Residual(_model.TokenTensor(piece), piece.Length, _layers[^1] + 1, (layer, residual) =>
            {
                var tap = Array.BinarySearch(_layers, layer);
                if (tap >= 0)
                {
                    outputs[tap].narrow(0, done, piece.TokenCount).copy_(real is null ? residual : residual.index_select(0, real));
                }
            });
            done += piece.TokenCount;
        }

        return new ActivationBatch(batch, _layers, Array.ConvertAll(outputs, o => o.DetachFromDisposeScope()));
    }

    private static long[] RealPositions(TokenBatch batch)
    {
        var positions = new long[batch.TokenCount];
        var at = 0;
        for (var row = 0; row < batch.Rows.Length; row++)
        {
            for (var t = 0; t < batch.Rows[row].Count; t++)
            {
                positions[at++] = ((long)row * batch.Length) + t;
            }
        }

        return positions;
    }
}
