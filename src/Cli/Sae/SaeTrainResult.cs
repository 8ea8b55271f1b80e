using System.Text.Json.Serialization;

namespace Emergence.Cli.Sae;

/// <summary>What <c>sae train</c> says at the end, and writes as <c>summary.json</c>.</summary>
internal sealed record SaeTrainResult
{
    /// <summary>Rows trained on, repeats included.</summary>
    public required long Tokens { get; init; }

    /// <summary>Steps taken.</summary>
    public required long Steps { get; init; }

    /// <summary>Tokens over the seconds of training steps alone.</summary>
    public required double? TokensPerSecond { get; init; }

    /// <summary>Fraction of variance unexplained, on the rows that score.</summary>
    public required double? Fvu { get; init; }

    /// <summary>Mean number of firing features, likewise.</summary>
    public required double? L0 { get; init; }

    /// <summary>Share of features that fired on none of these rows.</summary>
    public required double DeadFraction { get; init; }

    /// <summary>Rows that score: the last ones of the activations, which were not trained on, or all of <c>--eval</c>, of which nobody knows that.</summary>
    public required long EvalRows { get; init; }

    /// <summary>Where they are.</summary>
    public required string EvalFrom { get; init; }

    /// <summary>Whether they were held out of the activations.</summary>
    [JsonIgnore]
    public bool HeldOut { get; init; }

    /// <summary>Rows of the file that training goes over.</summary>
    public required long TrainRows { get; init; }

    /// <summary>Batches left out because a number was not finite.</summary>
    public required long RefusedBatches { get; init; }

    /// <summary>Steps not taken because the gradient was not finite.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>Seconds by what they were spent on.</summary>
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    /// <summary>Most memory that was resident.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Architecture in lower case.</summary>
    public required string Architecture { get; init; }

    /// <summary>k.</summary>
    public required int K { get; init; }

    /// <summary>F.</summary>
    public required int Features { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>Rows per step.</summary>
    public required int Batch { get; init; }

    /// <summary>Seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Device.</summary>
    public required string Device { get; init; }

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Peak learning rate of the first start; a later warm start divides it.</summary>
    public required double ColdLearningRate { get; init; }

    /// <summary>The folder the SAE came from; null when it started anew.</summary>
    public required string? WarmFrom { get; init; }

    /// <summary>The file of activations.</summary>
    public required string Activations { get; init; }

    /// <summary>The folder.</summary>
    public required string Out { get; init; }

    /// <summary>For a person.</summary>
    public string ToText() =>
        $"""
        {Architecture}, {Features} features of {Dimension} numbers, k {K}: {Steps} steps of {Batch} rows, {TokensPerSecond:0} rows per second
        on {(HeldOut ? $"the last {EvalRows} rows of {EvalFrom}, which were not trained on" : $"the {EvalRows} rows of {EvalFrom}")}: fvu {Fvu:0.0000}, l0 {L0:0.0}, dead {DeadFraction:0.0%}
        {Out}: {TrainFolder.SaeLensFolder}/ and {TrainFolder.SparsifyFolder}/ for other tools, {TrainFolder.StateFile} for --warm-from
        """;
}
