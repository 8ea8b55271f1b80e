namespace Emergence.Benchmarks.Capture;

/// <summary>A shape of token batch: so many rows of so many tokens go through the model in one call.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Length">Tokens of a row.</param>
internal sealed record CaptureCase(int Rows, int Length)
{
    /// <summary>2048 tokens a batch at the contexts that people use, the default of <c>watch</c> first, and a larger batch of long rows.</summary>
    public static IReadOnlyList<CaptureCase> All { get; } = [new(16, 128), new(4, 512), new(16, 512), new(4, 1024)];

    public int Tokens => Rows * Length;

    public override string ToString() => $"{Rows} rows of {Length} tokens";
}
