using Emergence.Pipeline.Settings;
using Emergence.Stages.Sae;
using Emergence.Stages.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>The SAEs that a run's settings ask for.</summary>
/// <param name="settings">The settings.</param>
internal sealed class SaeChoice(WatchSettings settings)
{
    /// <summary>Options of an SAE for activations of a width, its seed left out.</summary>
    /// <param name="width">d.</param>
    public SaeOptions For(int width) => new()
    {
        Architecture = settings.Sae,
        Features = settings.Features ?? checked(settings.Expansion * width),
        K = settings.K,
        WarmLearningRateDivisor = settings.WarmDivisor,
        WarmPasses = settings.WarmPasses,
    };

    /// <summary>Makes the SAE of a layer with its initial weights.</summary>
    /// <param name="layer">Layer, from 0; decides the seed.</param>
    /// <param name="width">d.</param>
    /// <param name="place">Where it computes.</param>
    /// <param name="workers">Threads for the CPU; outlive the trainer.</param>
    public SaeTrainer Make(int layer, int width, Device place, WorkerCrew workers)
    {
        var options = For(width) with { Seed = SeedOf(layer) };
        return place.type == DeviceType.CPU ? new SaeTrainer(options, width, workers) : new SaeTrainer(options, width, place);
    }

    /// <summary>Says what is wrong with SAEs for activations of a width.</summary>
    /// <param name="width">d.</param>
    public IEnumerable<SettingProblem> Problems(int width) => For(width).Validate(width).Select(p => new SettingProblem("--features, --k", p, "Choose others"));

    private ulong SeedOf(int layer) => unchecked(((ulong)settings.Seed * 0x9E3779B97F4A7C15UL) + (ulong)layer + 1);
}
