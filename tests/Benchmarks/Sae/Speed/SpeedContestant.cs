using Emergence.Benchmarks.Sae.Workers;

namespace Emergence.Benchmarks.Sae.Speed;

/// <summary>One worker and its rate in each round; one that fails is out of the race and says why.</summary>
internal sealed class SpeedContestant(string kind, Worker worker) : IDisposable
{
    public string Kind => kind;

    public string Name => worker.Name;

    public Worker Worker => worker;

    /// <summary>Why it has no rates; null when it has.</summary>
    public string? Fault { get; private set; }

    /// <summary>Tokens per second, round by round.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Their median.</summary>
    public double Rate => Median.Of(Rates);

    /// <summary>Begins the training and runs until the just-in-time compiler, caches and buffers have settled.</summary>
    public void Begin(int steps, int batch, double seconds, bool quick) => Try(() =>
    {
        // A rate that the references train well with; speed does not depend on it.
        worker.Ask($"begin {steps} {batch} {(WorkerLauncher.Ours.Contains(kind) ? "rule" : "0.002")}");
        worker.Ask($"run {(quick ? seconds : Math.Max(seconds, 3))}");
    });

    public void Measure(double seconds, int batch) => Try(() =>
    {
        var answer = worker.Ask($"run {seconds}");
        Rates.Add(answer[0] * batch / answer[1]);
    });

    public void Dispose() => worker.Dispose();

    private void Try(Action action)
    {
        if (Fault is not null)
        {
            return;
        }

        try
        {
            action();
        }
        catch (WorkerException e)
        {
            Fault = e.Message;
        }
    }
}
