using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>The settings of <c>sae train</c>, and how they become <see cref="SaeTrainSettings"/>.</summary>
internal static class SaeTrainOptions
{
    private static readonly Setting Labels = Setting.Valued("labels", "FILE", "a label for each row of --eval, or of --activations without that: a line of text each, or a .npy of whole numbers; an empty line or a negative number is none");
    private static readonly Setting Eval = Setting.Valued("eval", "FILE", $"rows on which the SAE is scored; default the last twentieth of --activations, at most {SaeTrainLimits.HeldOutRows} rows, which are then not trained on");
    private static readonly Setting Arch = Setting.Valued("arch", "topk|batchtopk|jumprelu|matryoshka", "which sparse autoencoder; default batchtopk");
    private static readonly Setting K = Setting.Valued("k", "N", $"features that may fire on a row, on the average; default {SaeDefaults.K}");
    private static readonly Setting Features = Setting.Valued("features", "N", $"features; default {SaeDefaults.ExpansionFactor} for each number of a row");
    private static readonly Setting Batch = Setting.Valued("batch", "N", $"rows per training step; default, whatever --steps says, the power of two from half the root of the rows to train on upwards, {LearningRateRule.BatchTokens(1)} to {LearningRateRule.BatchTokens(long.MaxValue)}");
    private static readonly Setting Steps = Setting.Valued("steps", "N", "training steps of --batch rows; default one pass over the rows; more go over them again and again, in order");
    private static readonly Setting Rate = Setting.Valued("lr", "X", $"peak learning rate; default 1 over the numbers of a row, at most {LearningRateRule.Peak(1)}");
    private static readonly Setting Threads = Setting.Valued("threads", "N", "threads for arithmetic; default every core");
    private static readonly Setting Device = Setting.Valued("device", "cpu|cuda", "where to train; default cpu");
    private static readonly Setting Out = Setting.Valued("out", "DIR", "folder for the result, not there yet or empty: saelens/, sparsify/layers.N/, state.bin, summary.json, with --labels labels.json");
    private static readonly Setting WarmFrom = Setting.Valued("warm-from", "DIR", "go on from the SAE of an earlier --out, with fresh optimiser moments and a lower learning rate; its --arch, --k and --features stay");
    private static readonly Setting WarmDivisor = Setting.Valued("warm-lr-divisor", "X", $"with --warm-from: the learning rate is the first one's over this; default {SaeDefaults.WarmLearningRateDivisor}");
    private static readonly Setting Model = Setting.Valued("model", "NAME", "model the activations come from, written into the exported files; default unknown");
    private static readonly Setting Layer = Setting.Valued("layer", "N", "layer they come from, likewise; default 0");
    private static readonly Setting Hook = Setting.Valued("hook", string.Join('|', HookPoints.All), "where in it, likewise; default resid_post");

    /// <summary>All of them.</summary>
    public static Setting[] All { get; } =
        [.. ActivationOptions.All, Labels, Eval, Arch, K, Features, Batch, Steps, Rate, CommonSettings.Seed, Threads, Device, Out, WarmFrom, WarmDivisor, Model, Layer, Hook, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Reads and validates.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <exception cref="SettingsException">Something is wrong; names all of it.</exception>
    public static SaeTrainSettings Read(SettingReader reader)
    {
        var settings = new SaeTrainSettings
        {
            Activations = reader.Text(ActivationOptions.File) ?? "",
            Tensor = reader.Text(ActivationOptions.Tensor),
            BFloat16 = ActivationOptions.IsBFloat16(reader),
            Labels = reader.Text(Labels),
            Eval = reader.Text(Eval),
            Architecture = reader.Text(Arch) is null ? null : reader.Choice(Arch, SaeArchitecture.BatchTopK),
            K = reader.SmallOrNull(K),
            Features = reader.SmallOrNull(Features),
            Batch = reader.SmallOrNull(Batch),
            Steps = reader.WholeOrNull(Steps),
            LearningRate = reader.Text(Rate) is null ? null : reader.Number(Rate, 0),
            Seed = reader.Whole(CommonSettings.Seed, 0),
            Threads = reader.SmallOrNull(Threads),
            Device = reader.Choice(Device, TrainDevice.Cpu),
            Out = reader.Text(Out) ?? "",
            WarmFrom = reader.Text(WarmFrom),
            WarmDivisor = reader.Text(WarmDivisor) is null ? null : reader.Number(WarmDivisor, 0),
            Model = reader.Text(Model) ?? "unknown",
            Layer = reader.SmallOrNull(Layer) ?? 0,
            Hook = reader.OneOf(Hook, HookPoint.ResidPost, HookPoints.All, HookPoints.Find),
        };
        reader.ThrowOnProblems(settings.Problems());
        TrainerFactory.Check(settings.Device);
        return settings;
    }
}
