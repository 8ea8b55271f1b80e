using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>
/// The forward pass of every family: what they differ in stands in <see cref="ModelConfig"/>. Works with and without
/// autograd: nothing that autograd keeps is changed in place. Shapes in the margin: B rows, T tokens a row, N = B·T, d width.
/// </summary>
/// <param name="config">What the family does.</param>
/// <param name="parameters">The weights.</param>
/// <param name="positions">Masks and rotations.</param>
/// <param name="fusedAttention">Whether the library's own attention is used.</param>
internal sealed class Decoder(ModelConfig config, ModelParameters parameters, PositionTables positions, bool fusedAttention = false)
{
    private readonly Attention _attention = new(config, parameters, fusedAttention);
    private readonly Mlp _mlp = new(config, parameters);

    /// <summary>Runs the embedding and the first <paramref name="layers"/> blocks.</summary>
    /// <param name="tokens">Token ids, <c>[N]</c>, int64, below the vocabulary size.</param>
    /// <param name="length">T; divides N.</param>
    /// <param name="layers">How many blocks to run, from the first.</param>
    /// <param name="tap">Hooks to hand out on the way; null for none.</param>
    /// <returns>The residual stream after the last block that ran, <c>[N, d]</c>.</returns>
    public Tensor Residual(Tensor tokens, int length, int layers, HookTap? tap = null)
    {
        var embedded = Embedded(tokens, length);
        return layers == 0 ? embedded : Ended(Blocks(embedded, length, 0, layers, tap), embedded);
    }

    /// <summary>Runs blocks one after the other.</summary>
    /// <param name="residual">The residual stream before the first of them, <c>[N, d]</c>; stays the caller's.</param>
    /// <param name="length">T; divides N.</param>
    /// <param name="from">The first block that runs.</param>
    /// <param name="to">The block before which it ends, above <paramref name="from"/>.</param>
    /// <param name="tap">Hooks to hand out on the way; null for none.</param>
    /// <returns>The residual stream after the last block that ran, <c>[N, d]</c>.</returns>
    public Tensor Blocks(Tensor residual, int length, int from, int to, HookTap? tap = null)
    {
        var x = Next(residual, from, length, HookPoint.ResidPost, tap)!;
        for (var layer = from + 1; layer < to; layer++)
        {
            x = Ended(Next(x, layer, length, HookPoint.ResidPost, tap)!, x);
        }

        return x;
    }

    /// <summary>Runs as far as the deepest hook needs, not an operation further.</summary>
    /// <param name="tokens">Token ids, <c>[N]</c>, int64, below the vocabulary size.</param>
    /// <param name="length">T; divides N.</param>
    /// <param name="tap">The hooks.</param>
    public void ResidualTo(Tensor tokens, int length, HookTap tap)
    {
        var x = Residual(tokens, length, tap.Deepest.Layer, tap);
        Next(x, tap.Deepest.Layer, length, tap.Deepest.Point, tap)?.Dispose();
        x.Dispose();
    }

    /// <summary>What the head multiplies: the residual stream after the last block, normed, <c>[M, d]</c> to <c>[M, d]</c>.</summary>
    public Tensor FinalNorm(Tensor residual) =>
        Norms.Of(config, residual, parameters.Find(ParameterRole.FinalNormWeight), parameters.Find(ParameterRole.FinalNormBias));

    /// <summary>Logits of the next token from the residual stream after the last block: <c>[M, d]</c> to <c>[M, vocabulary]</c>.</summary>
    public Tensor Logits(Tensor residual)
    {
        using var scope = NewDisposeScope();
        return linear(FinalNorm(residual), parameters.Find(ParameterRole.Head) ?? parameters[ParameterRole.Embedding]).MoveToOuterDisposeScope();
    }

    /// <summary>Gives a tensor that nobody reads any more back to the allocator.</summary>
    private static Tensor Ended(Tensor next, Tensor x)
    {
        x.Dispose();
        return next;
    }

