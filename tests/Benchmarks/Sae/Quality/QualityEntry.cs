using Emergence.Benchmarks.Sae.Workers;

namespace Emergence.Benchmarks.Sae.Quality;

/// <summary>A trainer and a learning rate whose quality is measured.</summary>
/// <param name="Kind">Kind of worker.</param>
/// <param name="Rate">Peak learning rate, or "rule".</param>
internal sealed record QualityEntry(string Kind, string Rate)
{
    /// <summary>Ours by their own rule; PyTorch's at the rates that the libraries use (8e-4) and at the better ones that a search found.</summary>
    public static IReadOnlyList<QualityEntry> All(WorkerLauncher launcher, SaeBenchmarkOptions options)
        =>
        [
            .. WorkerLauncher.Ours.Where(options.Includes).Select(kind => new QualityEntry(kind, "rule")),
            .. launcher.Theirs.Where(options.Includes).SelectMany(kind => (kind == "csr" ? (string[])["2e-3", "5e-3"] : ["8e-4"]).Select(rate => new QualityEntry(kind, rate))),
        ];
}
