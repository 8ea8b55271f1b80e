using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>Sums the loss of a pass and keeps its logits when they are asked for, a few rows of logits in memory at a time otherwise.</summary>
internal sealed class HeadOutput
{
    /// <summary>Logits computed at once: 32 MB of them. Bounds memory, whatever the vocabulary.</summary>
    private const int LogitsAtOnce = 1 << 23;

    private readonly LanguageModel _model;
    private readonly int _tokensAtOnce;
    private long _done;

    /// <summary>Makes the tensor for the logits, in the caller's dispose scope.</summary>
    public HeadOutput(LanguageModel model, TokenBatch batch, bool keep)
    {
        _model = model;
        _tokensAtOnce = Math.Max(1, LogitsAtOnce / model.Config.VocabularySize);
        Logits = keep ? empty([batch.TokenCount, model.Config.VocabularySize], ScalarType.Float32, model.Device) : null;
    }

    public Tensor? Logits { get; }

    public double LossSum { get; private set; }

    public int Predicted { get; private set; }

    /// <summary>Takes the residual stream after the last block of one piece.</summary>
    /// <param name="piece">The tokens.</param>
    /// <param name="residual"><c>[N, d]</c>.</param>
    /// <param name="padded">Whether its rows are those of all tokens, padding included; otherwise of the real ones.</param>
    public void Take(TokenBatch piece, Tensor residual, bool padded = true)
    {
        // Real tokens in row order, and for each the token that follows it in its row; −1 for a row's last.
        var positions = CapturedTensors.RealPositions(piece);
        var next = new long[positions.Length];
        var at = 0;
        foreach (var row in piece.Rows)
        {
            for (var t = 1; t <= row.Count; t++, at++)
            {
                next[at] = t < row.Count ? piece.Tokens[positions[at] + 1] : -1;
            }
        }

        for (var begin = 0; begin < positions.Length; begin += _tokensAtOnce)
        {
            using var scope = NewDisposeScope();
            var end = Math.Min(begin + _tokensAtOnce, positions.Length);
            var logits = _model.Decoder.Logits(padded ? residual.index_select(0, _model.Longs(positions[begin..end])) : residual.narrow(0, begin, end - begin)).to_type(ScalarType.Float32);   // [M, vocabulary]
            Logits?.narrow(0, _done, end - begin).copy_(logits);
            _done += end - begin;
            long[] predicting = [.. Enumerable.Range(0, end - begin).Where(i => next[begin + i] >= 0).Select(i => (long)i)];
            if (predicting.Length > 0)
            {
                var targets = _model.Longs(Array.ConvertAll(predicting, i => next[begin + i]));
                using var mean = nn.functional.cross_entropy(logits.index_select(0, _model.Longs(predicting)), targets);
                LossSum += mean.item<float>() * (double)predicting.Length;
                Predicted += predicting.Length;
            }
        }
    }
}
