using Emergence.Stages.Models;

namespace Emergence.Stages.Sae;

/// <summary>Where the activations of an exported SAE came from; it goes into the files other tools read.</summary>
/// <param name="ModelName">Name of the model, such as "EleutherAI/pythia-70m".</param>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Step">Training step of the checkpoint; null where nobody knows it.</param>
/// <param name="ContextSize">Tokens per row the model saw; 0 where nobody knows it.</param>
/// <param name="Texts">More to record, such as run, seed, text hashes; keys must differ from the format's own.</param>
public sealed record SaeProvenance(string ModelName, int Layer, long? Step, int ContextSize, IReadOnlyDictionary<string, string> Texts)
{
    private readonly string? _hookName;

    /// <summary>Where in the layer. Default the residual stream after it.</summary>
    public HookPoint Point { get; init; } = HookPoint.ResidPost;

    /// <summary>The hook point as TransformerLens names it, unless another name is given.</summary>
    public string HookName { get => _hookName ?? new Hook(Layer, Point).LensName; init => _hookName = value; }
}
