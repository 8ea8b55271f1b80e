namespace Emergence.Benchmarks.Sae;

/// <summary>Options of <c>Benchmarks sae</c>.</summary>
internal sealed record SaeBenchmarkOptions
{
    public const string Usage = """
        usage: Benchmarks sae [--quality] [--warm] [--layers] [--case small|big|all] [--threads N] [--rounds N] [--seconds S] [--seed N] [--save DIR] [--only KIND,...] [--quick]
          without --quality, --warm or --layers: the table of speeds and a short run for quality
          --quality  4000 steps of the small case (200 of the big one), and seconds to reach FVU 0.25 with MMCS 0.7
          --warm     warm starts on dictionaries that turned, by angle and divisor of the learning rate
          --layers   1, 2, 4, 8 SAEs fed the same batches
          --only     some of TopK, BatchTopK, JumpReLU, Matryoshka, csr, dense
          --save     keeps our SAEs of the quality table, in SAELens's layout
        """;

    public bool Quality { get; init; }

    public bool Warm { get; init; }

    public bool Layers { get; init; }

    public bool Quick { get; init; }

    public IReadOnlyList<SaeCase> Cases { get; init; } = [SaeCase.Big, SaeCase.Small];

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Alternating rounds; the table has their medians.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Seconds of each measurement of a round.</summary>
    public double Seconds { get; init; } = 2;

    public int Seed { get; init; } = 12;

    public string? Save { get; init; }

    /// <summary>Kinds of trainers that take part; all when empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether a kind of trainer takes part.</summary>
    public bool Includes(string kind) => Only.Count == 0 || Only.Contains(kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the words of the command line.</summary>
    /// <exception cref="FormatException">A word is not understood.</exception>
    public static SaeBenchmarkOptions Parse(string[] args)
    {
        var options = args.Contains("--quick") ? new SaeBenchmarkOptions { Quick = true, Rounds = 2, Seconds = 0.5 } : new SaeBenchmarkOptions();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quality" => options with { Quality = true },
                "--warm" => options with { Warm = true },
                "--layers" => options with { Layers = true },
                "--quick" => options,
                "--threads" => options with { Threads = Positive(Value()) },
                "--rounds" => options with { Rounds = Positive(Value()) },
                "--seconds" => options with { Seconds = double.Parse(Value()) },
                "--seed" => options with { Seed = int.Parse(Value()) },
                "--save" => options with { Save = Value() },
                "--only" => options with { Only = Value().Split(',') },
                "--case" => options with { Cases = Chosen(Value()) },
                var word => throw new FormatException($"{word} is not an option"),
            };

            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value");
        }

        return options;
    }

    private static int Positive(string word) => int.Parse(word) is > 0 and var number ? number : throw new FormatException($"{word} is not a positive number");

    private static IReadOnlyList<SaeCase> Chosen(string word) => word switch
    {
        "all" => [SaeCase.Big, SaeCase.Small],
        "small" => [SaeCase.Small],
        "big" => [SaeCase.Big],
        _ => throw new FormatException($"--case {word}: use small, big or all"),
    };
}
