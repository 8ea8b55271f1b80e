using Emergence.Pipeline.Settings;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>Refuses, by the name of the setting, what is too large for a trainer's arrays.</summary>
internal static class TrainSizes
{
    /// <summary>Bytes that are too many for one array: a tensor is seen through a span of less than 2 GiB.</summary>
    public const long TooManyBytes = 1L << 31;

    /// <summary>Rows whose products with all features are held at once.</summary>
    private const long PieceRows = 256;

    /// <summary>Kernels pad rows to whole vectors of at most so many numbers.</summary>
    private const long Lanes = 16;

    /// <summary>What is too large.</summary>
    /// <param name="options">The SAE's.</param>
    /// <param name="dimension">d.</param>
    /// <param name="batch">Rows per step.</param>
    public static IEnumerable<SettingProblem> Problems(SaeOptions options, int dimension, int batch)
    {
        var features = options.Features ?? ((long)options.ExpansionFactor * dimension);
        var prefixes = options.Architecture == SaeArchitecture.Matryoshka ? options.Prefixes.Count : 1;
        var width = (dimension + Lanes - 1) / Lanes * Lanes;
        (string Setting, long Numbers, string What, string Remedy)[] arrays =
        [
            ("--k", (long)batch * options.K, $"the active features of {batch} rows, {options.K} each", "use a smaller k, or fewer rows a step (--batch)"),
            ("--batch", batch * width * prefixes, $"{(prefixes > 1 ? $"{prefixes} times " : "")}{batch} rows of {dimension} numbers", "use fewer rows a step"),
            ("--features", features * width, $"a matrix of {features} features of {dimension} numbers", "use fewer features"),
            ("--features", features * PieceRows, $"{features} products for each of {PieceRows} rows", "use fewer features"),
        ];
        return arrays
            .Where(a => a.Numbers * sizeof(float) >= TooManyBytes)
            .Select(a => new SettingProblem(a.Setting, $"{a.What} take {a.Numbers * sizeof(float)} bytes, and an array holds less than {TooManyBytes}", a.Remedy));
    }
}
