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

    private readonly int? _keyValueHeads;
    private readonly int? _headSize;

    /// <summary>The family, as <c>model_type</c> spells it: <c>gpt_neox</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, <c>d</c>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Attention heads, of queries.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; divides <see cref="Heads"/>. Default: as many.</summary>
    public int KeyValueHeads { get => _keyValueHeads ?? Heads; init => _keyValueHeads = value; }

    /// <summary>Width of one head. Default: <see cref="HiddenSize"/> / <see cref="Heads"/>.</summary>
    public int HeadSize { get => _headSize ?? (HiddenSize / Heads); init => _headSize = value; }

    /// <summary>Width of the MLP's inner layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of token ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest row the model takes, in tokens.</summary>
    public required int Context { get; init; }

    /// <summary>Whether positions are learned vectors added to the embedding.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>Dimensions of each head that are rotated by position, the first ones; even, 0 to <see cref="HeadSize"/>.</summary>
    public required int RotaryDimensions { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>How the rotary frequencies are stretched; null leaves them.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>Tokens a position sees, itself included, in the blocks from <see cref="FirstSlidingLayer"/> on; null for all before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>First block with the window.</summary>
    public int FirstSlidingLayer { get; init; }

    /// <summary>Whether attention and MLP both read the block's input (true) or the MLP reads what attention left (false).</summary>
    public bool ParallelResidual { get; init; } = true;

    /// <summary>Which norm.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Where a block's norms stand.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Before;

    /// <summary>Added to the variance, or to the mean square, in every norm.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Over what queries and keys are normalised.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; } = QueryKeyNorm.None;

    /// <summary>Greatest magnitude of an element of queries, keys and values (OLMo); null leaves them.</summary>
    public double? QueryKeyValueClip { get; init; }

    /// <summary>How the projections to queries, keys and values are stored.</summary>
    public QueryKeyValueLayout QueryKeyValue { get; init; } = QueryKeyValueLayout.ByHead;

    /// <summary>Whether the matrices of a block are stored <c>[in, out]</c> (GPT-2) and not <c>[out, in]</c>.</summary>
    public bool InputMajorWeights { get; init; }

    /// <summary>Whether the scores of block i are also divided by i + 1 (GPT-2, <c>scale_attn_by_inverse_layer_idx</c>).</summary>
    public bool ScaleByLayer { get; init; }

    /// <summary>Whether the projections of attention have biases.</summary>
    public bool AttentionBias { get; init; } = true;

    /// <summary>Whether the projections of the MLP have biases.</summary>
    public bool MlpBias { get; init; } = true;

    /// <summary>Whether the MLP has a gate.</summary>
    public bool GatedMlp { get; init; }

    /// <summary>The MLP's activation function.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Gelu;

    /// <summary>Whether the output head is the embedding itself.</summary>
    public bool TiedHead { get; init; }

    /// <summary>All of it in one line of text; equal for equal configurations and for no others.</summary>
    public string Fingerprint => string.Join(" ", Facts().Where(f => f.Value != f.Usual).Select(f => $"{f.Name}={f.Value}"));

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

    /// <summary>
    /// Every property by name. Those with a usual value are left out of the fingerprint when they have it: runs keep it, and
    /// a property that is added later must not make a stranger of every run begun before.
    /// </summary>
    private IEnumerable<(string Name, string Value, string? Usual)> Facts()
    {
        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        static string Optional(double? value) => value is { } number ? Text(number) : "none";
        static string Flag(bool value) => value ? "true" : "false";
        yield return ("family", Family, null);
        yield return ("layers", Text(Layers), null);
        yield return ("hidden_size", Text(HiddenSize), null);
        yield return ("heads", Text(Heads), null);
        yield return ("intermediate_size", Text(IntermediateSize), null);
        yield return ("vocabulary_size", Text(VocabularySize), null);
        yield return ("context", Text(Context), null);
        yield return ("rotary_dimensions", Text(RotaryDimensions), null);
        yield return ("rotary_base", Text(RotaryBase), null);
        yield return ("parallel_residual", Flag(ParallelResidual), null);
        yield return ("layer_norm_epsilon", Text(NormEpsilon), null);
        yield return ("attention_bias", Flag(AttentionBias), null);
        yield return ("tied_head", Flag(TiedHead), null);
        yield return ("key_value_heads", Text(KeyValueHeads), Text(Heads));
        yield return ("head_size", Text(HeadSize), Text(HiddenSize / Heads));
        yield return ("learned_positions", Flag(LearnedPositions), Flag(false));
        yield return ("rotary_scaling", RotaryScaling?.ToString() ?? "none", "none");
        yield return ("sliding_window", Optional(SlidingWindow), "none");
        yield return ("first_sliding_layer", Text(FirstSlidingLayer), Text(0));
        yield return ("norm", $"{Norm}", $"{NormKind.LayerNorm}");
        yield return ("norm_placement", $"{NormPlacement}", $"{NormPlacement.Before}");
        yield return ("query_key_norm", $"{QueryKeyNorm}", $"{QueryKeyNorm.None}");
        yield return ("query_key_value_clip", Optional(QueryKeyValueClip), "none");
        yield return ("query_key_value", $"{QueryKeyValue}", $"{QueryKeyValueLayout.ByHead}");
        yield return ("input_major_weights", Flag(InputMajorWeights), Flag(false));
        yield return ("scale_by_layer", Flag(ScaleByLayer), Flag(false));
        yield return ("mlp_bias", Flag(MlpBias), Flag(true));
        yield return ("gated_mlp", Flag(GatedMlp), Flag(false));
        yield return ("activation", $"{Activation}", $"{ActivationFunction.Gelu}");
    }
}
