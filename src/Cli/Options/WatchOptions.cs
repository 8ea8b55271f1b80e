using Emergence.Cli.Telemetry;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Cli.Options;

/// <summary>The settings of <c>watch</c> and <c>replay</c>, and how they become <see cref="WatchSettings"/>.</summary>
internal static class WatchOptions
{
    private static readonly Setting Source = Setting.Valued("source", "models|activations", "what the folders hold: models, or layers.N.safetensors with activations and labels; default models");
    private static readonly Setting Pattern = Setting.Valued("pattern", "REGEX", "names of the checkpoint folders, with a group of digits, such as model_(?<step>[0-9]+); default stepN, step-N, checkpoint-N");
    private static readonly Setting Marker = Setting.Optional("marker", "NAME", WatchLimits.Marker, $"a checkpoint is whole only when this file is in it; {WatchLimits.Marker} without a name (put it behind DIR)");
    private static readonly Setting Tokenizer = Setting.Valued("tokenizer", "FILE", "the run's tokenizer.json; checkpoints need none of their own then");
    private static readonly Setting Poll = Setting.Valued("poll", "SECONDS", $"longest time between two looks at DIR when the system reports no change; default {WatchLimits.PollSeconds}");
    private static readonly Setting Settle = Setting.Valued("settle", "SECONDS", $"how long a checkpoint's files must be unchanged; default {WatchLimits.SettleSeconds}");
    private static readonly Setting Late = Setting.Valued("late", "event|insert", "a checkpoint that comes after a later step: only an event, or measured without changing any other step; default event");
    private static readonly Setting WhenBehind = Setting.Valued("when-behind", "queue|latest|every=N", "when checkpoints wait: take each, only the newest, or each N-th; default queue");
    private static readonly Setting Probe = Setting.Valued("probe", "FILE", "labelled text that is measured at every checkpoint: .jsonl, .conllu, .conll, .tsv or .iob, also packed (.gz)");
    private static readonly Setting ProbeColumns = Setting.Valued("probe-columns", "word,pos,…", "columns of a .conll, .tsv or .iob probe, those to be passed over called _; default: what its first line says");
    private static readonly Setting Text = Setting.Valued("text", "FILE|FOLDER", "text on which the SAEs train, disjoint from the probe: .txt, .md, .jsonl (also .gz), .bin, .npy or a folder of them; several separated by commas");
    private static readonly Setting TokenType = Setting.Valued("token-type", "uint16|uint32", "how .bin files of --text store token ids; default: uint16 for vocabularies up to 65536, else uint32");
    private static readonly Setting Out = Setting.Valued("out", "RUN", "run folder, made or continued; default runs/ and the name of DIR");
    private static readonly Setting UntilStep = Setting.Valued("until-step", "N", "end when this step or a later one is committed; default: follow until told to stop");
    private static readonly Setting FromStep = Setting.Valued("from-step", "N", "first step that is used");
    private static readonly Setting ToStep = Setting.Valued("to-step", "N", "last step that is used");
    private static readonly Setting Every = Setting.Valued("every", "N", "use every n-th of these checkpoints; default 1");
    private static readonly Setting Layers = Setting.Valued("layers", "0,1,…", "layers to watch; default all");
    private static readonly Setting Hook = Setting.Valued("hook", string.Join('|', HookPoints.All), "where in a layer activations are read; default resid_post");
    private static readonly Setting Features = Setting.Valued("features", "N", "features of each SAE; default --expansion × model width");
    private static readonly Setting Expansion = Setting.Valued("expansion", "N", $"width of each SAE in multiples of the model's; default {WatchLimits.Expansion}");
    private static readonly Setting K = Setting.Valued("k", "N", $"features that may fire on a token; default {WatchLimits.K}");
    private static readonly Setting Sae = Setting.Valued("sae", "topk|batchtopk|jumprelu|matryoshka", "which sparse autoencoder; default batchtopk");
    private static readonly Setting Budget = Setting.Valued("budget", "TOKENS", $"tokens each SAE trains on at the first checkpoint; default {WatchLimits.Budget}");
    private static readonly Setting WarmFraction = Setting.Valued("warm-fraction", "X", $"share of the budget for each later checkpoint; default {WatchLimits.WarmFraction}");
    private static readonly Setting WarmDivisor = Setting.Valued("warm-lr-divisor", "X", $"a later checkpoint's learning rate is the first one's over this; default {WatchLimits.WarmDivisor}; lower where checkpoints lie far apart");
    private static readonly Setting WarmPasses = Setting.Valued("warm-passes", "N", $"how often a later checkpoint's captured tokens are trained on; default {SaeDefaults.WarmPasses}");
    private static readonly Setting Context = Setting.Valued("context", "N", $"tokens the model sees at once; default {WatchLimits.Context}");
    private static readonly Setting BatchRows = Setting.Valued("batch-rows", "N", $"rows of a token batch; default {WatchLimits.BatchRows}; rows of a batch of activations, default {WatchLimits.ActivationRows}");
    private static readonly Setting PlanOnly = Setting.Flag("plan", "print the dataflow graph as Mermaid and do nothing else");
    private static readonly Setting Device = Setting.Valued("device", "cpu|cuda[:N]|auto", "where model and SAEs run; default auto: CUDA where it is there, else the CPU");
    private static readonly Setting Precision = Setting.Valued("precision", "auto|float32|bfloat16", "type of the model's weights; default auto: float32, on CUDA bfloat16 for checkpoints of 16 bits");
    private static readonly Setting Copies = Setting.Valued("copies", "refuse|use", "checkpoints that share weights with another step; default refuse (use: learning rate that starts at zero, frozen shards)");
    private static readonly Setting NoLoss = Setting.Flag("no-loss", "do not measure the model's loss: layers above the deepest watched one are not loaded");
    private static readonly Setting Threads = Setting.Valued("threads", "N", "threads for arithmetic; default every core (leave a trainer on this machine its own)");

