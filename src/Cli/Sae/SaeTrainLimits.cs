namespace Emergence.Cli.Sae;

/// <summary>Limits and default values of <c>sae train</c> and <c>sae eval</c>.</summary>
internal static class SaeTrainLimits
{
    /// <summary>Default share of the rows that is held out: one in so many.</summary>
    public const int HeldOutShare = 20;

    /// <summary>Most rows held out by default.</summary>
    public const int HeldOutRows = 16_384;

    /// <summary>Fewest rows that can be scored: variance needs two.</summary>
    public const int FewestRows = 2;

    /// <summary>Numbers in one piece that is read and encoded.</summary>
    public const int PieceValues = 1 << 21;

    /// <summary>Most rows with labels.</summary>
    public const long MostLabelledRows = 1L << 28;

    /// <summary>Most rows of a batch.</summary>
    public const int MostBatch = 1 << 20;

    /// <summary>Labels whose best feature is printed.</summary>
    public const int LabelsShown = 10;

    /// <summary>Time between two lines of progress.</summary>
    public static readonly TimeSpan ProgressGap = TimeSpan.FromSeconds(10);
}
