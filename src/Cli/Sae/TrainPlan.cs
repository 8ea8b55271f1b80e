using Emergence.Pipeline.Settings;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>What was left open in the settings, decided by the rows there are.</summary>
/// <param name="Options">The SAE's.</param>
/// <param name="Features">F.</param>
/// <param name="Batch">Rows per step.</param>
/// <param name="Steps">Steps.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="ColdLearningRate">That of the first start.</param>
internal sealed record TrainPlan(SaeOptions Options, int Features, int Batch, long Steps, double LearningRate, double ColdLearningRate)
{
    /// <summary>Decides.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="warm">The earlier training; null for a first start.</param>
    /// <param name="dimension">d.</param>
    /// <param name="trainRows">Rows to train on.</param>
    /// <exception cref="SettingsException">The settings do not fit the rows.</exception>
    public static TrainPlan Of(SaeTrainSettings settings, WarmStart? warm, int dimension, long trainRows)
    {
        var batch = settings.Batch ?? LearningRateRule.BatchTokens(trainRows);
        var options = new SaeOptions
        {
            Architecture = settings.Architecture ?? warm?.Architecture ?? SaeArchitecture.BatchTopK,
            K = settings.K ?? warm?.K ?? SaeDefaults.K,
            Features = settings.Features ?? warm?.Features,
            LearningRate = settings.LearningRate,
            WarmLearningRateDivisor = settings.WarmDivisor ?? SaeDefaults.WarmLearningRateDivisor,
            BatchTokens = batch,
            // The steps asked for are all there are, whatever pass they belong to.
            WarmPasses = 1,
            Seed = (ulong)settings.Seed,
        };
        var problems = new List<SettingProblem>(warm?.Problems(settings, dimension) ?? []);
        problems.AddRange(options.Validate(dimension).Select(OfFault));
        problems.AddRange(TrainSizes.Problems(options, dimension, batch));
        if (problems.Count > 0)
            throw new SettingsException(problems);
        var cold = warm?.ColdLearningRate ?? options.LearningRate ?? LearningRateRule.Peak(dimension);
        return new TrainPlan(
            options, options.FeaturesFor(dimension), batch, settings.Steps ?? Math.Max(1, trainRows / batch),
            warm is null ? cold : cold / options.WarmLearningRateDivisor, cold);
    }

    // "k is 40 but there are 20 features: use a smaller k or more features"
    private static SettingProblem OfFault(string fault)
    {
        var colon = fault.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? new("the SAE", fault, "choose other values") : new("the SAE", fault[..colon], fault[(colon + 2)..]);
    }
}