    private static readonly Setting[] Shared =
        [Source, Pattern, Marker, Tokenizer, Late, Layers, Hook, Features, Expansion, K, Sae, Budget, WarmFraction, WarmDivisor, WarmPasses, Context, BatchRows, Device, Precision, Copies, NoLoss, CommonSettings.Seed, Threads, PlanOnly, OtlpOptions.Otlp, CommonSettings.Json, CommonSettings.Config];

    /// <summary>What has no meaning where there is no model and no text.</summary>
    private static readonly Setting[] OfModels = [Probe, ProbeColumns, Text, TokenType, Tokenizer, Context, Hook, Device, Precision, NoLoss];

    /// <summary>Prints the graph instead of running.</summary>
    public static Setting Plan => PlanOnly;

    /// <summary>Settings of <c>watch</c>.</summary>
    public static Setting[] Watch { get; } = [Probe, ProbeColumns, Text, TokenType, Out, UntilStep, Poll, Settle, WhenBehind, .. Shared];

    /// <summary>Settings of <c>replay</c>.</summary>
    public static Setting[] Replay { get; } = [Probe, ProbeColumns, Text, TokenType, Out, FromStep, ToStep, Every, .. Shared];

    /// <summary>Reads and validates.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="checkpoints">The folder of checkpoints; empty when it was not named.</param>
    /// <param name="follow">Whether this is <c>watch</c>.</param>
    /// <exception cref="SettingsException">Something is wrong; names all of it.</exception>
    public static WatchSettings Read(SettingReader reader, string checkpoints, bool follow)
    {
        var source = reader.Choice(Source, CheckpointKind.Models);
        var settings = new WatchSettings
        {
            Checkpoints = checkpoints,
            Source = source,
            Pattern = reader.Text(Pattern),
            Marker = reader.Text(Marker),
            Tokenizer = reader.Text(Tokenizer),
            PollSeconds = follow ? reader.Number(Poll, WatchLimits.PollSeconds) : WatchLimits.PollSeconds,
            SettleSeconds = follow ? reader.Number(Settle, WatchLimits.SettleSeconds) : WatchLimits.SettleSeconds,
            Late = reader.Choice(Late, LatePolicy.Event),
            WhenBehind = follow
                ? reader.Parsed(WhenBehind, BehindPolicy.Queue, "queue, latest or every=N", text => BehindPolicy.TryParse(text, out var policy) ? policy : null)
                : BehindPolicy.Queue,
            Probe = reader.Text(Probe) ?? "",
            ProbeColumns = reader.Text(ProbeColumns),
            Text = reader.Text(Text) ?? "",
            TokenType = reader.ChoiceOrNull<TokenType>(TokenType),
            Run = reader.Text(Out) ?? DefaultRun(checkpoints),
            Follow = follow,
            UntilStep = follow ? reader.WholeOrNull(UntilStep) : null,
            FromStep = follow ? null : reader.WholeOrNull(FromStep),
            ToStep = follow ? null : reader.WholeOrNull(ToStep),
            Every = follow ? 1 : reader.SmallOrNull(Every) ?? 1,
            Layers = reader.List(Layers),
            Hook = reader.OneOf(Hook, HookPoint.ResidPost, HookPoints.All, HookPoints.Find),
            Features = reader.SmallOrNull(Features),
            Expansion = reader.SmallOrNull(Expansion) ?? WatchLimits.Expansion,
            K = reader.SmallOrNull(K) ?? WatchLimits.K,
            Sae = reader.Choice(Sae, SaeArchitecture.BatchTopK),
            Budget = reader.Whole(Budget, WatchLimits.Budget),
            WarmFraction = reader.Number(WarmFraction, WatchLimits.WarmFraction),
            WarmDivisor = reader.Number(WarmDivisor, WatchLimits.WarmDivisor),
            WarmPasses = reader.SmallOrNull(WarmPasses) ?? SaeDefaults.WarmPasses,
            Context = reader.SmallOrNull(Context) ?? WatchLimits.Context,
            BatchRows = reader.SmallOrNull(BatchRows) ?? (source == CheckpointKind.Models ? WatchLimits.BatchRows : WatchLimits.ActivationRows),
            Device = reader.Text(Device) ?? DeviceName.Auto,
            Precision = reader.Choice(Precision, WeightPrecision.Auto),
            Copies = reader.Choice(Copies, CopyPolicy.Refuse),
            MeasureLoss = !reader.Flag(NoLoss),
            Seed = reader.Whole(CommonSettings.Seed, 0),
            Threads = reader.SmallOrNull(Threads),
        };
        reader.ThrowOnProblems(reader.Flag(Plan) ? [] : [.. Meaningless(reader, source), .. settings.Problems()]);
        return settings;
    }

    private static IEnumerable<SettingProblem> Meaningless(SettingReader reader, CheckpointKind source) => source == CheckpointKind.Models
        ? []
        : OfModels.Where(s => reader.Text(s) is not null).Select(s => new SettingProblem(s.Switch, "it says nothing about activations, which come without a model and without text", "leave it out, or leave out --source activations"));

    private static string DefaultRun(string checkpoints)
    {
        var name = checkpoints.Length == 0 ? "" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(checkpoints)));
        return Path.Combine("runs", name.Length == 0 ? "run" : name);
    }
}
