using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>Where a pass puts what it finds at the hooks: one tensor a hook, filled piece by piece, real tokens only.</summary>
internal sealed class CapturedTensors
{
    private readonly LanguageModel _model;
    private readonly Hook[] _hooks;
    private readonly TokenBatch _batch;
    private readonly Tensor[] _outputs;
    private long _done;

    /// <summary>Makes the tensors, in the caller's dispose scope.</summary>
    public CapturedTensors(LanguageModel model, Hook[] hooks, TokenBatch batch)
    {
        _model = model;
        _hooks = hooks;
        _batch = batch;
        _outputs = Array.ConvertAll(hooks, _ => empty([batch.TokenCount, model.Config.HiddenSize], ScalarType.Float32, model.Device));
    }

    /// <summary>The tensors, one a hook, <c>[real tokens, d]</c>.</summary>
    public IReadOnlyList<Tensor> Tensors => _outputs;

    /// <summary>The batch in pieces, each of which goes through the model at once, with <see cref="Tap"/> for it.</summary>
    public IEnumerable<TokenBatch> Pieces()
    {
        foreach (var piece in LanguageModel.RowPieces(_batch, Math.Max(1, LanguageModel.TokensAtOnce / _batch.Length)))
        {
            yield return piece;
            _done += piece.TokenCount;
        }
    }

    /// <summary>Takes what a piece gives; its index tensor goes into the caller's dispose scope.</summary>
    public HookTap Tap(TokenBatch piece)
    {
        var real = piece.TokenCount == piece.Tokens.Length ? null : _model.Longs(RealPositions(piece));
        return new HookTap(_hooks, (index, tensor) =>
            _outputs[index].narrow(0, _done, piece.TokenCount).copy_(real is null ? tensor : tensor.index_select(0, real)));
    }

    /// <summary>The tensors, taken out of the dispose scope.</summary>
    public ActivationBatch ToBatch() => new(_batch, Array.ConvertAll(_hooks, h => h.Name), Array.ConvertAll(_outputs, o => o.DetachFromDisposeScope()));

    /// <summary>Positions in <c>[N]</c> of the tokens that are no padding.</summary>
    public static long[] RealPositions(TokenBatch batch)
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
