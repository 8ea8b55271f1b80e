using Emergence.Stages.Sae;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>An architecture with options, a shape and data.</summary>
/// <param name="Options">Features and k are part of the shape.</param>
/// <param name="Dimension">d.</param>
/// <param name="Rows">Tokens of the batch.</param>
/// <param name="Dead">Latents that are dead at the start: every Dead-th; 0: none.</param>
/// <param name="Ties">Whether weights and activations are small multiples of ½: sums are exact in any order, and many are equal.</param>
internal sealed record CoreCase(SaeOptions Options, int Dimension, int Rows, int Dead = 0, bool Ties = false)
{
    private static readonly Dictionary<string, CoreCase> Known = new()
    {
        ["topk"] = Of(SaeArchitecture.TopK, 7, 19, 3, 5),
        ["topk, every latent"] = Of(SaeArchitecture.TopK, 16, 16, 16, 4),
        ["topk, dead latents"] = Of(SaeArchitecture.TopK, 7, 19, 3, 13, dead: 2),
        ["topk, fewer dead than k_aux"] = Of(SaeArchitecture.TopK, 7, 19, 3, 13, dead: 7),
        ["topk, all dead, default k_aux"] = Of(SaeArchitecture.TopK, 33, 50, 5, 20, dead: 1, aux: null),
        ["topk, dead latents, loss off"] = Of(SaeArchitecture.TopK, 7, 19, 3, 13, dead: 2, alpha: 0),
        ["topk, one token has no error to vary"] = Of(SaeArchitecture.TopK, 7, 19, 3, 1, dead: 2),
        ["topk, ties"] = Of(SaeArchitecture.TopK, 5, 23, 4, 17, dead: 2, ties: true),
        ["topk, most values tie"] = Of(SaeArchitecture.TopK, 2, 90, 9, 30, dead: 2, ties: true),
        ["batchtopk"] = Of(SaeArchitecture.BatchTopK, 7, 19, 3, 5),
        ["batchtopk, more than are positive"] = Of(SaeArchitecture.BatchTopK, 7, 19, 18, 5),
        ["batchtopk, dead latents"] = Of(SaeArchitecture.BatchTopK, 33, 50, 5, 40, dead: 3),
        ["batchtopk, ties"] = Of(SaeArchitecture.BatchTopK, 5, 23, 4, 17, dead: 2, ties: true),
        ["batchtopk, most values tie"] = Of(SaeArchitecture.BatchTopK, 2, 90, 9, 30, ties: true),
        ["matryoshka"] = Of(SaeArchitecture.Matryoshka, 7, 48, 3, 5),
        ["matryoshka, odd prefixes, dead latents"] = Of(SaeArchitecture.Matryoshka, 9, 19, 3, 13, dead: 2, prefixes: [0.1, 0.37, 1]),
        ["matryoshka, one prefix"] = Of(SaeArchitecture.Matryoshka, 7, 19, 3, 5, prefixes: [1]),
        ["matryoshka, ties"] = Of(SaeArchitecture.Matryoshka, 5, 23, 4, 17, ties: true),
        ["jumprelu"] = Of(SaeArchitecture.JumpReLU, 7, 19, 3, 5),
        ["jumprelu, dead latents"] = Of(SaeArchitecture.JumpReLU, 9, 31, 4, 40, dead: 2),
        ["jumprelu, most dead latents tie"] = Of(SaeArchitecture.JumpReLU, 2, 200, 9, 30, dead: 1, ties: true),
        ["jumprelu, nothing fires"] = Of(SaeArchitecture.JumpReLU, 7, 19, 3, 5) with { LogThreshold = 9 },
    };

    /// <summary>JumpReLU: mean of log θ.</summary>
    public double LogThreshold { get; init; } = -0.7;

    public static IEnumerable<string> Names => Known.Keys;

    public int Features => Options.FeaturesFor(Dimension);

    public static CoreCase Named(string name) => Known[name];

    /// <summary>A case of an architecture for tests that need no special shape; half the latents are dead.</summary>
    public static CoreCase Plain(string architecture) => Of(Enum.Parse<SaeArchitecture>(architecture), 9, 37, 4, 24, dead: 2);

    private static CoreCase Of(
        SaeArchitecture architecture, int d, int features, int k, int rows,
        int dead = 0, int? aux = 4, double alpha = 0.7, bool ties = false, double[]? prefixes = null)
        => new(
            new SaeOptions
            {
                Architecture = architecture,
                Features = features,
                K = k,
                AuxLatents = aux,
                AuxCoefficient = alpha,
                Prefixes = prefixes ?? SaeDefaults.Prefixes,
                Bandwidth = 0.6,
            },
            d, rows, dead, ties);
}
