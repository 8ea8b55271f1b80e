using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Pipeline.Settings;

/// <summary>What a run over a folder of checkpoints is asked to do. Immutable; <see cref="Problems"/> says what is wrong with it.</summary>
public sealed record WatchSettings
{
    /// <summary>Folder in which the checkpoints appear, each a folder of its own. It must exist.</summary>
    public required string Checkpoints { get; init; }

    /// <summary>What the folders hold: models (default), or activations with their labels. <see cref="Probe"/>, <see cref="Text"/>, <see cref="Tokenizer"/> and <see cref="Context"/> are of models only.</summary>
    public CheckpointKind Source { get; init; }

    /// <summary>Regular expression of the folders' names, as <see cref="CheckpointPattern.Parse"/> takes it; null (default) takes stepN, step-N and checkpoint-N.</summary>
    public string? Pattern { get; init; }

    /// <summary>Name of a file without which no checkpoint counts as whole; null (default) asks for none.</summary>
    public string? Marker { get; init; }

    /// <summary>The tokenizer of the run, a <c>tokenizer.json</c>; null (default) takes the first checkpoint's, and each must have it then.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Longest time in seconds between two looks at the folder when the system reports no change. Default 2. <c>watch</c> only.</summary>
    public double PollSeconds { get; init; } = WatchLimits.PollSeconds;

    /// <summary>How long in seconds a checkpoint's files must be unchanged before it counts as whole. Default 0.5. <c>watch</c> only.</summary>
    public double SettleSeconds { get; init; } = WatchLimits.SettleSeconds;

    /// <summary>What is done with checkpoints that come after a later step. Default: an event.</summary>
    public LatePolicy Late { get; init; }

    /// <summary>What is taken when several checkpoints wait. Default: every one. <c>watch</c> only.</summary>
    public BehindPolicy WhenBehind { get; init; } = BehindPolicy.Queue;

    /// <summary>Labelled text that is measured at every checkpoint: JSON lines, CoNLL-U or columns (data/README.md).</summary>
    public required string Probe { get; init; }

    /// <summary>Names of the columns where <see cref="Probe"/> is a file of columns, separated by commas; null (default) when its first comment says them.</summary>
    public string? ProbeColumns { get; init; }

    /// <summary>Text on which the SAEs train, disjoint from <see cref="Probe"/>: files and folders, separated by commas (data/README.md).</summary>
    public required string Text { get; init; }

    /// <summary>How <c>.bin</c> files of <see cref="Text"/> store token ids; null (default): two bytes for vocabularies up to 65 536, else four.</summary>
    public TokenType? TokenType { get; init; }

    /// <summary>Run folder; made when it does not exist, continued when it does. Its last part is the run's name.</summary>
    public required string Run { get; init; }

    /// <summary>Whether to wait for checkpoints that have not arrived yet (<c>watch</c>) or to end after those that are there (<c>replay</c>). Default true.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>Ends the run once this step or a later one is committed; null (default) follows until told to stop. <c>watch</c> only.</summary>
    public long? UntilStep { get; init; }

    /// <summary>First step used; null (default) begins at the first there is. <c>replay</c> only.</summary>
    public long? FromStep { get; init; }

    /// <summary>Last step used; null (default) goes on to the last there is. <c>replay</c> only.</summary>
    public long? ToStep { get; init; }

    /// <summary>Uses every n-th checkpoint of those between <see cref="FromStep"/> and <see cref="ToStep"/>, beginning with the first. Default 1. <c>replay</c> only.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Layers that are watched, ascending, from 0; null (default) takes all of the model's.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Where in a layer activations are read. Default the residual stream after it.</summary>
    public HookPoint Hook { get; init; } = HookPoint.ResidPost;

    /// <summary>Features of each SAE; null (default) takes <see cref="Expansion"/> times the model's width.</summary>
    public int? Features { get; init; }

    /// <summary>Width of each SAE in multiples of the model's width; not used when <see cref="Features"/> is given. Default 16. Memory and time grow in proportion.</summary>
    public int Expansion { get; init; } = WatchLimits.Expansion;

    /// <summary>Features that may fire on a token (on the average, for BatchTopK). Default 32.</summary>
    public int K { get; init; } = WatchLimits.K;

    /// <summary>Which sparse autoencoder. Default BatchTopK.</summary>
    public SaeArchitecture Sae { get; init; } = SaeArchitecture.BatchTopK;

    /// <summary>Tokens each SAE trains on at the first checkpoint of the run. Default 1 000 000.</summary>
    public long Budget { get; init; } = WatchLimits.Budget;

    /// <summary>Share of <see cref="Budget"/> that each later checkpoint gets, starting from the SAE before it. Default 0.05.</summary>
    public double WarmFraction { get; init; } = WatchLimits.WarmFraction;

    /// <summary>
    /// A later checkpoint's peak learning rate is the first one's over this. Default 5, for checkpoints that lie close together;
    /// where the model changes much from one to the next (steps 0, 1, 2, 4 …) an SAE follows it only with a lower one.
    /// </summary>
    public double WarmDivisor { get; init; } = WatchLimits.WarmDivisor;

    /// <summary>How often a later checkpoint's tokens are trained on, once captured. Default 4.</summary>
    public int WarmPasses { get; init; } = SaeDefaults.WarmPasses;

    /// <summary>Tokens the model sees at once; longer documents are cut. Default 128.</summary>
    public int Context { get; init; } = WatchLimits.Context;

    /// <summary>Rows of a token batch; a batch has up to <see cref="Context"/> times as many tokens. Default 16. Of activations: rows of a batch.</summary>
    public int BatchRows { get; init; } = WatchLimits.BatchRows;

