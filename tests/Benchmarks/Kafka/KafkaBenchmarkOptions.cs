using System.Globalization;

namespace Emergence.Benchmarks.Kafka;

/// <summary>What <c>kafka</c> measures.</summary>
/// <param name="Servers">Brokers; null: librdkafka's mock cluster in this process.</param>
/// <param name="Layers">Layers of a checkpoint.</param>
/// <param name="Features">Features of a layer.</param>
/// <param name="Categories">Categories of all facets.</param>
/// <param name="Checkpoints">Checkpoints that are published in a round.</param>
/// <param name="Rounds">Rounds, over all contestants in turn.</param>
internal sealed record KafkaBenchmarkOptions(string? Servers, int Layers, int Features, int Categories, int Checkpoints, int Rounds)
{
    public const string Usage = "usage: Benchmarks kafka [--kafka HOST:PORT] [--layers N] [--features N] [--categories N] [--checkpoints N] [--rounds N]";

    /// <summary>Reads the arguments; null when they are wrong.</summary>
    public static KafkaBenchmarkOptions? Read(string[] arguments)
    {
        var options = new KafkaBenchmarkOptions(null, 4, 4096, 60, 4, 7);
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var whole = int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
            options = (arguments[i], whole) switch
            {
                ("--kafka", _) => options with { Servers = arguments[i + 1] },
                ("--layers", true) => options with { Layers = number },
                ("--features", true) => options with { Features = number },
                ("--categories", true) => options with { Categories = number },
                ("--checkpoints", true) => options with { Checkpoints = number },
                ("--rounds", true) => options with { Rounds = number },
                _ => null,
            };
            if (options is null)
                return null;
        }

        return arguments.Length % 2 == 0 ? options : null;
    }
}
