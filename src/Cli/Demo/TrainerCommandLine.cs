using Emergence.Demo.Trainer;

namespace Emergence.Cli.Demo;

/// <summary>What the demo says to its trainer process, and how that reads it: a private verb, in no help text.</summary>
internal static class TrainerCommandLine
{
    /// <summary>The private verb.</summary>
    public const string Verb = "demo-trainer";

    /// <summary>Arguments that <see cref="Read"/> understands.</summary>
    public static IEnumerable<string> Write(TrainerOptions options) =>
    [
        Verb, options.Folder, options.Text, options.Tokenizer, $"{options.Steps}", $"{options.Seed}", $"{options.Threads}",
        $"{options.LearningRate:R}", $"{options.WarmupSteps}", $"{options.WeightDecay:R}",
    ];

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="arguments">Arguments of the program, the verb first.</param>
    public static TrainerOptions Read(IReadOnlyList<string> arguments) => new()
    {
        Folder = arguments[1],
        Text = arguments[2],
        Tokenizer = arguments[3],
        Steps = int.Parse(arguments[4]),
        Seed = int.Parse(arguments[5]),
        Threads = int.Parse(arguments[6]),
        LearningRate = double.Parse(arguments[7]),
        WarmupSteps = int.Parse(arguments[8]),
        WeightDecay = double.Parse(arguments[9]),
        Patience = TimeSpan.FromSeconds(30),
    };
}
