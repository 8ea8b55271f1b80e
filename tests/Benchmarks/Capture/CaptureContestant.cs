using System.Diagnostics;
using Emergence.Benchmarks.Sae;
using Emergence.Benchmarks.Sae.Workers;

namespace Emergence.Benchmarks.Capture;

/// <summary>One worker and its rate in each round.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="start">How its process is started.</param>
internal sealed class CaptureContestant(string name, ProcessStartInfo start) : IDisposable
{
    private readonly List<double> _rates = [];

    public string Name => name;

    public Worker Worker { get; } = new(name, start);

    /// <summary>Tokens per second, round by round, of the shape in work.</summary>
    public IReadOnlyList<double> Rates => _rates;

    public double Rate => Median.Of(_rates);

    /// <summary>Turns to a shape and runs until compiler, caches and buffers have settled.</summary>
    public void Begin(CaptureCase shape, double seconds)
    {
        _rates.Clear();
        Worker.Ask($"shape {shape.Rows} {shape.Length}");
        Worker.Ask($"run {seconds}");
    }

    public void Measure(CaptureCase shape, double seconds)
    {
        var answer = Worker.Ask($"run {seconds}");
        _rates.Add(answer[0] * shape.Tokens / answer[1]);
    }

    public void Dispose() => Worker.Dispose();
}
