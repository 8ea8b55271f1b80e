using System.Globalization;
using Emergence.Stages.Input;

namespace Emergence.Stages.Models;

/// <summary>
/// The shape of a decoder, in words that do not depend on the family it came from. Everything that changes what the model
/// computes is here; two models with equal configurations differ in nothing but their weights.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>File of a checkpoint folder that holds it.</summary>
    public const string FileName = "config.json";

    /// <summary>The family, as <c>model_type</c> spells it: <c>gpt_neox</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, <c>d</c>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Attention heads; divides <see cref="HiddenSize"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the MLP's inner layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest row the model takes, in tokens.</summary>
    public required int Context { get; init; }

    /// <summary>Dimensions of each head that are rotated by position, the first ones; even, 0 to <see cref="HeadSize"/>.</summary>
    public required int RotaryDimensions { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>Whether attention and MLP both read the block's input (true) or the MLP reads what attention left (false).</summary>
    public bool ParallelResidual { get; init; } = true;

    /// <summary>Added to the variance in every layer norm.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether the projections of attention have biases.</summary>
    public bool AttentionBias { get; init; } = true;

    /// <summary>Whether the output head is the embedding itself.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>All of it in one line of text; equal for equal configurations and for no others.</summary>
    public string Fingerprint => string.Join(" ", Facts().Select(f => $"{f.Name}={f.Value}"));

    /// <summary>Reads <c>config.json</c> of a checkpoint folder.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="BadInputException">The file is missing or broken, or names an architecture or option that is not supported.</exception>
    public static ModelConfig Load(string folder)
    {
        using var reader = ConfigReader.Open(Path.Combine(folder, FileName));
        return Read(reader);
    }

    /// <summary>Reads what <c>config.json</c> of a checkpoint folder holds.</summary>
    /// <param name="folder">The checkpoint, for messages.</param>
    /// <param name="bytes">The file's content.</param>
    /// <exception cref="BadInputException">The file is broken, or names an architecture or option that is not supported.</exception>
    public static ModelConfig Parse(string folder, ReadOnlyMemory<byte> bytes)
    {
        using var reader = ConfigReader.Parse(Path.Combine(folder, FileName), bytes);
        return Read(reader);
    }

    private static ModelConfig Read(ConfigReader reader)
    {
        var config = ModelFamilies.Named(reader).Read(reader);
        reader.RefuseUnread();
        return config;
    }

    /// <summary>What differs from another configuration, as "layers is 6, not 4"; empty when nothing does.</summary>
    /// <param name="expected">The configuration this one should equal.</param>
    public IReadOnlyList<string> DifferencesFrom(ModelConfig expected) =>
        [.. Facts().Zip(expected.Facts()).Where(p => p.First.Value != p.Second.Value).Select(p => $"{p.First.Name} is {p.First.Value}, not {p.Second.Value}")];

    /// <summary>Refuses a checkpoint of another architecture than the run's.</summary>
    /// <param name="expected">The run's.</param>
    /// <param name="folder">The checkpoint, for the message.</param>
    /// <exception cref="BadInputException">Something differs; it is named.</exception>
    public void RequireEqual(ModelConfig expected, string folder)
    {
        var differences = DifferencesFrom(expected);
        if (differences.Count > 0)
        {
            throw new BadInputException(
                Path.Combine(folder, FileName), "", $"the checkpoint is of another architecture than the run: {string.Join("; ", differences)}", "Give each model its own run");
        }
    }

    private IEnumerable<(string Name, string Value)> Facts()
    {
        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        static string Flag(bool value) => value ? "true" : "false";
        yield return ("family", Family);
        yield return ("layers", Text(Layers));
        yield return ("hidden_size", Text(HiddenSize));
        yield return ("heads", Text(Heads));
        yield return ("intermediate_size", Text(IntermediateSize));
        yield return ("vocabulary_size", Text(VocabularySize));
        yield return ("context", Text(Context));
        yield return ("rotary_dimensions", Text(RotaryDimensions));
        yield return ("rotary_base", Text(RotaryBase));
        yield return ("parallel_residual", Flag(ParallelResidual));
        yield return ("layer_norm_epsilon", Text(LayerNormEpsilon));
        yield return ("attention_bias", Flag(AttentionBias));
        yield return ("tied_head", Flag(TiedHead));
    }
}
