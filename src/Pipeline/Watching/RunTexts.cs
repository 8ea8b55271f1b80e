using Emergence.Pipeline.Settings;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Pipeline.Watching;

/// <summary>The texts of a run in the model's tokens, and the fixed batch on which its loss is measured.</summary>
/// <param name="Probe">The labelled text that is measured.</param>
/// <param name="ProbeHash">Names its content.</param>
/// <param name="Training">The text on which the SAEs train.</param>
/// <param name="TrainingHash">Names its content.</param>
/// <param name="LossBatch">Windows of the probe set, evenly spaced over it; null where the loss is not measured.</param>
internal sealed record RunTexts(ProbeSet Probe, string ProbeHash, TrainingStream Training, string TrainingHash, TokenBatch? LossBatch) : IDisposable
{
    /// <summary>Rows of <see cref="LossBatch"/>: 64 windows of 128 tokens give the loss to about 0.03 nats.</summary>
    private const int LossRows = 64;

    /// <summary>Reads and tokenises the probe set, looks through the whole training text and tokenises its first document.</summary>
    /// <param name="settings">Names the files.</param>
    /// <param name="model">The model's tokenizer and vocabulary.</param>
    /// <exception cref="BadInputException">A text is not what it claims to be, or the two share a document.</exception>
    public static RunTexts Read(WatchSettings settings, RunModel model)
    {
        var probe = ProbeText.Read(settings.Probe, model.Tokenizer, settings.ProbeColumns);
        var loss = settings.MeasureLoss ? LossWindows(settings, probe) : null;
        var corpus = TrainingCorpus.Open(settings.TextPaths, model.Tokenizer, model.Config.VocabularySize, settings.TokenType, new MeasuredDocuments(probe));
        var training = new TrainingStream(corpus.Documents, (ulong)settings.Seed);
        if (!training.HasTokens)
        {
            training.Dispose();
            throw new BadInputException(settings.Text, "", "no document of the text gives a token", "Name a text that holds words");
        }

        return new RunTexts(probe, TextHash.Of(probe), training, corpus.Hash, loss);
    }

    /// <inheritdoc/>
    public void Dispose() => Training.Dispose();

    private static TokenBatch LossWindows(WatchSettings settings, ProbeSet probe)
    {
        var length = settings.Context;
        var windows = ProbeBatches.Of(probe, 1, length).Where(b => b.Rows[0].Count > 1).ToArray();
        if (windows.Length == 0)
        {
            throw new BadInputException(settings.Probe, "", "no document has two tokens, so there is nothing to predict", "Measure longer documents");
        }

        var rows = Math.Min(LossRows, windows.Length);
        var picked = Enumerable.Range(0, rows).Select(i => windows[(long)i * windows.Length / rows]).ToArray();
        return new TokenBatch([.. picked.SelectMany(b => b.Tokens)], length, [.. picked.Select(b => b.Rows[0])]);
    }
}