    private Tensor Embedded(Tensor tokens, int length)
    {
        var x = parameters[ParameterRole.Embedding].index_select(0, tokens);                                     // [N, d]
        if (parameters.Find(ParameterRole.PositionEmbedding) is { } learned)
        {
            x.view(-1, length, config.HiddenSize).add_(learned.narrow(0, 0, length));                            // [B, T, d] + [T, d]
        }

        return x;
    }

    /// <summary>One block, or the part of it up to a hook point, in a scope of its own.</summary>
    private Tensor? Next(Tensor x, int layer, int length, HookPoint until, HookTap? tap)
    {
        using var scope = NewDisposeScope();
        var next = Block(x, layer, length, until, tap)?.MoveToOuterDisposeScope();
        if (next is not null)
        {
            tap?.Take(layer, HookPoint.ResidPost, next);
        }

        return next;
    }

    /// <summary>Runs a block up to a hook point: null when that comes before the block's end.</summary>
    private Tensor? Block(Tensor x, int layer, int length, HookPoint until, HookTap? tap)
    {
        tap?.Take(layer, HookPoint.ResidPre, x);
        if (until == HookPoint.ResidPre)
        {
            return null;
        }

        // The outputs of the projections are needed by nobody else, so sums go into them.
        if (config.ParallelResidual)
        {
            return Parallel(x, layer, length, until, tap);
        }

        var attention = AttentionOut(x, layer, length);
        tap?.Take(layer, HookPoint.AttnOut, attention);
        if (until == HookPoint.AttnOut)
        {
            return null;
        }

        var middle = attention.add_(x);
        tap?.Take(layer, HookPoint.ResidMid, middle);
        if (until == HookPoint.ResidMid)
        {
            return null;
        }

        var mlp = MlpOut(middle, layer);
        tap?.Take(layer, HookPoint.MlpOut, mlp);
        return until == HookPoint.MlpOut ? null : mlp.add_(middle);
    }

    private Tensor? Parallel(Tensor x, int layer, int length, HookPoint until, HookTap? tap)
    {
        var mlpAlone = until == HookPoint.MlpOut && !tap!.Wants(layer, HookPoint.AttnOut) && !tap.Wants(layer, HookPoint.ResidMid);
        var attention = mlpAlone ? null : AttentionOut(x, layer, length);
        if (attention is not null)
        {
            tap?.Take(layer, HookPoint.AttnOut, attention);
            if (tap?.Wants(layer, HookPoint.ResidMid) == true)
            {
                tap.Take(layer, HookPoint.ResidMid, x + attention);
            }
        }

        if (until is HookPoint.AttnOut or HookPoint.ResidMid)
        {
            return null;
        }

        var mlp = MlpOut(x, layer);
        tap?.Take(layer, HookPoint.MlpOut, mlp);
        return until == HookPoint.MlpOut ? null : mlp.add_(attention!).add_(x);
    }

    /// <summary>What attention adds to the residual stream.</summary>
    private Tensor AttentionOut(Tensor x, int layer, int length)
    {
        var tables = positions.For(length);
        return config.NormPlacement == NormPlacement.Before
            ? _attention.Run(Norm(x, ParameterRole.AttentionNormWeight, ParameterRole.AttentionNormBias, layer), layer, length, tables)
            : Norm(_attention.Run(x, layer, length, tables), ParameterRole.AttentionNormWeight, ParameterRole.AttentionNormBias, layer);
    }

    /// <summary>What the MLP adds to the residual stream.</summary>
    private Tensor MlpOut(Tensor x, int layer) => config.NormPlacement == NormPlacement.Before
        ? _mlp.Run(Norm(x, ParameterRole.MlpNormWeight, ParameterRole.MlpNormBias, layer), layer)
        : Norm(_mlp.Run(x, layer), ParameterRole.MlpNormWeight, ParameterRole.MlpNormBias, layer);

    private Tensor Norm(Tensor x, ParameterRole weight, ParameterRole bias, int layer) =>
        Norms.Of(config, x, parameters.Find(weight, layer), parameters.Find(bias, layer));
}
