using Emergence.Stages.Models;
using Emergence.Stages.Models.Kernels;
using Emergence.Stages.Tokens;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>
/// Reads activations of a model: one forward pass feeds every hook, and nothing runs that the deepest hook does not need:
/// no layer above its own, and within its own no part after it. The model stays its owner's.
/// </summary>
public sealed class ActivationCapture : IDisposable
{
    private readonly LanguageModel _model;
    private readonly Hook[] _hooks;
    private readonly PackedDecoder? _packed;
    private readonly bool _whole;

    /// <summary>Prepares capture of a model.</summary>
    /// <param name="model">The model; must outlive this object.</param>
    /// <param name="hooks">Hooks to read, at least one, each once, in any order, each in a layer that the model holds.</param>
    /// <param name="crew">
    /// Threads on which the CPU's own kernels run the model, where they can (float32 on a CPU with AVX-512); null leaves it to the tensor
    /// library. Either gives the same activations to rounding.
    /// </param>
    /// <param name="take">
    /// Whether the kernels put the model's numbers in their order where they are, so that they are in memory once: then it is good for nothing else.
    /// </param>
    /// <param name="whole">Whether the kernels are to run the whole model, for <see cref="CaptureAll"/>.</param>
    /// <exception cref="ArgumentException">The hooks are not so.</exception>
    public ActivationCapture(LanguageModel model, IReadOnlyList<Hook> hooks, WorkerCrew? crew = null, bool take = false, bool whole = false)
    {
        if (hooks.Count == 0 || hooks.Any(h => h.Layer < 0 || h.Layer >= model.Config.Layers || h.Layer + (h.Point == HookPoint.ResidPre ? 0 : 1) > model.LoadedBlocks || !Enum.IsDefined(h.Point)) || hooks.Distinct().Count() < hooks.Count)
        {
            throw new ArgumentException($"hooks must be given once each, in the {model.LoadedBlocks} layers that the model holds, not [{string.Join(", ", hooks)}]", nameof(hooks));
        }

        _model = model;
        _hooks = [.. hooks];
        _whole = whole;
        _packed = crew is null ? null : model.Pack(whole ? Last(model) : hooks.MaxBy(h => h.Order), crew, take);
    }

    /// <summary>The hooks.</summary>
    public IReadOnlyList<Hook> Hooks => _hooks;

    /// <summary>Whether the CPU's own kernels run the model.</summary>
    public bool UsesKernels => _packed is not null;

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
        if (_packed is not null)
        {
            _model.CheckTokens(batch);
            _packed.Run(batch, _hooks, outputs.Tensors);
            return outputs.ToBatch();
        }

        foreach (var piece in outputs.Pieces())
        {
            using var pieceScope = NewDisposeScope();
            _model.Decoder.ResidualTo(_model.TokenTensor(piece), piece.Length, outputs.Tap(piece));
        }

        return outputs.ToBatch();
    }

    /// <inheritdoc/>
    public void Dispose() => _packed?.Dispose();

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
        if (_whole && _packed is not null)
        {
            _model.CheckTokens(batch);
            var at = Array.IndexOf(_hooks, Last(_model));
            var residual = at >= 0 ? outputs.Tensors[at] : empty([batch.TokenCount, Width], ScalarType.Float32);
            _packed.Run(batch, at >= 0 ? _hooks : [.. _hooks, Last(_model)], at >= 0 ? outputs.Tensors : [.. outputs.Tensors, residual]);
            head.Take(batch, residual, padded: false);
            return new FullPass(outputs.ToBatch(), head.LossSum, head.Predicted, head.Logits?.DetachFromDisposeScope());
        }

        foreach (var piece in outputs.Pieces())
        {
            using var pieceScope = NewDisposeScope();
            head.Take(piece, _model.Decoder.Residual(_model.TokenTensor(piece), piece.Length, _model.Config.Layers, outputs.Tap(piece)));
        }

        return new FullPass(outputs.ToBatch(), head.LossSum, head.Predicted, head.Logits?.DetachFromDisposeScope());
    }

    private static Hook Last(LanguageModel model) => new(model.Config.Layers - 1, HookPoint.ResidPost);
}
