using Emergence.Pipeline.Settings;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>The texts of a run in the model's tokens, and the fixed batch on which its loss is measured.</summary>
/// <param name="Probe">The labelled text that is measured.</param>
/// <param name="ProbeHash">Names its content.</param>
/// <param name="Training">The text on which the SAEs train.</param>
/// <param name="TrainingHash">Names its content.</param>
/// <param name="LossBatch">Windows of the probe set, evenly spaced over it.</param>
internal sealed record RunTexts(ProbeSet Probe, string ProbeHash, TrainingStream Training, string TrainingHash, TokenBatch LossBatch)
{
    /// <summary>Rows of <see cref="LossBatch"/>: 64 windows of 128 tokens give the loss to about 0.03 nats.</summary>
    private const int LossRows = 64;

    /// <summary>Reads and tokenises the texts.</summary>
    /// <param name="settings">Names the files.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="BadInputException">A text is not what it claims to be, or the two share a document.</exception>
    public static RunTexts Read(WatchSettings settings, ITokenizer tokenizer)
    {
        var probe = ProbeText.Read(settings.Probe, tokenizer);
        var documents = TrainingText.Read(settings.Text, tokenizer);
        var measured = probe.Documents.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        if (documents.FirstOrDefault(d => measured.Contains(d.Id)) is { } shared)
        {
            throw new BadInputException(settings.Text, $"document {shared.Id}", "the document is also in the probe set, which the SAEs must not have seen", "Remove it from one of the two texts");
        }

        return new RunTexts(
            probe,
            TextHash.Of(probe),
            new TrainingStream(documents, (ulong)settings.Seed),
            TextHash.Of(documents),
            LossWindows(probe, settings.Context));
    }

    private static TokenBatch LossWindows(ProbeSet probe, int length)
    {
        var windows = ProbeBatches.Of(probe, 1, length).Where(b => b.Rows[0].Count > 1).ToArray();
        if (windows.Length == 0)
        {
            throw new InvalidOperationException("no probe document has two tokens");
        }

        var rows = Math.Min(LossRows, windows.Length);
        var picked = Enumerable.Range(0, rows).Select(i => windows[(long)i * windows.Length / rows]).ToArray();
        return new TokenBatch([.. picked.SelectMany(b => b.Tokens)], length, [.. picked.Select(b => b.Rows[0])]);
    }
}
