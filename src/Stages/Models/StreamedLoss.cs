using Emergence.Stages.Input;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>
/// The loss of a model of which only the first blocks are in memory: the other blocks are read one after the other, each runs over
/// the whole batch and is put away again, then final norm and head, the head in pieces of the vocabulary. The value is that of
/// <see cref="LanguageModel.Loss(TokenBatch)"/> up to rounding; memory is one block and the batch's residual stream more than the model's own.
/// </summary>
/// <param name="model">Holds the first blocks.</param>
/// <param name="checkpoint">The checkpoint that the model was loaded from.</param>
/// <param name="how">How the model was loaded.</param>
internal sealed class StreamedLoss(LanguageModel model, OpenCheckpoint checkpoint, WeightLoading how)
{
    /// <summary>Logits computed at once: 4 MB of them, and three times as much while their exponentials are summed.</summary>
    private const int LogitsAtOnce = 1 << 20;

    /// <summary>Tokens that go through a block together: fewer than in capture, because here another block is in memory beside the model.</summary>
    private const int TokensAtOnce = 256;

    private readonly IReadOnlyList<ParameterInfo> _infos = ParameterNames.In(checkpoint.Weights, model.Config);

    /// <summary>Computes it.</summary>
    /// <param name="batch">At least one row with two real tokens.</param>
    /// <returns>Nats per token.</returns>
    /// <exception cref="BadInputException">A weight is not finite, or a file became shorter.</exception>
    public double Of(TokenBatch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var reader = new WeightReader(checkpoint.Weights, how);
        var targets = LanguageModel.Targets(batch);
        var residual = Residual(batch, reader);                                                                  // [N, d]
        var normed = Normed(residual.index_select(0, model.Longs(Array.ConvertAll(targets, t => t - 1))), reader); // [M, d]
        return CrossEntropy(normed, Array.ConvertAll(targets, t => batch.Tokens[t]), reader);
    }

    private Tensor Residual(TokenBatch batch, WeightReader reader)
    {
        var pieces = LanguageModel.RowPieces(batch, Math.Max(1, TokensAtOnce / batch.Length)).ToArray();
        var streams = new Tensor[pieces.Length];
        for (var i = 0; i < pieces.Length; i++)
        {
            using var pieceScope = NewDisposeScope();
            streams[i] = model.Decoder.Residual(model.TokenTensor(pieces[i]), batch.Length, model.LoadedBlocks).MoveToOuterDisposeScope();
        }

        for (var layer = model.LoadedBlocks; layer < model.Config.Layers; layer++)
        {
            using var block = ModelParameters.Read(reader, model.Config, [.. _infos.Where(i => i.Layer == layer)]);
            var decoder = model.DecoderOf(block);
            for (var i = 0; i < streams.Length; i++)
            {
                using var before = streams[i];
                using var pieceScope = NewDisposeScope();
                streams[i] = decoder.Blocks(before, batch.Length, layer, layer + 1).MoveToOuterDisposeScope();
            }
        }

        return cat(streams);
    }

    private Tensor Normed(Tensor residual, WeightReader reader)
    {
        using var scope = NewDisposeScope();
        using var norm = ModelParameters.Read(reader, model.Config, [.. _infos.Where(i => ModelParameters.BelongsToHead(i.Role) && i.Role != ParameterRole.Head)]);
        return model.DecoderOf(norm).FinalNorm(residual).MoveToOuterDisposeScope();
    }

    /// <summary>Mean of log Σ exp(logits) − logit of the next token; the sum goes over the vocabulary piece by piece.</summary>
    private double CrossEntropy(Tensor normed, long[] next, WeightReader reader)
    {
        var head = _infos.FirstOrDefault(i => i.Role == ParameterRole.Head);
        var rowsAtOnce = Math.Max(1, LogitsAtOnce / next.Length);
        Tensor? logSum = null;
        var chosen = 0.0;
        for (var first = 0; first < model.Config.VocabularySize; first += rowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(rowsAtOnce, model.Config.VocabularySize - first);
            var piece = head is null ? model.Embedding.narrow(0, first, rows) : reader.ReadRows(head, first, rows);
            using var owned = head is null ? null : piece;
            var logits = linear(normed, piece).to(ScalarType.Float32);                                           // [M, rows]
            var sum = logits.logsumexp(1);                                                                       // [M]
            using var before = logSum;
            logSum = (before is null ? sum : before.logaddexp(sum)).MoveToOuterDisposeScope();
            chosen += Chosen(logits, next, first, rows);
        }

        return (logSum!.to(ScalarType.Float64).sum().item<double>() - chosen) / next.Length;
    }

    /// <summary>Sum of the logits of those next tokens that lie in a piece of the vocabulary.</summary>
    private double Chosen(Tensor logits, long[] next, int first, int rows)
    {
        var inside = Enumerable.Range(0, next.Length).Where(i => next[i] >= first && next[i] < first + rows).ToArray();
        if (inside.Length == 0)
        {
            return 0;
        }

        var places = model.Longs(Array.ConvertAll(inside, i => ((long)i * rows) + next[i] - first));
        return logits.view(-1).index_select(0, places).to(ScalarType.Float64).sum().item<double>();
    }
}