    /// <summary>Where the model and the SAEs run: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>auto</c> (default): CUDA where it is there, else the CPU.</summary>
    public string Device { get; init; } = DeviceName.Auto;

    /// <summary>Type of the model's weights while it runs. Default: float32 on the CPU; on CUDA bfloat16 when the checkpoint is stored in 16 bits.</summary>
    public WeightPrecision Precision { get; init; }

    /// <summary>What is done with a checkpoint that shares its weights, or a shard of them, with another step. Default: it is refused.</summary>
    public CopyPolicy Copies { get; init; }

    /// <summary>Whether the model's loss on a fixed batch is measured at every checkpoint (default). Without it nothing above the deepest watched layer is loaded.</summary>
    public bool MeasureLoss { get; init; } = true;

    /// <summary>Seed of everything random. Default 0. The same seed, thread count and checkpoints give the same curves bit for bit.</summary>
    public long Seed { get; init; }

    /// <summary>Threads used for arithmetic; null (default) takes every core. Give a trainer on the same machine its own cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The broker to which the run is published as it is committed; null (default) publishes nothing.</summary>
    public KafkaOutlet? Kafka { get; init; }

    /// <summary>Name of the run where it is not the last part of <see cref="Run"/>, as that of a layer group; null (default) when it is.</summary>
    public string? Name { get; init; }

    /// <summary>Name of the run.</summary>
    public string RunName => Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Run)));

    /// <summary>The files and folders of <see cref="Text"/>; one whose own name has a comma is taken as it is.</summary>
    public IReadOnlyList<string> TextPaths => File.Exists(Text) || Directory.Exists(Text) ? [Text] : Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Threads in numbers: <see cref="Threads"/> or the cores of this machine.</summary>
    public int ThreadCount => Threads ?? Environment.ProcessorCount;

    /// <summary>Tokens, or rows of activations, of a full batch.</summary>
    public long BatchTokens => Source == CheckpointKind.Models ? (long)BatchRows * Context : BatchRows;

    /// <summary>Says everything that is wrong, each with its remedy; empty when the run can start.</summary>
    /// <returns>Problems in the order of the settings; files and folders are looked at, nothing is written.</returns>
    public IReadOnlyList<SettingProblem> Problems()
    {
        var check = new SettingCheck();
        check.Folder("DIR", Checkpoints, "name the folder in which the training job saves its checkpoints (make it first if the job has not begun)");
        check.Pattern("--pattern", Pattern);
        check.FileName("--marker", Marker);
        if (Source == CheckpointKind.Models)
        {
            check.TextFile("--probe", Probe, "name the labelled text that is measured at every checkpoint");
            if (ProbeColumns is { } columns && Stages.Tokens.ProbeColumns.Problem(columns) is { } wrong)
                check.Add("--probe-columns", wrong, "name them as word,pos,ner, and those to be passed over _");
            check.Texts("--text", TextPaths, "name the text on which the SAEs train");
            if (Tokenizer is not null)
                check.TextFile("--tokenizer", Tokenizer, "name the tokenizer.json that the model was trained with");
        }

        check.Seconds("--poll", PollSeconds, WatchLimits.LongestPollSeconds);
        check.Seconds("--settle", SettleSeconds, WatchLimits.LongestSettleSeconds);
        check.RunFolder("--out", Run);
        check.Range("--until-step", UntilStep, 0, long.MaxValue);
        check.Range("--from-step", FromStep, 0, long.MaxValue);
        check.Range("--to-step", ToStep, 0, long.MaxValue);
        if (FromStep > ToStep)
            check.Add("--to-step", $"{ToStep} lies before --from-step {FromStep}", "exchange the two");
        check.Range("--every", Every, 1, int.MaxValue);
        check.Layers("--layers", Layers);
        check.Range("--features", Features, 2, WatchLimits.MaxFeatures);
        check.Range("--expansion", Expansion, 1, WatchLimits.MaxExpansion);
        check.Range("--k", K, 1, WatchLimits.MaxK);
        if (Features is { } features && K > features)
            check.Add("--k", $"{K} is more than the {features} features there are", "use a smaller --k or more --features");
        check.Range("--context", Context, 2, WatchLimits.MaxContext);
        check.Range("--batch-rows", BatchRows, 1, WatchLimits.MaxBatchRows);
        if (BatchTokens > WatchLimits.MaxBatchTokens)
            check.Add("--batch-rows", $"{BatchRows} rows of --context {Context} are {BatchTokens} tokens in a batch", $"use rows and a context whose product is at most {WatchLimits.MaxBatchTokens}");
        else
            check.Range("--budget", Budget, BatchTokens, WatchLimits.MaxBudget, Source == CheckpointKind.Models ? "one batch (--context × --batch-rows)" : "one batch (--batch-rows)");
        if (!(WarmFraction > 0 && WarmFraction <= 1))
            check.Add("--warm-fraction", $"{WarmFraction} is not above 0 and at most 1", "use 0.05 to give each later checkpoint a twentieth of --budget");
        if (!(WarmDivisor >= 1 && WarmDivisor <= WatchLimits.MaxWarmDivisor))
            check.Add("--warm-lr-divisor", $"{WarmDivisor} is not between 1 and {WatchLimits.MaxWarmDivisor}", "use 3 to 5 for checkpoints close together, 1 to 2 for checkpoints far apart");
        check.Range("--warm-passes", WarmPasses, 1, WatchLimits.MaxWarmPasses);
        if (DeviceName.Problem(Device) is { } device)
            check.Add("--device", device, "use cpu, cuda, cuda:1 or auto");
        check.Range("--threads", Threads, 1, WatchLimits.MaxThreads);
        return check.Found;
    }
}
