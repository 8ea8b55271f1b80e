using Emergence.Demo.Trainer;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Demo;

/// <summary>The demo's sizes and places: how a trainer and a watcher share one folder and the machine's cores.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Cores">Cores of the machine.</param>
internal sealed record DemoPlan(DemoSettings Settings, int Cores)
{
    /// <summary>Last step of the quick demo: eleven checkpoints.</summary>
    private const int QuickSteps = 512;

    /// <summary>Last step of the full demo: fourteen checkpoints.</summary>
    private const int FullSteps = 2000;

    /// <summary>Folder of the prepared texts.</summary>
    public string Texts => Path.Combine(Settings.Out, "demo", "texts");

    /// <summary>Folder into which the trainer saves checkpoints.</summary>
    public string Checkpoints => Path.Combine(Settings.Out, "demo", "checkpoints");

    /// <summary>Last step of the training.</summary>
    public int Steps => Settings.Quick ? QuickSteps : FullSteps;

    /// <summary>Cores of the trainer: half of them, the watcher has the others. On one core they take turns.</summary>
    public int TrainerThreads => Math.Max(1, Cores / 2);

    /// <summary>Cores of the watcher.</summary>
    public int WatcherThreads => Math.Max(1, Cores - TrainerThreads);

    /// <summary>What the trainer is asked for.</summary>
    /// <param name="text">The training text.</param>
    /// <param name="tokenizer">The tokenizer's file.</param>
    public TrainerOptions Trainer(string text, string tokenizer) => new()
    {
        Folder = Checkpoints,
        Text = text,
        Tokenizer = tokenizer,
        Steps = Steps,
        LearningRate = Settings.Quick ? 2e-3 : 3e-3,
        WarmupSteps = Settings.Quick ? 40 : 80,
        WeightDecay = Settings.Quick ? 0.01 : 0.05,
        Seed = (int)(Settings.Seed & int.MaxValue),
        Threads = TrainerThreads,
    };

    /// <summary>What the watcher is asked for.</summary>
    /// <param name="probe">The probe text.</param>
    /// <param name="text">The training text.</param>
    public WatchSettings Watch(string probe, string text) => new()
    {
        Checkpoints = Checkpoints,
        Probe = probe,
        Text = text,
        Run = Settings.Out,
        UntilStep = Steps,
        Kafka = Settings.Kafka,
        Expansion = 8,

        // Of 128 dimensions: with k = 32 the SAEs become a dense basis, and few of their features mean anything.
        K = 8,
        Budget = Settings.Quick ? 100_000 : 200_000,

        // Steps 0, 1, 2, 4 … lie far apart for the model: with a twentieth of the tokens the SAEs lose it.
        WarmFraction = Settings.Quick ? 0.4 : 0.5,
        Seed = Settings.Seed,
        Threads = WatcherThreads,
    };
}
