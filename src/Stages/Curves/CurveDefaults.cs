namespace Emergence.Stages.Curves;

/// <summary>Default values of the statistics of curves (METRICS, version 1).</summary>
public static class CurveDefaults
{
    /// <summary>Version of the definitions every published number carries.</summary>
    public const int MetricsVersion = 1;

    /// <summary>A categorical feature's Benjamini-Hochberg adjusted p-value is below this.</summary>
    public const double MaxQ = 0.05;

    /// <summary>Least lift of a categorical feature.</summary>
    public const double MinLift = 2;

    /// <summary>Least precision of a categorical feature.</summary>
    public const double MinPrecision = 0.5;

    /// <summary>Least number of firings on the category.</summary>
    public const int MinFirings = 20;

    /// <summary>Least number of documents in which they lie.</summary>
    public const int MinDocuments = 5;

    /// <summary>Bootstrap draws over documents.</summary>
    public const int BootstrapDraws = 200;

    /// <summary>Permutations behind the null of <c>best_f1</c>.</summary>
    public const int Permutations = 100;

    /// <summary>Fewest permutations from which a 99th percentile can be had: the greatest of 99 is exceeded with chance 1 in 100.</summary>
    public const int LeastPermutations = 99;

    /// <summary>Permutations behind the nulls of <c>categorical_features</c> and <c>coverage</c>.</summary>
    public const int CategoricalPermutations = 10;

    /// <summary>Level of the null percentile that an alert compares with.</summary>
    public const double NullLevel = 0.99;

    /// <summary>A latent whose decoder row has at least this cosine with its row at the checkpoint before is the same feature.</summary>
    public const double IdentityCosine = 0.7;

    /// <summary>Categorical at this many checkpoints in a row makes a feature stable.</summary>
    public const int StableStreak = 3;

    /// <summary>Strongest occurrences published per feature.</summary>
    public const int TopContexts = 8;
}
