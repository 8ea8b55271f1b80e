using Emergence.Benchmarks.Sae.Workers;
using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Benchmarks.Sae.Quality;

/// <summary>One whole training and its score. Only the training is on the clock.</summary>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="Seconds">Seconds of training, from fresh weights to the end.</param>
/// <param name="Score">Measured afterwards, from the files that were written.</param>
internal sealed record QualityRun(long Tokens, double Seconds, PlantedScore Score)
{
    private const int WarmUpSteps = 40;

    /// <summary>A training off the clock, for the just-in-time compiler and the libraries' first use, which a long one would not notice.</summary>
    public static void WarmUp(Worker worker, int batch, string rate)
    {
        worker.Ask($"begin {WarmUpSteps} {batch} {rate}");
        worker.Ask($"step {WarmUpSteps}");
        worker.Ask("end");
    }

    /// <summary>Trains and scores.</summary>
    /// <param name="worker">Who trains.</param>
    /// <param name="steps">Steps; the schedule follows from them.</param>
    /// <param name="batch">Tokens of a step.</param>
    /// <param name="rate">Peak learning rate, or "rule".</param>
    /// <param name="data">What is learnt.</param>
    /// <param name="keep">Where the SAE is kept; null when it need not be.</param>
    public static QualityRun Of(Worker worker, int steps, int batch, string rate, PlantedData data, string? keep = null)
    {
        using var temporary = new TemporaryFolder();
        var folder = keep ?? temporary.Path;
        var seconds = worker.Ask($"begin {steps} {batch} {rate}")[0] + worker.Ask($"step {steps}")[0] + worker.Ask("end")[0];
        worker.Ask($"save {Path.GetFullPath(folder)}");
        using var sae = FrozenSae.Read(folder);
        return new QualityRun((long)steps * batch, seconds, PlantedScore.Of(sae, data));
    }
}
