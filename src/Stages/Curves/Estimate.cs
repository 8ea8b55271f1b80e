namespace Emergence.Stages.Curves;

/// <summary>A statistic with its uncertainty and its null.</summary>
/// <param name="Value">The statistic on the whole probe set.</param>
/// <param name="Low">Lower end of the 95 % bootstrap interval over documents.</param>
/// <param name="High">Upper end of the 95 % bootstrap interval over documents.</param>
/// <param name="Null">The mean of the same statistic under permuted labels.</param>
public readonly record struct Estimate(double Value, double Low, double High, double Null);
