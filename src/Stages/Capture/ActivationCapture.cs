using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>
/// Reads activations of a model: one forward pass feeds every hook, and nothing runs that the deepest hook does not need:
/// no layer above its own, and within its own no part after it. The model stays its owner's.
/// </summary>
public sealed class ActivationCapture
{
    private readonly LanguageModel _model;
    private readonly Hook[] _hooks;

    /// <summary>Prepares capture of a model.</summary>
    /// <param name="model">The model; must outlive this object.</param>
    /// <param name="hooks">Hooks to read, at least one, each once, in any order, each in a layer that the model holds.</param>
    /// <exception cref="ArgumentException">The hooks are not so.</exception>
    public ActivationCapture(LanguageModel model, IReadOnlyList<Hook> hooks)
    {
        if (hooks.Count == 0 || hooks.Any(h => h.Layer < 0 || h.Layer >= model.LoadedBlocks || !Enum.IsDefined(h.Point)) || hooks.Distinct().Count() < hooks.Count)
        {
            throw new ArgumentException($"hooks must be given once each, in layers 0 to {model.LoadedBlocks - 1}, not [{string.Join(", ", hooks)}]", nameof(hooks));
        }

        _model = model;
        _hooks = [.. hooks];
    }

    /// <summary>The hooks.</summary>
    public IReadOnlyList<Hook> Hooks => _hooks;

    /// <summary>Width of the activations, d.</summary>
    public int Width => _model.Config.HiddenSize;

    /// <summary>Width of the logits.</summary>
    public int VocabularySize => _model.Config.VocabularySize;

    /// <summary>Runs the model over a batch as far as the deepest hook. The same batch gives the same bits for the same number of threads.</summary>
    /// <param name="batch">The tokens.</param>
    /// <returns>The activations; the caller owns them.</returns>
    /// <exception cref="ArgumentException">A row is longer than the model's context, or a token id is not in its vocabulary.</exception>
    public ActivationBatch Capture(TokenBatch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var outputs = new CapturedTensors(_model, _hooks, batch);
        foreach (var piece in outputs.Pieces())
        {
            using var pieceScope = NewDisposeScope();
            _model.Decoder.ResidualTo(_model.TokenTensor(piece), piece.Length, outputs.Tap(piece));
        }

        return outputs.ToBatch();
    }

    /// <summary>Runs the whole model over a batch: the activations, and what the head says of the next tokens.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="logits">Whether to keep the logits.</param>
    /// <returns>All of it; the caller owns it.</returns>
    /// <exception cref="ArgumentException">A row is longer than the model's context, or a token id is not in its vocabulary.</exception>
    public FullPass CaptureAll(TokenBatch batch, bool logits)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var outputs = new CapturedTensors(_model, _hooks, batch);
        var head = new HeadOutput(_model, batch, logits);
        foreach (var piece in outputs.Pieces())
        {
            using var pieceScope = NewDisposeScope();
            head.Take(piece, _model.Decoder.Residual(_model.TokenTensor(piece), piece.Length, _model.Config.Layers, outputs.Tap(piece)));
        }

        return new FullPass(outputs.ToBatch(), head.LossSum, head.Predicted, head.Logits?.DetachFromDisposeScope());
    }
}
