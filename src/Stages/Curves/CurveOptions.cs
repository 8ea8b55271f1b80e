namespace Emergence.Stages.Curves;

/// <summary>What may be chosen about the statistics of curves. Changing a threshold changes what <c>categorical</c> means in the whole run.</summary>
public sealed record CurveOptions
{
    /// <summary>A categorical feature's Benjamini-Hochberg adjusted p-value is below this; 0 to 1, default 0.05.</summary>
    public double MaxQ { get; init; } = CurveDefaults.MaxQ;

    /// <summary>Least lift (precision over base rate) of a categorical feature; default 2.</summary>
    public double MinLift { get; init; } = CurveDefaults.MinLift;

    /// <summary>Least precision of a categorical feature; above 0, at most 1; default 0.5.</summary>
    public double MinPrecision { get; init; } = CurveDefaults.MinPrecision;

    /// <summary>Least number of firings on the category, in tokens; default 20.</summary>
    public int MinFirings { get; init; } = CurveDefaults.MinFirings;

    /// <summary>Least number of documents in which those firings lie; default 5. A category found in fewer documents can have no categorical feature.</summary>
    public int MinDocuments { get; init; } = CurveDefaults.MinDocuments;

    /// <summary>Bootstrap draws over documents for every interval; at least 20, default 200. Time grows with it.</summary>
    public int BootstrapDraws { get; init; } = CurveDefaults.BootstrapDraws;

    /// <summary>Permutations behind the null of <c>best_f1</c>; at least 99, default 100. Time grows with it.</summary>
    public int Permutations { get; init; } = CurveDefaults.Permutations;

    /// <summary>Permutations (the first ones of <see cref="Permutations"/>) behind the nulls of <c>categorical_features</c> and <c>coverage</c>; at least 1, default 10. Each costs as much as the statistic itself.</summary>
    public int CategoricalPermutations { get; init; } = CurveDefaults.CategoricalPermutations;

    /// <summary>Seed of bootstrap and permutations. They are drawn once and are the same at every layer and checkpoint, so a curve moves because firings do.</summary>
    public long Seed { get; init; }

    /// <summary>Everything that is wrong with these options, one sentence each with how to mend it; empty when they can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        Check(MaxQ is > 0 and <= 1, $"{nameof(MaxQ)} is {MaxQ}; choose a value above 0 and at most 1.");
        Check(MinLift >= 0, $"{nameof(MinLift)} is {MinLift}; choose 0 or more.");
        Check(MinPrecision is > 0 and <= 1, $"{nameof(MinPrecision)} is {MinPrecision}; choose a value above 0 and at most 1.");
        Check(MinFirings >= 1, $"{nameof(MinFirings)} is {MinFirings}; choose 1 or more.");
        Check(MinDocuments >= 1, $"{nameof(MinDocuments)} is {MinDocuments}; choose 1 or more.");
        Check(BootstrapDraws >= 20, $"{nameof(BootstrapDraws)} is {BootstrapDraws}; a 95 % interval needs 20 or more.");
        Check(Permutations >= CurveDefaults.LeastPermutations, $"{nameof(Permutations)} is {Permutations}; a 99th percentile needs {CurveDefaults.LeastPermutations} or more.");
        Check(CategoricalPermutations >= 1 && CategoricalPermutations <= Permutations, $"{nameof(CategoricalPermutations)} is {CategoricalPermutations}; choose 1 to {nameof(Permutations)} ({Permutations}).");
        return problems;

        void Check(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
